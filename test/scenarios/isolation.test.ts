import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunEvent } from '../../src/protocol/event.ts';
import { hostileRepository } from '../support/hostileRepository.ts';
import { inFull } from '../support/share.ts';
import { commitAll, eventsOf, type Finished, makeWorld, project, until, type World } from './support.ts';

const write = (path: string, text: string) =>
  `  - calls: [{ tool: Write, input: ${JSON.stringify({ file_path: path, content: text })} }]\n`;
const bash = (command: string) => `  - calls: [{ tool: Bash, input: ${JSON.stringify({ command })} }]\n`;

interface Result {
  run: string;
  exitCode: number;
  journal: string;
  filesChanged: string[];
  isolation: {
    branch: string;
    base: string;
    worktree: string;
    original: string;
    commits: string[];
    next: Record<string, string>;
  };
}

/** All of a folder but git's own look at it, byte for byte. */
function everything(folder: string, but: RegExp): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !but.test(path.slice(folder.length))) found[path] = readFileSync(path, 'latin1');
  }
  return found;
}
const newForGit = /^\/\.git\/(objects|worktrees|refs\/heads\/gatehouse|logs\/refs\/heads\/gatehouse)\//;

describe('gatehouse run --isolate worktree', function () {
  this.timeout(180_000);
  let world: World;
  afterEach(() => world.close());

  beforeEach(() => {
    world = makeWorld({});
    cpSync(join(project, 'media/sample'), world.workspace, { recursive: true });
    put('.gitignore', 'node_modules/\n.env\n');
    commitAll(world.workspace);
    put('node_modules/helper/index.js', 'export const answer = 42;\n');
    put('node_modules/helper/package.json', '{"name":"helper","type":"module","exports":"./index.js"}\n');
    put('.env', 'SECRET=1\n');
    mkdirSync(world.home, { recursive: true, mode: 0o700 });
    writeFileSync(join(world.home, '.gitconfig'), '[user]\n\tname = Ann\n\temail = ann@example.com\n');
  });

  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(world.workspace, path)), { recursive: true });
    writeFileSync(join(world.workspace, path), text);
  };
  const git = (...args: string[]): string => {
    const env = { PATH: process.env['PATH'], HOME: world.home };
    const { stdout, stderr, status } = spawnSync('git', args, { cwd: world.workspace, env, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout;
  };

  async function start(
    script: string,
    more: { env?: Record<string, string>; args?: string[]; cwd?: string; stdin?: string } = {},
  ) {
    const server = await world.rehearse(`turns:\n${script}  - say: Done.\n`);
    const args = [
      'run',
      'Add the new unit',
      '--mode',
      'auto',
      '--isolate',
      'worktree',
      ...(more.args ?? ['--output', 'json']),
    ];
    return world.cli(args, {
      server,
      ...(more.env === undefined ? {} : { env: more.env }),
      ...(more.cwd === undefined ? {} : { cwd: more.cwd }),
      ...(more.stdin === undefined ? {} : { stdin: more.stdin }),
    });
  }
  async function run(script: string, more: Parameters<typeof start>[1] = {}): Promise<Result> {
    return resultOf(await (await start(script, more)).done);
  }
  function resultOf(finished: Finished): Result {
    assert.equal(finished.code, 0, finished.stderr + finished.stdout);
    return JSON.parse(finished.stdout);
  }
  const worktree = (...args: string[]): Promise<Finished> => world.cli(['worktree', ...args]).done;
  const answers = (events: readonly RunEvent[]): string[] =>
    events.flatMap(event => (event.kind === 'tool.answered' ? [event.text] : []));
  const isGone = (result: Result): void => {
    assert.equal(existsSync(dirname(result.isolation.worktree)), false);
    assert.equal(existsSync(join(world.workspace, '.git/worktrees')), false);
  };
  const branches = (): string => git('branch', '--format=%(refname:short)');

  it('works there with its dependencies, commits, and leaves the person’s tree as it is to the byte', async () => {
    put('README.md', 'changed by the person\n');
    git('status');
    const before = everything(world.workspace, newForGit);
    const result = await run(
      write('src/extra.js', "import { answer } from 'helper';\nexport const extra = answer;\n") +
        write(
          'test/extra.test.js',
          "import test from 'node:test';\nimport assert from 'node:assert';\nimport { extra } from '../src/extra.js';\ntest('extra', () => assert.equal(extra, 42));\n",
        ) +
        bash('npm test 2>&1 | grep extra; git status --porcelain; ls -a; cat README.md | head -1'),
    );
    assert.deepEqual(everything(world.workspace, newForGit), before);
    assert.equal(result.exitCode, 0);
    assert.deepEqual(result.filesChanged, ['src/extra.js', 'test/extra.test.js']);
    const { isolation } = result;
    assert.match(isolation.branch, /^gatehouse\/[0-9a-z]{8}-add-the-new-unit$/);
    assert.equal(isolation.worktree, join(world.home, 'worktrees', result.run, 'workspace'));
    assert.equal(isolation.next['merge'], `gatehouse worktree ${result.run} merge`);
    const events = eventsOf(result.journal);
    const told = answers(events).at(-1) ?? '';
    assert.match(told, /^(ok \d+ -|✔) extra/m);
    assert.match(told, /\?\? src\/extra\.js\n\?\? test\/extra\.test\.js/);
    assert.doesNotMatch(told, /\.env|changed by the person/);
    const prepared = events.find(event => event.kind === 'isolation.prepared');
    assert.deepEqual(
      prepared?.copied.map(({ path }) => path),
      ['node_modules'],
    );
    assert.deepEqual(prepared?.notCopied, [{ path: '.env', why: 'environment' }]);
    assert.equal(prepared?.uncommitted, 1);
    assert.deepEqual(isolation.commits, [git('rev-parse', isolation.branch).trim()]);
    const shown = git('log', '-1', '--format=%an %s%n%b', '--name-only', isolation.branch);
    assert.match(shown, new RegExp(`^Ann Add the new unit\nGatehouse run ${result.run}\n`));
    assert.match(shown, /src\/extra\.js\ntest\/extra\.test\.js\n$/);
    assert.equal((await world.cli(['verify', result.run]).done).code, 0);
  });

  it('shows how it stands, and merges it beside uncommitted changes', async () => {
    put('README.md', 'changed by the person\n');
    const result = await run(write('src/extra.js', 'export const extra = 1;\n'));
    const state = await worktree('last');
    assert.match(state.stdout, /branch {5}gatehouse\//);
    assert.match(state.stdout, /1 commit\n {2}[0-9a-f]{10} Add the new unit\n/);
    assert.match(state.stdout, /1 file\n {2}src\/extra\.js\n/);
    assert.match(state.stdout, /merge {6}without conflicts, your branch moves up to it/);
    const merged = await worktree('last', 'merge');
    assert.equal(merged.code, 0, merged.stderr);
    assert.match(merged.stdout, /was merged into main; the worktree and the branch are gone/);
    assert.equal(world.read('src/extra.js'), 'export const extra = 1;\n');
    assert.equal(git('status', '--porcelain'), ' M README.md\n');
    assert.equal(git('rev-parse', 'main').trim(), result.isolation.commits[0]);
    assert.equal(branches(), 'main\n');
    isGone(result);
    const report = await world.cli(['report', 'last']).done;
    assert.match(report.stdout, /Branch: `gatehouse\/[^`]+` from `[0-9a-f]{12}` of/);
    assert.match(report.stdout, /Became of it: merged into `main`/);
    assert.equal((await world.cli(['verify', result.run]).done).code, 0);
    assert.equal((await worktree('last', 'merge')).code, 0);
    const other = await worktree('last', 'discard', '--yes');
    assert.equal(other.code, 1);
    assert.match(other.stderr, /was merged/);
    const undone = await world.cli(['undo', 'last', '--yes']).done;
    assert.equal(undone.code, 1);
    assert.match(undone.stderr, /is gone already: its branch gatehouse\/.* was merged\. `git revert` takes back/);
    assert.match((await world.cli(['checkpoints', 'last']).done).stdout, /1 file +\+1 −0 +Write/);
  });

  inFull('names conflicts before anything is merged, and changes nothing', async () => {
    const result = await run(
      '  - calls: [{ tool: Read, input: { file_path: src/units.js } }]\n' + write('src/units.js', 'from the run\n'),
    );
    put('src/units.js', 'from the person\n');
    git('-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', 'commit', '-qam', 'Mine');
    const before = everything(world.workspace, /^\/\.git\//);
    const head = git('rev-parse', 'HEAD');
    assert.match((await worktree('last')).stdout, /merge {6}conflicts in 1 file:\n {2}src\/units\.js\n/);
    const refused = await worktree('last', 'merge');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /conflicts with your branch in src\/units\.js, so nothing was merged/);
    assert.deepEqual(everything(world.workspace, /^\/\.git\//), before);
    assert.equal(git('rev-parse', 'HEAD'), head);
    assert.ok(existsSync(result.isolation.worktree));
  });

  inFull('keeps the branch, or discards it without a trace', async () => {
    const before = everything(world.workspace, /^\/\.git\/objects\//);
    const kept = await run(write('src/extra.js', 'export const extra = 1;\n'));
    assert.equal((await worktree('last', 'keep')).code, 0);
    assert.equal(branches(), `${kept.isolation.branch}\nmain\n`);
    isGone(kept);
    git('branch', '-q', '-D', kept.isolation.branch);
    const gone = await run(write('src/extra.js', 'export const extra = 1;\n'));
    const unasked = await worktree('last', 'discard');
    assert.equal(unasked.code, 2);
    assert.match(unasked.stderr, /--yes/);
    assert.ok(existsSync(gone.isolation.worktree));
    const discarded = await worktree('last', 'discard', '--yes', '--output', 'json');
    assert.equal(discarded.code, 0, discarded.stderr);
    assert.equal(JSON.parse(discarded.stdout).how, 'discarded');
    isGone(gone);
    git('pack-refs', '--all', '--no-prune');
    rmSync(join(world.workspace, '.git/packed-refs'));
    assert.deepEqual(everything(world.workspace, /^\/\.git\/objects\//), before);
  });

  it('loses nothing that is in no commit, whatever is done with the branch', async () => {
    const result = await run(write('src/extra.js', 'export const extra = 1;\n'));
    writeFileSync(join(result.isolation.worktree, 'later.txt'), 'by the person\n');
    for (const action of ['merge', 'keep']) {
      const refused = await worktree('last', action);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /in no commit: later\.txt/);
    }
    assert.equal((await worktree('last', 'keep', '--yes')).code, 0);
    isGone(result);
    assert.equal(git('show', `${result.isolation.branch}:later.txt`), 'by the person\n');
  });

  inFull('is merged with all that a killed run did, or not at all', async () => {
    const running = await start(
      bash('git init -q inner; touch inner/x; echo 1 > one.txt; touch begun; until test -e go; do sleep 0.05; done'),
      { args: ['--on-ask', 'prompt', '--output', 'json'], stdin: 'y\ny\ny\n' },
    );
    const folder = join(world.home, 'worktrees');
    const tree = (): string => join(folder, readdirSync(folder)[0] ?? '', 'workspace');
    await until(() => existsSync(folder) && existsSync(join(tree(), 'begun')));
    running.child.kill('SIGKILL');
    await running.done;
    const refused = await worktree('last', 'merge', '--yes');
    assert.equal(refused.code, 1, refused.stdout);
    assert.match(refused.stderr, /in no commit: inner/);
    assert.equal(readFileSync(join(tree(), 'one.txt'), 'utf8'), '1\n');
    rmSync(join(tree(), 'inner'), { recursive: true });
    const merged = await worktree('last', 'merge', '--yes');
    assert.equal(merged.code, 0, merged.stderr);
    assert.deepEqual([world.read('one.txt'), world.exists('begun')], ['1\n', true]);
    assert.equal((await world.cli(['verify', 'last']).done).code, 0);
  });

  inFull('lets the agent commit there in the sandbox, and signs nothing that is not to be', async () => {
    const result = await run(
      bash('echo 1 > one.txt && git add -A && git commit -q -m "By the agent" && git log --oneline | wc -l'),
    );
    assert.deepEqual(result.isolation.commits, []);
    assert.equal(git('log', '-1', '--format=%an %s', result.isolation.branch), 'Ann By the agent\n');
    assert.equal(git('log', '--format=%s', 'main'), 'Start\n');
  });

  inFull('runs the person’s set-up command instead of copying, and copies what is named', async () => {
    const result = await run(bash('cat made.txt; ls -a'), {
      env: {
        GATEHOUSE_ISOLATION_SETUP: 'echo ready > made.txt && echo made.txt >> .gitignore',
        GATEHOUSE_ISOLATION_COPY: '.env',
      },
    });
    const events = eventsOf(result.journal);
    const prepared = events.find(event => event.kind === 'isolation.prepared');
    assert.deepEqual(
      prepared?.copied.map(({ path }) => path),
      ['.env'],
    );
    const decided = events.findLast(event => event.kind === 'effect.decided' && event.decision.by.type === 'person');
    assert.ok(decided?.kind === 'effect.decided' && decided.decision.by.type === 'person');
    assert.equal(decided.decision.by.surface, 'setting');
    assert.ok(!events.some(event => event.kind === 'question.asked'));
    const context = events.flatMap(event => (event.kind === 'context.added' ? [event.text] : []));
    assert.match(context.join('\n'), /set-up command .* ended with exit code 0/);
    assert.match(answers(events).at(-1) ?? '', /^ready\n[^]*\n\.env\n/);
    assert.doesNotMatch(answers(events).at(-1) ?? '', /node_modules/);
  });

  inFull('does nothing in the set-up that nobody may do, and goes on', async () => {
    const result = await run(bash('ls'), { env: { GATEHOUSE_ISOLATION_SETUP: `touch ${world.home}/policy.yaml` } });
    const events = eventsOf(result.journal);
    assert.equal(existsSync(join(world.home, 'policy.yaml')), false);
    assert.ok(!events.slice(0, 8).some(event => event.kind === 'effect.intended'));
    const context = events.flatMap(event => (event.kind === 'context.added' ? [event.text] : []));
    assert.match(context.join('\n'), /set-up command .* was not done \(gate\.refused\)/);
  });

  inFull('works in the folder of the repository that was named', async () => {
    const result = await run(bash('pwd; ls'), { cwd: join(world.workspace, 'src') });
    assert.equal(result.isolation.original, join(world.workspace, 'src'));
    assert.match(answers(eventsOf(result.journal)).at(-1) ?? '', /worktrees\/[^/]+\/workspace\/src\nformat\.js/);
  });

  it('lets two runs work at once in one workspace, and neither takes back what the other commits', async () => {
    const commit = (own: string): string => `git add ${own}.txt && git commit -q -m ${own}`;
    const work = (own: string, command: string): string => bash(`echo ${own} > ${own}.txt`) + bash(command);
    const gone = 'until test -e go; do sleep 0.05; done';
    // The second commits while a command of the first is alive, and its own goes on when that has ended.
    const one = await start(work('one', `touch busy; ${gone}; ${commit('one')}`));
    const folder = join(world.home, 'worktrees');
    const holding = (name: string): string | undefined =>
      (existsSync(folder) ? readdirSync(folder) : [])
        .map(each => join(folder, each, 'workspace'))
        .find(tree => existsSync(join(tree, name)));
    await until(() => holding('busy') !== undefined);
    const two = await start(work('two', `${commit('two')}; ${gone}`));
    // The ref is there a moment before what it names.
    const subjects = (): string =>
      spawnSync('git', ['log', '--all', '--format=%s'], { cwd: world.workspace, encoding: 'utf8' }).stdout;
    await until(() => subjects().includes('two'));
    writeFileSync(join(holding('one.txt') ?? '', 'go'), '');
    const first = resultOf(await one.done);
    writeFileSync(join(holding('two.txt') ?? '', 'go'), '');
    const second = resultOf(await two.done);
    assert.notEqual(first.isolation.worktree, second.isolation.worktree);
    for (const [{ isolation }, own] of [
      [first, 'one'],
      [second, 'two'],
    ] as const)
      assert.deepEqual(git('log', '--format=%s', isolation.branch).split('\n').slice(-3), [own, 'Start', '']);
    for (const { run: id } of [first, second]) assert.equal((await worktree(id, 'merge', '--yes')).code, 0);
    assert.ok(world.exists('one.txt') && world.exists('two.txt'));
    assert.equal(branches(), 'main\n');
    assert.equal(existsSync(join(world.workspace, '.git/worktrees')), false);
  });

  inFull('is not ended while the run goes on', async () => {
    const running = await start(bash('touch begun; until test -e go; do sleep 0.05; done'));
    const folder = join(world.home, 'worktrees');
    const tree = (): string => join(folder, readdirSync(folder)[0] ?? '', 'workspace');
    await until(() => existsSync(folder) && existsSync(join(tree(), 'begun')));
    const refused = await worktree('last', 'discard', '--yes');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /is going on in process/);
    writeFileSync(join(tree(), 'go'), '');
    assert.equal((await running.done).code, 0);
    assert.equal((await worktree('last', 'discard', '--yes')).code, 0);
  });

  inFull('is gone on with in its worktree after it was killed', async () => {
    const script = `${write('src/extra.js', 'export const extra = 1;\n')}${bash('touch begun; until test -e go; do sleep 0.05; done')}`;
    const running = await start(script);
    const folder = join(world.home, 'worktrees');
    const tree = (): string => join(folder, readdirSync(folder)[0] ?? '', 'workspace');
    await until(() => existsSync(folder) && existsSync(join(tree(), 'begun')));
    running.child.kill('SIGKILL');
    await running.done;
    const server = await world.rehearse('turns:\n  - say: Done.\n');
    const args = ['resume', 'last', '--on-doubt', 'skip', '--output', 'json'];
    const resumed = await world.cli(args, { server, cwd: world.home }).done;
    assert.equal(resumed.code, 0, resumed.stderr);
    const result: Result = JSON.parse(resumed.stdout);
    assert.equal(result.isolation.worktree, tree());
    assert.equal(git('show', '--format=', '--name-only', result.isolation.branch), 'begun\nsrc/extra.js\n');
    assert.equal(git('status', '--porcelain'), '');
    assert.equal((await worktree('last', 'merge')).code, 0);
  });

  inFull('is undone inside its worktree', async () => {
    const result = await run(write('src/extra.js', 'export const extra = 1;\n'));
    const undone = await world.cli(['undo', 'last', '--yes']).done;
    assert.equal(undone.code, 0, undone.stderr);
    assert.equal(existsSync(join(result.isolation.worktree, 'src/extra.js')), false);
    assert.ok(existsSync(join(result.isolation.worktree, 'README.md')));
    const [store = '', ...others] = readdirSync(join(world.home, 'shadow'));
    assert.match(store, /^workspace-/, 'its states are held with those of the workspace that it was made from');
    assert.deepEqual(others, []);
  });

  it('is refused where there is nothing to make a worktree of', async () => {
    rmSync(join(world.workspace, '.git'), { recursive: true });
    const none = await (await start('')).done;
    assert.equal(none.code, 2);
    assert.match(none.stderr, /lies in no git repository/);
    git('init', '-q');
    const empty = await (await start('')).done;
    assert.equal(empty.code, 2);
    assert.match(empty.stderr, /has no commit yet/);
    assert.deepEqual(readdirSync(join(world.home, 'runs')), []);
    assert.deepEqual(existsSync(join(world.home, 'worktrees')) ? readdirSync(join(world.home, 'worktrees')) : [], []);
  });

  it('runs nothing of a hostile repository outside the sandbox', async () => {
    const base = join(world.home, '../evil');
    mkdirSync(base);
    const hostile = hostileRepository(base);
    const result = await run(write('src/extra.js', 'extra\n'), { cwd: hostile.root });
    assert.equal(result.isolation.commits.length, 1);
    assert.equal((await worktree(result.run)).code, 0);
    const merged = await worktree(result.run, 'merge');
    assert.equal(merged.code, 0, merged.stderr);
    assert.ok(existsSync(join(hostile.root, 'src/extra.js')));
    assert.deepEqual(hostile.markers(), []);
  });
});
