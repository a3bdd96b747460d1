import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEffects, type RunEffects } from '../../../src/effects/effects.ts';
import { type GitReader, openGit } from '../../../src/effects/git/neutral.ts';
import { addWorktree, removeBranch, removeWorktree } from '../../../src/effects/git/worktrees.ts';
import type { ExecOutcome } from '../../../src/effects/outcome.ts';
import { openSandbox, type Sandbox } from '../../../src/effects/sandbox/sandbox.ts';
import { mintPermit } from '../../../src/gate/permit.ts';
import type { Terms } from '../../../src/protocol/containment.ts';
import { type Box, box, helperPath, noSandbox } from '../sandbox/setup.ts';
import { MemoryBlobs } from '../setup.ts';

const who = 'git -c user.name=t -c user.email=t@example.invalid -c commit.gpgSign=false';
const branch = 'gatehouse/x-task';

describe('a command in a run’s own worktree', function () {
  this.timeout(30_000);
  let b: Box;
  let path: string;
  let scratch: string;
  let original: GitReader;
  let own: GitReader;
  let sandbox: Sandbox;
  let effects: RunEffects;

  before(async function () {
    const probe = await box();
    const { available } = probe.sandbox;
    await probe.remove();
    if (!available.ok) assert.fail(noSandbox);
  });

  const open = async (workspace: string): Promise<GitReader> => {
    const reader = await openGit({ workspace, home: b.home, env: b.env, scratch });
    assert.ok(reader);
    return reader;
  };
  const another = (name: string, its: string, from = join(b.base, 'state/worktrees', name, 'workspace')) => {
    const base = original.headCommit() ?? '';
    return addWorktree({ git: original, scratch, path: from, name, branch: its, base, who: 'A <a@b>' });
  };

  beforeEach(async () => {
    b = await box();
    const state = join(b.base, 'state');
    scratch = join(state, 'scratch');
    path = join(state, 'worktrees/one/workspace');
    for (const folder of [state, scratch, join(state, 'cache'), join(state, 'temp'), join(state, 'out')])
      mkdirSync(folder, { mode: 0o700 });
    original = await open(b.root);
    await another('one', branch);
    own = await open(path);
    sandbox = await openSandbox({
      workspaceRoot: path,
      gitCommonDir: own.repository.commonDir,
      gitDir: own.repository.gitDir,
      cacheDir: join(state, 'cache'),
      tempDir: join(state, 'temp'),
      stateDir: state,
      helperPath,
      env: b.env,
      home: b.home,
    });
    effects = createEffects({
      root: path,
      blobs: new MemoryBlobs(),
      clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
      editor: null,
      env: b.env,
      outDir: join(state, 'out'),
      sandbox,
      git: { reader: own, scratch },
    });
  });
  afterEach(async () => {
    await effects.endAll();
    await sandbox.close();
    await original.close();
    await own.close();
    await b.remove();
  });

  function run(command: string, profile: Terms['profile'] = 'git'): Promise<ExecOutcome> {
    const effect = { kind: 'exec', command, cwd: path, timeoutMs: 20_000, background: false } as const;
    const terms: Terms = { profile, hosts: [], writes: [], ...(profile === 'git' ? { refs: 'current' } : {}) };
    const io = { signal: new AbortController().signal, onOutput: () => undefined };
    return effects.run(mintPermit(effect, terms, Date.now()), io);
  }
  /** Runs it, and does `meanwhile` while it is under way. */
  async function during(command: string, meanwhile: () => Promise<unknown>): Promise<ExecOutcome> {
    const running = run(`touch begun; until test -e go; do sleep 0.02; done; ${command}`);
    while (!existsSync(join(path, 'begun'))) await new Promise(resolve => setTimeout(resolve, 10));
    await meanwhile();
    writeFileSync(join(path, 'go'), '');
    return running;
  }
  const rev = (name: string): string => b.git('rev-parse', '--verify', '-q', name).trim();

  it('commits to its branch, and the person’s tree stays as it is', async () => {
    const main = rev('main');
    const done = await run(`echo new > new.txt && ${who} add -A && ${who} commit -q -m Two && git status --porcelain`);
    assert.equal(done.exitCode, 0, done.output);
    assert.equal(done.output, '');
    assert.deepEqual(done.violations, []);
    assert.equal(b.git('log', '--format=%s', branch), 'Two\nFirst\n');
    assert.equal(rev('main'), main);
    assert.equal(b.git('status', '--porcelain'), '');
    assert.equal(existsSync(b.path('new.txt')), false);
  });

  it('sees its files and not what else is ours, and writes nothing of the person’s tree', async () => {
    writeFileSync(join(b.base, 'state/secret'), 'ours');
    const done = await run(`cat a.txt; cat ${b.base}/state/secret; echo x > ${b.root}/a.txt`, 'workspace');
    assert.match(done.output, /^a\n/);
    assert.doesNotMatch(done.output, /ours/);
    assert.equal(readFileSync(b.path('a.txt'), 'utf8'), 'a\n');
  });

  it('moves no other branch, also where it forges what the person’s git would have written', async () => {
    await another('two', 'gatehouse/y');
    const main = rev('main');
    const done = await run(
      `${who} commit -q --allow-empty -m Two; V=$(git rev-parse HEAD); C=$(git rev-parse --git-common-dir)
      git update-ref refs/heads/main $V; git update-ref refs/heads/gatehouse/y $V; git branch more
      line="$V $V t <t@t> 1 +0000	commit: x"
      echo "$line" >> $C/logs/HEAD; echo "$line" >> $C/worktrees/two/logs/HEAD
      mv $C/logs $C/elsewhere; mkdir -p $C/logs; echo "$line" > $C/logs/HEAD
      mkdir -p $C/worktrees/fake/logs tree; echo "$line" > $C/worktrees/fake/logs/HEAD
      echo ../.. > $C/worktrees/fake/commondir; echo "$PWD/tree/.git" > $C/worktrees/fake/gitdir
      echo "gitdir: $C/worktrees/fake" > tree/.git
      echo "ref: refs/heads/main" > $C/worktrees/fake/HEAD`,
    );
    assert.equal(rev('main'), main);
    assert.equal(rev('gatehouse/y'), main);
    assert.throws(() => rev('refs/heads/more'));
    assert.notEqual(rev(branch), main);
    const restored = done.violations.flatMap(each => (each.type === 'restored' ? [each.path] : []));
    for (const ref of ['main', 'gatehouse/y', 'more']) assert.ok(restored.includes(`refs/heads/${ref}`), ref);
  });

  it('does not undo what the person commits meanwhile', async () => {
    const done = await during(`${who} commit -q --allow-empty -m Mine`, async () => {
      b.write('a.txt', 'by the person\n');
      b.git('commit', '-qam', 'By the person');
    });
    assert.equal(done.exitCode, 0, done.output);
    assert.equal(b.git('log', '-1', '--format=%s', 'main'), 'By the person\n');
    assert.equal(b.git('log', '-1', '--format=%s', branch), 'Mine\n');
    assert.deepEqual(done.violations, []);
  });

  it('does not undo what other runs do meanwhile: begin, commit, and go', async () => {
    await another('gone', 'gatehouse/gone');
    const other = await open(join(b.base, 'state/worktrees/gone/workspace'));
    const done = await during('true', async () => {
      await another('new', 'gatehouse/new');
      const place = join(b.base, 'state/worktrees/new/workspace');
      b.git('-C', place, 'commit', '-q', '--allow-empty', '-m', 'Theirs');
      await removeWorktree(other.repository, 'gone', other.repository.top);
      await removeBranch(other.repository, 'gatehouse/gone');
    });
    await other.close();
    assert.equal(done.exitCode, 0, done.output);
    assert.equal(b.git('log', '-1', '--format=%s', 'gatehouse/new'), 'Theirs\n');
    assert.throws(() => rev('refs/heads/gatehouse/gone'));
    assert.deepEqual(done.violations, []);
  });
});
