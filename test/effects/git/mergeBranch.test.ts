import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { mergeBranch, planMerge } from '../../../src/effects/git/mergeBranch.ts';
import { type GitReader, openGit } from '../../../src/effects/git/neutral.ts';
import { commitStep } from '../../../src/effects/git/stepCommit.ts';
import { addWorktree } from '../../../src/effects/git/worktrees.ts';
import { type FailureCode, GatehouseError } from '../../../src/protocol/failure.ts';
import { hostileRepository } from '../../support/hostileRepository.ts';
import { type Place, place } from '../facts/setup.ts';

const branch = 'gatehouse/x-task';

describe('a run’s branch', () => {
  let at: Place;
  let path: string;
  let original: GitReader;
  let own: GitReader;
  const opened: GitReader[] = [];

  const env = () => ({ PATH: process.env['PATH'] ?? '', HOME: at.home, GIT_CONFIG_NOSYSTEM: '1' });
  const inTree = (...args: string[]) =>
    execFileSync('git', args, { cwd: path, env: env(), encoding: 'utf8', stdio: 'pipe' });
  const put = (name: string, text: string) => {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), text);
  };
  const open = async (workspace: string): Promise<GitReader> => {
    const reader = await openGit({ workspace, home: at.home, env: env(), scratch: at.scratch });
    assert.ok(reader);
    opened.push(reader);
    return reader;
  };
  const isolate = async (root: string): Promise<void> => {
    original = await open(root);
    const base = original.headCommit() ?? '';
    await addWorktree({ git: original, scratch: at.scratch, path, name: 'gatehouse-x', branch, base, who: 'A <a@b>' });
    own = await open(path);
  };
  const commit = (message = 'Do the task\n\nGatehouse run x') =>
    commitStep({ git: own, scratch: at.scratch, branch, message });
  const plan = () => planMerge({ git: original, scratch: at.scratch, branch });
  const merge = () => mergeBranch({ git: original, scratch: at.scratch, branch });
  const refuses = (work: Promise<unknown>, code: FailureCode, args: object = {}) =>
    assert.rejects(work, (error: unknown) => {
      assert.ok(error instanceof GatehouseError, String(error));
      assert.equal(error.failure.code, code);
      for (const [key, value] of Object.entries(args)) assert.equal(error.failure.args[key], value);
      return true;
    });

  beforeEach(async () => {
    at = place();
    path = join(at.base, 'state/worktrees/run/workspace');
    at.git('init', '-q');
    at.write('a.txt', 'a\n');
    at.write('b.txt', 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n');
    at.write('.gitignore', 'ignored/\n');
    at.git('add', '.');
    at.git('commit', '-q', '-m', 'one');
    await isolate(at.root);
  });
  afterEach(async () => {
    for (const reader of opened.splice(0)) await reader.close();
    await at.remove();
  });

  describe('is given a commit', () => {
    it('of all that changed and is not ignored, by the person', async () => {
      put('a.txt', 'changed\n');
      put('new/äöü\nfile', 'new\n');
      rmSync(join(path, 'b.txt'));
      put('ignored/x', 'x\n');
      symlinkSync('a.txt', join(path, 'link'));
      const made = await commit();
      assert.equal(made.files, 4);
      assert.deepEqual(made.left, []);
      assert.equal(inTree('rev-parse', 'HEAD').trim(), made.commit);
      assert.equal(inTree('rev-parse', branch).trim(), made.commit);
      assert.equal(
        inTree('log', '-1', '--format=%an <%ae> %cn %B').trim(),
        'Ann <ann@example.com> Ann Do the task\n\nGatehouse run x',
      );
      assert.equal(inTree('status', '--porcelain'), '');
      assert.equal(inTree('ls-files', '-z'), ['.gitignore', 'a.txt', 'link', 'new/äöü\nfile', ''].join('\0'));
      assert.match(inTree('reflog', '-1'), /commit: Do the task/);
      assert.equal(at.git('rev-parse', 'main').trim(), own.headCommit() === null ? '' : original.headCommit());
      at.git('fsck', '--strict');
    });

    it('where something changed, and else none', async () => {
      assert.equal((await commit()).commit, null);
      put('a.txt', 'changed\n');
      assert.notEqual((await commit()).commit, null);
      assert.equal((await commit()).commit, null);
      put('a.txt', 'a\n');
      assert.notEqual((await commit()).commit, null);
    });

    it('also of what was changed within the second of a checkout and is as long as it was', async () => {
      const file = join(path, 'b.txt');
      const index = join(at.root, '.git/worktrees/gatehouse-x/index');
      const same = Math.floor(Date.now() / 1000) - 100;
      utimesSync(file, same, same);
      inTree('update-index', '--refresh');
      utimesSync(index, same, same);
      put('b.txt', readFileSync(file, 'utf8').toUpperCase());
      utimesSync(file, same, same);
      assert.equal((await commit()).files, 1);
      // The index that it leaves hides nothing either.
      utimesSync(file, same, same);
      put('b.txt', readFileSync(file, 'utf8').toLowerCase());
      assert.equal((await commit()).files, 1);
    });

    it('after those that the agent made itself, which stay', async () => {
      put('a.txt', 'agent\n');
      inTree('commit', '-qam', 'By the agent');
      put('a.txt', 'later\n');
      await commit('Rest');
      assert.equal(inTree('log', '--format=%s'), 'Rest\nBy the agent\none\n');
    });

    it('by Gatehouse where git does not know the person', async () => {
      writeFileSync(join(at.home, '.gitconfig'), '');
      own = await open(path);
      put('a.txt', 'changed\n');
      await commit();
      assert.equal(inTree('log', '-1', '--format=%an'), 'Gatehouse\n');
    });

    it('signed where the person signs', async () => {
      const key = join(at.home, 'key');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
      writeFileSync(join(at.home, 'signers'), `ann@example.com ${readFileSync(`${key}.pub`, 'utf8')}`);
      appendFileSync(
        join(at.home, '.gitconfig'),
        `[commit]\n\tgpgSign = true\n[gpg]\n\tformat = ssh\n[gpg "ssh"]\n\tallowedSignersFile = ${at.home}/signers\n[user]\n\tsigningKey = ${key}.pub\n`,
      );
      original = await open(at.root);
      own = await open(path);
      put('a.txt', 'changed\n');
      const made = await commit();
      assert.equal(made.signing.type, 'signed');
      assert.equal(inTree('rev-parse', branch).trim(), made.commit);
      const verified = (rev: string) =>
        spawnSync('git', ['verify-commit', rev], { cwd: path, env: env() }).status === 0;
      assert.ok(verified(branch));
      assert.equal(inTree('status', '--porcelain'), '');
      at.write('c.txt', 'c\n');
      at.git('add', 'c.txt');
      at.git('-c', 'commit.gpgSign=false', 'commit', '-qm', 'beside');
      assert.equal((await merge()).signing, 'signed');
      assert.ok(verified('main'));
      assert.equal(at.git('log', '-1', '--format=%P', 'main').trim().split(' ').length, 2);
    });

    it('without repositories inside and without files that need a filter of the person’s git, and says so', async () => {
      at.git('config', 'filter.zip.clean', 'gzip');
      own = await open(path);
      put('.gitattributes', '*.bin filter=lfs -text\n*.zip filter=zip\n*.txt filter=nobody\n');
      put('x.bin', 'big');
      put('x.zip', 'zip');
      put('x.txt', 'text\n');
      put('inner/file', 'x\n');
      execFileSync('git', ['init', '-q'], { cwd: join(path, 'inner'), env: env() });
      const made = await commit();
      assert.deepEqual(made.left.sort(), ['inner/', 'x.bin', 'x.zip']);
      assert.equal(inTree('show', '--name-only', '--format=', 'HEAD'), '.gitattributes\nx.txt\n');
    });

    it('only while it is checked out', async () => {
      inTree('checkout', '-q', '--detach');
      put('a.txt', 'changed\n');
      await refuses(commit(), 'isolation.notMergeable', { why: 'branchLeft' });
    });

    it('only where no link stands in the folder of objects', async () => {
      symlinkSync(at.outside, join(at.root, '.git/objects/zz'));
      put('a.txt', 'changed\n');
      await refuses(commit(), 'isolation.failed');
    });
  });

  describe('is merged', () => {
    beforeEach(async () => {
      put('b.txt', 'one\ntwo\nthree\nfour\nfive\nsix\nSEVEN\n');
      put('new/file.txt', 'new\n');
      await commit();
    });

    it('by taking it over where nothing was committed beside', async () => {
      assert.deepEqual(await plan(), { type: 'forward', changed: ['b.txt', 'new/file.txt'], overlap: [] });
      const merged = await merge();
      assert.equal(merged.into, 'main');
      assert.equal(at.git('rev-parse', 'main'), inTree('rev-parse', 'HEAD'));
      assert.equal(at.git('status', '--porcelain'), '');
      assert.equal(readFileSync(join(at.root, 'new/file.txt'), 'utf8'), 'new\n');
      assert.match(at.git('reflog', '-1'), /merge gatehouse\/x-task: Fast-forward/);
      assert.deepEqual(await plan(), { type: 'nothing' });
      assert.deepEqual((await merge()).changed, []);
    });

    it('by a merge commit where something was', async () => {
      at.write('b.txt', 'ONE\ntwo\nthree\nfour\nfive\nsix\nseven\n');
      at.git('commit', '-qam', 'beside');
      assert.equal((await plan()).type, 'merge');
      await merge();
      assert.equal(readFileSync(join(at.root, 'b.txt'), 'utf8'), 'ONE\ntwo\nthree\nfour\nfive\nsix\nSEVEN\n');
      assert.equal(at.git('log', '-1', '--format=%s|%an'), "Merge branch 'gatehouse/x-task'|Ann\n");
      assert.equal(at.git('log', '-1', '--format=%P').trim().split(' ').length, 2);
      assert.equal(at.git('status', '--porcelain'), '');
      at.git('fsck', '--strict');
    });

    it('not where it conflicts, which is shown beforehand and changes nothing', async () => {
      at.write('b.txt', 'one\ntwo\nthree\nfour\nfive\nsix\nmine\n');
      at.git('commit', '-qam', 'beside');
      const objects = at.git('count-objects', '-v');
      assert.deepEqual(await plan(), { type: 'conflicts', files: ['b.txt'] });
      assert.equal(at.git('count-objects', '-v'), objects);
      const head = at.git('rev-parse', 'HEAD');
      await refuses(merge(), 'isolation.conflicts', { files: 1, first: 'b.txt' });
      assert.equal(at.git('rev-parse', 'HEAD'), head);
      assert.equal(at.git('status', '--porcelain'), '');
    });

    it('beside uncommitted changes of the person, staged or not, which stay as they are', async () => {
      at.write('a.txt', 'mine\n');
      at.write('staged.txt', 'staged\n');
      at.git('add', 'staged.txt');
      at.write('untracked.txt', 'untracked\n');
      await merge();
      assert.equal(at.git('status', '--porcelain'), ' M a.txt\nA  staged.txt\n?? untracked.txt\n');
      assert.equal(readFileSync(join(at.root, 'a.txt'), 'utf8'), 'mine\n');
      assert.match(readFileSync(join(at.root, 'b.txt'), 'utf8'), /SEVEN/);
    });

    it('not over uncommitted changes, which it names', async () => {
      const head = at.git('rev-parse', 'HEAD');
      at.write('b.txt', 'mine\n');
      assert.deepEqual(await plan(), { type: 'forward', changed: ['b.txt', 'new/file.txt'], overlap: ['b.txt'] });
      await refuses(merge(), 'isolation.overlap', { files: 1, first: 'b.txt' });
      at.git('checkout', '-q', 'b.txt');
      at.write('new/file.txt', 'mine\n');
      await refuses(merge(), 'isolation.overlap', { first: 'new/file.txt' });
      rmSync(join(at.root, 'new'), { recursive: true });
      at.write('new', 'a file where a folder has to be\n');
      await refuses(merge(), 'isolation.overlap', { first: 'new' });
      assert.equal(at.git('rev-parse', 'HEAD'), head);
      assert.equal(readFileSync(join(at.root, 'new'), 'utf8'), 'a file where a folder has to be\n');
    });

    for (const [what, flag] of [
      ['assume to be unchanged', '--assume-unchanged'],
      ['skip', '--skip-worktree'],
    ] as const)
      it(`not over a change in a file that git was told to ${what}`, async () => {
        at.git('update-index', flag, 'b.txt');
        assert.deepEqual(await plan(), { type: 'forward', changed: ['b.txt', 'new/file.txt'], overlap: [] });
        at.write('b.txt', 'mine\n');
        assert.deepEqual(await plan(), { type: 'forward', changed: ['b.txt', 'new/file.txt'], overlap: ['b.txt'] });
        await refuses(merge(), 'isolation.overlap', { files: 1, first: 'b.txt' });
        assert.equal(readFileSync(join(at.root, 'b.txt'), 'utf8'), 'mine\n');
        assert.match(at.git('ls-files', '-v', 'b.txt'), /^[hS] /);
      });

    it('not over a file that is ignored', async () => {
      writeFileSync(join(at.root, '.git/info/exclude'), 'new/\n');
      at.write('new/file.txt', 'precious\n');
      await refuses(merge(), 'isolation.overlap', { first: 'new/file.txt' });
      assert.equal(readFileSync(join(at.root, 'new/file.txt'), 'utf8'), 'precious\n');
    });

    it('again after it was cut off when it had written some files', async () => {
      at.write('new/file.txt', 'new\n');
      at.write('b.txt', 'one\ntwo\nthree\nfour\nfive\nsix\nSEVEN\n');
      assert.deepEqual(await plan(), { type: 'forward', changed: ['b.txt', 'new/file.txt'], overlap: [] });
      const merged = await merge();
      assert.equal(at.git('rev-parse', 'main').trim(), merged.commit);
      assert.equal(at.git('status', '--porcelain'), '');
    });

    it('again after it was cut off before the branch was moved', async () => {
      at.git('read-tree', '-m', '-u', 'HEAD', branch);
      at.write('a.txt', 'mine\n');
      const merged = await merge();
      assert.equal(at.git('rev-parse', 'main').trim(), merged.commit);
      assert.equal(at.git('status', '--porcelain'), ' M a.txt\n');
    });

    it('only into a branch, and only where nothing else goes on', async () => {
      writeFileSync(join(at.root, '.git/MERGE_HEAD'), `${original.headCommit()}\n`);
      await refuses(merge(), 'isolation.notMergeable', { why: 'inProgress' });
      rmSync(join(at.root, '.git/MERGE_HEAD'));
      writeFileSync(join(at.root, '.git/index.lock'), '');
      await refuses(merge(), 'isolation.notMergeable', { why: 'locked' });
      rmSync(join(at.root, '.git/index.lock'));
      at.git('config', 'core.sparseCheckout', 'true');
      await refuses(merge(), 'isolation.notMergeable', { why: 'sparse' });
      at.git('config', '--unset', 'core.sparseCheckout');
      at.git('checkout', '-q', '--detach');
      await refuses(merge(), 'isolation.notMergeable', { why: 'detached' });
      at.git('checkout', '-q', 'main');
      await merge();
    });
  });

  it('runs nothing of a hostile repository when it is committed to and merged', async () => {
    const base = join(at.base, 'evil');
    mkdirSync(base);
    const hostile = hostileRepository(base);
    path = join(at.base, 'state/worktrees/other/hostile');
    await isolate(hostile.root);
    put('src/added.js', 'added\n');
    put('README.md', 'from the run\n');
    const made = await commit();
    assert.deepEqual(made.left, ['README.md']);
    assert.notEqual(made.commit, null);
    const merged = await merge();
    assert.deepEqual(merged.changed, ['src/added.js']);
    assert.ok(existsSync(join(hostile.root, 'src/added.js')));
    assert.deepEqual(hostile.markers(), []);
  });
});
