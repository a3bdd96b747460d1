import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createEffects, type RunEffects } from '../../src/effects/effects.ts';
import { type GitReader, openGit } from '../../src/effects/git/neutral.ts';
import type { ExecOutcome } from '../../src/effects/outcome.ts';
import { mintPermit } from '../../src/gate/permit.ts';
import type { Terms, Violation } from '../../src/protocol/containment.ts';
import { type Box, box, noSandbox } from './sandbox/setup.ts';
import { MemoryBlobs } from './setup.ts';

const who = 'git -c user.name=t -c user.email=t@example.invalid -c commit.gpgSign=false';

describe('the refs of other branches', function () {
  this.timeout(30_000);
  let b: Box;
  let git: GitReader;
  let effects: RunEffects;
  let first: string;
  let second: string;
  let ended: { process: string; violations: Violation[] }[];
  let onEnd: () => void;

  before(async function () {
    const probe = await box();
    const { available } = probe.sandbox;
    await probe.remove();
    if (!available.ok) assert.fail(noSandbox);
  });

  beforeEach(async () => {
    b = await box();
    first = b.git('rev-parse', 'HEAD').trim();
    b.git('commit', '-q', '--allow-empty', '-m', 'Second');
    second = b.git('rev-parse', 'HEAD').trim();
    b.git('branch', 'victim', first);
    const scratch = join(b.base, 'scratch');
    const outDir = join(b.base, 'out');
    for (const folder of [scratch, outDir]) mkdirSync(folder, { mode: 0o700 });
    const reader = await openGit({ workspace: b.root, home: b.home, env: b.env, scratch });
    assert.ok(reader);
    git = reader;
    ended = [];
    onEnd = () => undefined;
    effects = createEffects({
      root: b.root,
      blobs: new MemoryBlobs(),
      clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
      editor: null,
      env: b.env,
      outDir,
      sandbox: b.sandbox,
      git: { reader, scratch },
      onProcessEnd: end => {
        ended.push(end);
        onEnd();
      },
    });
  });
  afterEach(async () => {
    await effects.endAll();
    await git.close();
    await b.remove();
  });

  function run(command: string, more: Partial<Terms> = {}, background = false): Promise<ExecOutcome> {
    const terms: Terms = { profile: 'git', hosts: [], writes: [], refs: 'current', ...more };
    const effect = { kind: 'exec' as const, command, cwd: b.root, timeoutMs: 20_000, background };
    return effects.run(mintPermit(effect, terms, Date.now()), {
      signal: new AbortController().signal,
      onOutput: () => undefined,
    });
  }

  function hook(text: string): void {
    chmodSync(b.write('.git/hooks/pre-commit', `#!/bin/sh\nset -e\n${text}\n`), 0o755);
  }

  const commit = `${who} commit -q --allow-empty -m Third`;
  const at = (rev: string): string => b.git('rev-parse', '--verify', '-q', rev).trim();
  const refs = (): string[] =>
    b.git('for-each-ref', '--format=%(refname) %(objectname)').trim().split('\n').filter(Boolean);
  const restored = (...names: string[]) => names.map(path => ({ type: 'restored', path }));

  it('are put back where a hook of a commit moved one, and the commit stays', async () => {
    hook(`git update-ref refs/heads/victim ${second}`);
    const outcome = await run(commit);
    assert.equal(outcome.exitCode, 0, outcome.output);
    assert.deepEqual(outcome.violations, restored('refs/heads/victim'));
    assert.equal(at('victim'), first);
    assert.equal(at('main~1'), second);
    assert.match(b.git('reflog', 'victim'), /gatehouse: put back/);
    b.git('fsck', '--strict');
  });

  it('are put back where it made and removed some, packed or not', async () => {
    b.git('tag', '-a', '-m', 'v1', 'v1');
    b.git('branch', 'packed', first);
    b.git('pack-refs', '--all');
    const was = refs();
    hook(`git update-ref -d refs/heads/packed && git tag -d v1 && git branch packed/below && git tag -a -m v2 v2 && git pack-refs --all
git branch evil/one && git symbolic-ref refs/heads/alias refs/heads/main && git symbolic-ref refs/heads/victim refs/heads/main`);
    const outcome = await run(`export GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.invalid; ${commit}`);
    assert.equal(outcome.exitCode, 0, outcome.output);
    assert.deepEqual(
      outcome.violations
        .map(each => (each.type === 'restored' ? each.path.replace(/^.*\/(?=\.git\/)/, '') : each.type))
        .toSorted((x, y) => (x < y ? -1 : 1)),
      [
        // It has the logs of what it deleted put back as well.
        '.git/logs/refs/heads/packed',
        '.git/logs/refs/heads/packed/below',
        'refs/heads/alias',
        'refs/heads/evil/one',
        'refs/heads/packed',
        'refs/heads/packed/below',
        'refs/heads/victim',
        'refs/tags/v1',
        'refs/tags/v2',
      ],
    );
    const but = (list: string[]) => list.filter(each => !each.startsWith('refs/heads/main '));
    assert.deepEqual(but(refs()), but(was));
    assert.equal(at('main~1'), second);
    b.git('branch', 'evil/one/deeper');
    b.git('fsck', '--strict');
  });

  it('are put back through locks that were left, links, and folders that were moved', async () => {
    hook(`git update-ref refs/heads/victim ${second}; touch .git/refs/heads/victim.lock .git/packed-refs.lock`);
    assert.deepEqual((await run(commit)).violations, restored('refs/heads/victim'));
    assert.equal(at('victim'), first);
    assert.ok(!existsSync(b.path('.git/refs/heads/victim.lock')));
    hook('true');
    const { violations } = await run('rm .git/refs/heads/victim && ln -s main .git/refs/heads/victim');
    assert.deepEqual(violations, restored('refs/heads/victim'));
    assert.equal(readFileSync(b.path('.git/refs/heads/victim'), 'utf8'), `${first}\n`);
    const was = refs();
    await run('mv .git/refs/heads .git/refs/others && ln -s others .git/refs/heads');
    assert.deepEqual(refs(), was);
  });

  it('are put back under a HEAD that was led to one of them', async () => {
    hook(`git symbolic-ref HEAD refs/heads/fresh && git update-ref refs/heads/fresh ${second}`);
    const outcome = await run(commit);
    assert.ok(outcome.violations.some(each => each.type === 'restored' && each.path === 'refs/heads/fresh'));
    assert.equal(b.git('symbolic-ref', 'HEAD').trim(), 'refs/heads/main');
    assert.equal(at('main'), second);
    hook('git symbolic-ref HEAD refs/heads/victim');
    await run(commit);
    assert.equal(at('victim'), first);
  });

  it('stay changed where that is what the command is for', async () => {
    const outcome = await run('git branch x && git update-ref -d refs/heads/victim', { refs: 'any' });
    assert.deepEqual(outcome.violations, []);
    assert.equal(at('x'), second);
    assert.ok(!refs().some(each => each.includes('victim')));
  });

  it('stay as they are found: a stash, packing and switching are none of it', async () => {
    b.write('a.txt', 'changed\n');
    const outcome = await run(`${who} stash -q && git pack-refs --all && git symbolic-ref HEAD refs/heads/victim`);
    assert.deepEqual(outcome.violations, []);
    assert.equal(outcome.exitCode, 0, outcome.output);
    assert.ok(at('refs/stash'));
    assert.equal(b.git('symbolic-ref', 'HEAD').trim(), 'refs/heads/victim');
  });

  it('are put back at the end of a command in the background, but for what another was for', async () => {
    const over = new Promise<void>(done => {
      onEnd = done;
    });
    const started = await run(
      `until test -e go; do sleep 0.05; done; git update-ref refs/heads/victim ${second}`,
      {},
      true,
    );
    assert.ok(started.background);
    assert.deepEqual((await run('git branch x', { refs: 'any' })).violations, []);
    assert.deepEqual((await run(commit)).violations, []);
    b.write('go', '');
    await over;
    assert.deepEqual(ended[0]?.violations, restored('refs/heads/victim'));
    assert.equal(at('victim'), first);
    assert.equal(at('x'), second);
    assert.equal(at('main~1'), second);
  });

  it('are put back to where another working tree left them, though it had them there before', async () => {
    const theirs = (branch: string, name: string) => {
      b.git('worktree', 'add', '-q', join(b.base, branch), branch);
      return () =>
        b.git('-C', join(b.base, branch), ...who.split(' ').slice(1), 'commit', '-q', '--allow-empty', '-m', name);
    };
    b.git('branch', 'other', first);
    const [victim, other] = [theirs('victim', 'A'), theirs('other', 'B')];
    for (const commits of [victim, other]) commits();
    const over = new Promise<void>(done => {
      onEnd = done;
    });
    const waits = 'until test -e go; do sleep 0.05; done';
    const moves = `git update-ref refs/heads/victim ${first}; git update-ref refs/heads/other "$(cat go)"`;
    await run(`${waits}; ${moves}; ${commit}`, {}, true);
    other();
    const between = at('other');
    other();
    const left = [at('victim'), at('other')];
    b.write('went', between);
    renameSync(b.path('went'), b.path('go'));
    await over;
    const { violations = [] } = ended[0] ?? {};
    assert.deepEqual(new Set(violations), new Set(restored('refs/heads/victim', 'refs/heads/other')));
    assert.deepEqual([at('victim'), at('other')], left);
    assert.equal(at('main~1'), second);
  });

  it('stay where another working tree moves them meanwhile', async () => {
    b.git('worktree', 'add', '-q', join(b.base, 'other'), 'victim');
    const running = run(`until test -e go; do sleep 0.05; done; ${commit}`);
    b.git('-C', join(b.base, 'other'), ...who.split(' ').slice(1), 'commit', '-q', '--allow-empty', '-m', 'Theirs');
    const theirs = at('victim');
    b.write('go', '');
    assert.deepEqual((await running).violations, []);
    assert.equal(at('victim'), theirs);
  });

  it('are out of reach of a command that has nothing to do with git', async () => {
    const outcome = await run(`git update-ref refs/heads/victim ${second}; echo ${second} > .git/refs/heads/victim`, {
      profile: 'workspace',
    });
    assert.notEqual(outcome.exitCode, 0);
    assert.equal(at('victim'), first);
  });
});
