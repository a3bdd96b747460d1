import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { scrubEnvironment } from '../../../src/effects/environment.ts';
import { openFacts } from '../../../src/effects/facts/facts.ts';
import { type GitReader, openGit } from '../../../src/effects/git/neutral.ts';
import { findGit } from '../../../src/effects/git/program.ts';
import { maskAddress } from '../../../src/effects/git/remotes.ts';
import { read } from '../../../src/effects/read.ts';
import { findRipgrep } from '../../../src/effects/ripgrep.ts';
import { search } from '../../../src/effects/search.ts';
import { openWorkspace } from '../../../src/effects/workspace.ts';
import { hostileRepository } from '../../support/hostileRepository.ts';
import { type Place, pathFact, place } from '../facts/setup.ts';

describe('reading a repository', () => {
  let at: Place;
  beforeEach(() => {
    at = place();
  });
  afterEach(() => at.remove());

  async function opened(): Promise<GitReader> {
    const git = await at.reader();
    assert.ok(git);
    return git;
  }

  it('tells what git tells', async () => {
    at.git('init', '-q');
    assert.equal((await opened()).headCommit(), null);
    at.write('a b.txt', 'one');
    at.write('gone', 'gone for good');
    at.write('old', 'the old one\n');
    at.git('add', '.');
    at.git('commit', '-q', '-m', 'one');
    at.git('tag', '-a', 'v1', '-m', 'tagged');
    at.git('checkout', '-q', '-b', 'topic/x');
    at.git('pack-refs', '--all');
    at.git('remote', 'add', 'origin', 'https://ann:token@example.com/x.git');
    at.write('a b.txt', 'changed');
    at.write('new');
    at.write('added', 'something new\n');
    at.git('add', 'added');
    at.git('rm', '-q', 'gone');
    at.git('mv', 'old', 'renamed');
    const git = await opened();
    const commit = at.git('rev-parse', 'HEAD').trim();
    assert.equal(git.headCommit(), commit);
    assert.equal(git.branch(), 'topic/x');
    assert.deepEqual((await git.lsFiles())?.sort(), ['a b.txt', 'added', 'renamed']);
    for (const rev of ['HEAD', 'main', 'v1', 'topic/x', 'refs/heads/main', commit.slice(0, 10)])
      assert.equal(await git.revParse(rev), commit, rev);
    for (const rev of ['none', '--all', 'HEAD~', '../x']) assert.equal(await git.revParse(rev), null, rev);
    assert.deepEqual(await git.remotes(), [{ name: 'origin', url: 'https://***@example.com/x.git', pushUrl: null }]);
    const status = await git.status();
    assert.deepEqual([status?.branch, status?.commit], ['topic/x', commit]);
    assert.deepEqual(
      status?.entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      [
        { path: 'a b.txt', index: '.', worktree: 'M' },
        { path: 'added', index: 'A', worktree: '.' },
        { path: 'gone', index: 'D', worktree: '.' },
        { path: 'new', index: '?', worktree: '?' },
        { path: 'renamed', index: 'R', worktree: '.', from: 'old' },
      ],
    );
  });

  it('works in a linked working tree, and not where .git leads to a place that does not lead back', async () => {
    at.git('init', '-q');
    at.write('a');
    at.git('add', '.');
    at.git('commit', '-q', '-m', 'one');
    const linked = join(at.base, 'linked');
    at.git('worktree', 'add', '-q', '-b', 'side', linked);
    const env = { PATH: process.env['PATH'] ?? '', HOME: at.home };
    const git = await openGit({ workspace: linked, home: at.home, env, scratch: at.scratch });
    assert.equal(git?.branch(), 'side');
    assert.deepEqual(await git?.lsFiles(), ['a']);
    assert.deepEqual((await git?.status())?.entries, []);
    await git?.close();
    writeFileSync(join(at.outside, '.git'), `gitdir: ${at.root}/.git\n`);
    assert.equal(await openGit({ workspace: at.outside, home: at.home, env, scratch: at.scratch }), null);
  });

  it('is not done where there is no repository, or no git outside the workspace', async () => {
    assert.equal(await at.reader(), null);
    at.git('init', '-q');
    const planted = at.write('bin/git', '#!/bin/sh\n');
    chmodSync(planted, 0o755);
    symlinkSync(planted, join(at.outside, 'git'));
    const folders = [join(at.root, 'bin'), '.', at.outside, 'node_modules/.bin'].join(delimiter);
    assert.equal(findGit(folders, at.root), null);
    const found = findGit(`${folders}${delimiter}${process.env['PATH'] ?? ''}`, at.root);
    assert.equal(found?.path, execFileSync('which', ['git'], { encoding: 'utf8' }).trim());
    assert.ok(!found?.searchPath.includes(at.root));
    assert.equal(
      await openGit({ workspace: at.root, home: at.home, env: { PATH: folders }, scratch: at.scratch }),
      null,
    );
  });

  it('gives up on an index that is a pipe or is damaged, and rules for ignoring still count', async () => {
    at.git('init', '-q');
    at.write('.gitignore', 'x\n');
    at.write('x');
    writeFileSync(join(at.root, '.git/index'), 'nonsense');
    const git = await opened();
    assert.equal(await git.lsFiles(), null);
    assert.equal(await git.status(), null);
    assert.equal((await pathFact(await at.facts(), join(at.root, 'x'))).held, 'ignored');
  });

  it('takes a split index, a shallow clone and SHA-256', async () => {
    at.git('init', '-q', '--object-format=sha256');
    at.write('a');
    at.git('add', '.');
    at.git('commit', '-q', '-m', 'one');
    at.git('update-index', '--split-index');
    const git = await opened();
    assert.deepEqual(await git.lsFiles(), ['a']);
    assert.equal(await git.revParse('HEAD'), at.git('rev-parse', 'HEAD').trim());
    assert.deepEqual((await git.status())?.entries, []);
  });

  it('masks what addresses hold', () => {
    for (const [url, masked] of [
      ['https://user:pass@host/x', 'https://***@host/x'],
      ['https://ghp_token@host/x', 'https://***@host/x'],
      ['ssh://git@host/x', 'ssh://git@host/x'],
      ['git@host:x', 'git@host:x'],
      ['https://host/x?private_token=abc&a=b', 'https://host/x?private_token=***&a=b'],
    ] as const)
      assert.equal(maskAddress(url), masked);
  });
});

describe('a hostile repository', () => {
  let at: Place;
  beforeEach(() => {
    at = place();
  });
  afterEach(() => at.remove());

  it('runs nothing when it is opened, looked at, searched and read', async () => {
    const hostile = hostileRepository(at.base);
    const { root } = hostile;
    const PATH = [root, join(root, 'node_modules/.bin'), '.', process.env['PATH'] ?? ''].join(delimiter);
    const { env } = scrubEnvironment(
      { PATH, HOME: at.home, RIPGREP_CONFIG_PATH: join(root, '.ripgreprc') },
      () => false,
    );
    const workspace = await openWorkspace(root);
    const git = await openGit({ workspace: workspace.root, home: at.home, env, scratch: at.scratch });
    assert.ok(git);
    assert.equal(git.branch(), 'main');
    assert.ok(git.headCommit());
    assert.ok((await git.lsFiles())?.includes('src/app.js'));
    const status = await git.status();
    assert.ok(status?.entries.some(entry => entry.path === 'README.md' && entry.worktree === 'M'));
    assert.ok(status?.entries.some(entry => entry.path === 'src/new.js'));
    assert.ok((await git.remotes()).some(remote => remote.name === 'origin' && remote.url.startsWith('ext::')));
    assert.ok(await git.revParse('main'));

    const source = openFacts({ root, home: at.home, ownState: [], git, trustedHosts: new Set() }).begin();
    const paths = [
      'README.md',
      'src/app.js',
      'src/new.js',
      'ignored/kept.txt',
      'sub/file',
      '.git/config',
      '.GIT/config',
      'endless',
      'git',
    ];
    const texts = ['waits.sh', 'git', 'endless', 'node_modules/.bin/bash'];
    await source.gather([
      ...paths.map(path => ({ about: 'path' as const, path: join(root, path) })),
      ...texts.map(path => ({ about: 'text' as const, path: join(root, path) })),
      { about: 'manifest', directory: root },
    ]);
    const facts = source.facts();
    assert.deepEqual(
      paths.map(path => facts.path(join(root, path))?.held),
      // A repository inside is a part of each snapshot, so what it does not ignore is held.
      ['tracked', 'tracked', 'untracked', 'ignored', 'untracked', 'ignored', 'ignored', 'unknown', 'untracked'],
    );
    assert.equal(facts.text(join(root, 'waits.sh')), null);
    assert.match(facts.text(join(root, 'git')) ?? '', /^#!\/bin\/sh/);
    assert.ok(facts.manifest(root, 'npm')?.tasks['test']);
    assert.equal(facts.manifest(root, 'make'), null);

    const context = {
      ripgrep: findRipgrep(undefined, { searchPath: '', workspace: root }),
      env,
      root,
      signal: new AbortController().signal,
    };
    const found = await search({ kind: 'search', by: 'content', pattern: 'hello', root }, context);
    assert.ok(found.lines.some(line => line.startsWith('README.md')));
    await search({ kind: 'search', by: 'name', pattern: '**/*.js', root }, context);
    assert.ok((await workspace.locate('README.md')).inside);
    const { text } = await read({ kind: 'read', path: join(root, 'README.md') });
    assert.match(text, /hello again/);
    assert.deepEqual(hostile.markers(), []);
    await git.close();
  });

  it('has teeth: plain git runs what it holds', () => {
    const hostile = hostileRepository(at.base);
    const ran = (...args: string[]): string[] => {
      hostile.clear();
      try {
        execFileSync('git', args, {
          cwd: hostile.root,
          env: { PATH: process.env['PATH'] ?? '', HOME: at.home },
          stdio: 'pipe',
        });
      } catch {
        // Some of it fails after it ran something.
      }
      return hostile.markers();
    };
    /** A helper that git did not wait for to the end may be ended by git's own failing: then it is tried again. */
    const runs = (marker: string, ...args: string[]): boolean =>
      [1, 2, 3, 4, 5].some(() => ran(...args).includes(marker));
    assert.deepEqual(ran('status'), ['fsmonitor', 'hook-post-index-change']);
    assert.ok(runs('external-diff', 'diff'));
    assert.ok(runs('textconv', 'log', '-p', '-1'));
    assert.ok(runs('filter-process', 'add', 'data.bin'));
    assert.ok(runs('include', 'add', 'notes.txt'));
    assert.ok(runs('gpg-program', 'commit', '--allow-empty', '-m', 'x'));
    assert.ok(runs('hook-reference-transaction', 'commit', '--allow-empty', '--no-gpg-sign', '-m', 'x'));
    assert.ok(runs('ext', 'push', 'origin', 'main'));
    assert.ok(runs('push-insteadof', 'push', 'plain', 'main'));
  });

  it('whose configuration of git lies in the workspace is not taken for the person', async () => {
    at.git('init', '-q');
    mkdirSync(join(at.root, 'home'));
    writeFileSync(join(at.root, 'home/.gitconfig'), '[commit]\n\tgpgSign = true\n');
    const env = { PATH: process.env['PATH'] ?? '', HOME: join(at.root, 'home') };
    const git = await openGit({ workspace: at.root, home: at.home, env, scratch: at.scratch });
    assert.ok(git);
    assert.equal(git.person, null);
    await git.close();
  });
});
