import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { realClock } from '../../src/effects/clock.ts';
import { worktreeAt } from '../../src/effects/git/worktrees.ts';
import { isolationFrom } from '../../src/hosts/cli/isolate.ts';
import { type Isolated, isolateRun, worktreeName } from '../../src/hosts/isolation.ts';
import { endIsolation } from '../../src/hosts/isolationEnd.ts';
import { defaultIsolation } from '../../src/hosts/isolationSettings.ts';
import { listWorktrees, lookAtIsolation, removeOrphan } from '../../src/hosts/isolationState.ts';
import { type Home, openHome } from '../../src/journal/home.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { readJournal } from '../../src/journal/read.ts';
import { newRunId } from '../../src/journal/runid.ts';
import { type FailureCode, GatehouseError } from '../../src/protocol/failure.ts';
import { type Place, place } from '../effects/facts/setup.ts';

describe('the worktree of a run', () => {
  let at: Place;
  let home: Home;
  let run: string;
  let isolated: Isolated;
  const env = () => ({ PATH: process.env['PATH'], HOME: at.home });

  beforeEach(async () => {
    at = place();
    at.git('init', '-q');
    at.write('a.txt', 'a\n');
    at.git('add', '.');
    at.git('commit', '-q', '-m', 'one');
    home = await openHome({ env: { GATEHOUSE_HOME: join(at.base, 'gatehouse') } });
    run = newRunId(Date.now() - 2 * 60 * 60 * 1000);
    isolated = await make();
  });
  afterEach(() => at.remove());

  const make = (prompt = 'Do it', id = run): Promise<Isolated> =>
    isolateRun({ home, run: id, workspace: at.root, prompt, env: env(), settings: defaultIsolation });
  const inTree = (...args: string[]): string => at.git('-C', isolated.isolation.worktree, ...args);
  /** As a run leaves it that made one commit. */
  async function record(): Promise<void> {
    writeFileSync(join(isolated.root, 'b.txt'), `${run}\n`);
    inTree('add', '.');
    inTree('commit', '-q', '-m', 'two');
    const journal = await createJournal(home, run, realClock);
    await journal.append({
      kind: 'run.started',
      run,
      gatehouse: '0',
      workspace: isolated.root,
      prompt: 'Do it',
      mode: 'auto',
      model: 'm',
      scripted: true,
      limits: {},
      systemDigest: '0'.repeat(64),
      isolation: isolated.isolation,
    });
    await journal.close();
  }
  const setup = () => ({ home, run, env: env() });
  const refuses = (work: Promise<unknown>, code: FailureCode, why?: string) =>
    assert.rejects(work, (error: unknown) => {
      assert.ok(error instanceof GatehouseError, String(error));
      assert.deepEqual([error.failure.code, error.failure.args['why']], [code, why]);
      return true;
    });
  const isGone = (): void => {
    assert.equal(existsSync(dirname(isolated.isolation.worktree)), false);
    assert.equal(existsSync(join(at.root, '.git/worktrees')), false);
  };
  const branches = (): string[] => at.git('branch', '--format=%(refname:short)').trim().split('\n');

  it('has a branch that is named by the words of the task, and by no secret', async () => {
    const named = async (prompt: string): Promise<string> => {
      const other = await make(prompt, newRunId(Date.now()));
      await other.discard();
      return other.isolation.branch.replace(/^gatehouse\/[0-9a-z]{8}/, '');
    };
    assert.equal(
      await named('Fix the parser: “Zürich” fails!\nSecond line'),
      '-fix-the-parser-zurich-fails-second-line',
    );
    assert.equal(await named('Use [secret:api-key:0011aabb] here'), '-use-here');
    assert.equal(await named('修复'), '');
    assert.equal(await named(`${'word '.repeat(30)}`), '-word-word-word-word-word-word-word-word');
    at.git('branch', '-m', 'main', 'gatehouse-main');
    assert.match(isolated.isolation.branch, /^gatehouse\/[0-9a-z]{8}-do-it$/);
  });

  it('may be ended again by the same word after a crash at any point, and by no other', async () => {
    for (const how of ['merged', 'kept', 'discarded'] as const) {
      await record();
      await endIsolation(setup(), how, false);
      const ended = branches();
      // As if it had been killed right after it was written down.
      if (how !== 'kept') at.git('branch', isolated.isolation.branch);
      mkdirSync(isolated.isolation.worktree, { recursive: true });
      writeFileSync(join(isolated.isolation.worktree, 'left'), 'x');
      mkdirSync(join(at.root, '.git/worktrees', worktreeName(run)), { recursive: true });
      await endIsolation(setup(), how, false);
      isGone();
      assert.deepEqual(branches(), ended);
      const other = how === 'kept' ? 'discarded' : 'kept';
      await refuses(endIsolation(setup(), other, false), 'isolation.over');
      const { events } = await readJournal(home, run);
      assert.equal(events.filter(event => event.kind === 'isolation.ended').length, 1);
      assert.equal(branches().includes(isolated.isolation.branch), how === 'kept');
      run = newRunId(Date.now());
      isolated = await make();
    }
  });

  it('is merged also when a merge was cut off before it was written down', async () => {
    await record();
    at.git('merge', '-q', isolated.isolation.branch);
    const { event, merged } = await endIsolation(setup(), 'merged', false);
    assert.equal(event.into, 'main');
    assert.deepEqual(merged?.changed, []);
    isGone();
    assert.deepEqual(branches(), ['main']);
  });

  it('keeps its branch while that is checked out elsewhere', async () => {
    await record();
    inTree('checkout', '-q', '--detach');
    at.git('checkout', '-q', isolated.isolation.branch);
    for (const how of ['merged', 'discarded'] as const)
      await refuses(endIsolation(setup(), how, false), 'isolation.notMergeable', 'checkedOut');
    assert.ok(branches().includes(isolated.isolation.branch));
    assert.ok(existsSync(isolated.isolation.worktree));
  });

  it('goes also where the person’s repository is gone', async () => {
    await record();
    rmSync(at.root, { recursive: true });
    await refuses(endIsolation(setup(), 'merged', true), 'isolation.notMergeable', 'originalGone');
    assert.ok(existsSync(isolated.isolation.worktree));
    const state = await lookAtIsolation(setup());
    assert.equal(state.merge.type, 'impossible');
    await endIsolation(setup(), 'discarded', false);
    assert.equal(existsSync(isolated.isolation.worktree), false);
  });

  it('is found as an orphan once its run is gone or ended, and not before', async () => {
    const states = async (): Promise<string[]> => (await listWorktrees(home)).map(({ state }) => state);
    const fresh = await make('Fresh', newRunId(Date.now()));
    await record();
    assert.deepEqual(await states(), ['open', 'open']);
    await fresh.discard();
    rmSync(join(home.runs, run), { recursive: true });
    const [found] = await listWorktrees(home);
    assert.deepEqual(found, {
      run,
      path: isolated.isolation.worktree,
      branch: isolated.isolation.branch,
      state: 'orphan',
    });
    assert.equal(await removeOrphan(found ?? assert.fail()), isolated.isolation.branch);
    isGone();
    assert.deepEqual(await listWorktrees(home), []);
    assert.ok(branches().includes(isolated.isolation.branch));
    assert.equal(worktreeAt(isolated.isolation.worktree, worktreeName(run)), null);
  });

  it('is refused where the folder is in no commit', async () => {
    mkdirSync(join(at.root, 'new'));
    const work = isolateRun({
      home,
      run: newRunId(Date.now()),
      workspace: join(at.root, 'new'),
      prompt: 'x',
      env: env(),
      settings: defaultIsolation,
    });
    await refuses(work, 'isolation.unavailable', 'folderNotCommitted');
    assert.equal(branches().length, 2);
  });
});

describe('the settings of worktrees', () => {
  const from = (env: Record<string, string>) => isolationFrom(env);

  it('are the defaults where the person set none', () => {
    assert.deepEqual(from({}), { setup: null, copy: [], maxCopyMiB: 2048 });
    assert.deepEqual(from({ GATEHOUSE_ISOLATION_SETUP: ' ' }), { setup: null, copy: [], maxCopyMiB: 2048 });
  });

  it('are read from the environment', () => {
    assert.deepEqual(
      from({
        GATEHOUSE_ISOLATION_SETUP: 'npm ci',
        GATEHOUSE_ISOLATION_COPY: '.env:config/local/',
        GATEHOUSE_ISOLATION_MAX_COPY_MIB: '10',
      }),
      { setup: 'npm ci', copy: ['.env', 'config/local'], maxCopyMiB: 10 },
    );
  });

  it('name nothing outside the repository and nothing of git', () => {
    for (const path of ['/etc/passwd', '../x', '..', '.', 'a/../../b', '.git/config', '.GIT'])
      assert.throws(() => from({ GATEHOUSE_ISOLATION_COPY: path }), GatehouseError, path);
    assert.throws(() => from({ GATEHOUSE_ISOLATION_MAX_COPY_MIB: 'much' }), GatehouseError);
  });
});
