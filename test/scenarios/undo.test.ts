import assert from 'node:assert/strict';
import { mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { treeOf } from '../checkpoints/setup.ts';
import { until } from '../effects/setup.ts';
import { inFull } from '../support/share.ts';
import { eventsOf, type JsonResult, jsonOf, makeWorld, type World } from './support.ts';

const script = `turns:
  - calls: [{ tool: Read, input: { file_path: a.txt } }]
  - calls: [{ tool: Edit, input: { file_path: a.txt, old_string: one, new_string: two } }]
  - calls: [{ tool: Bash, input: { command: 'rm old.txt && mkdir out && echo made > out/new.txt' } }]
  - calls: [{ tool: Write, input: { file_path: out/more.txt, content: "more\\n" } }]
  - say: Done.
`;

const killer = pathToFileURL(resolve(import.meta.dirname, '../support/killAt.ts')).href;

describe('undo and redo', () => {
  let world: World;
  afterEach(() => world.close());

  const skip = (path: string): boolean => path === '.git';
  const tree = (): Map<string, string> => treeOf(world.workspace, skip);
  const gatehouse = async (...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> =>
    world.cli(args).done;

  async function someRun(): Promise<JsonResult> {
    world = makeWorld({ 'a.txt': 'one\n', 'old.txt': 'old\n', '.gitignore': '*.log\n' }, { git: true });
    const server = await world.rehearse(script);
    const args = ['run', 'Change things', '--mode', 'auto', '--on-ask', 'prompt', '--output', 'json'];
    const finished = await world.cli(args, { server, stdin: 'y\ny\ny\ny\n' }).done;
    assert.equal(finished.code, 0, finished.stderr);
    return jsonOf(finished);
  }

  it('take the workspace to where the run began and back, and the journal holds', async () => {
    const { run, journal, filesChanged } = await someRun();
    writeFileSync(join(world.workspace, 'debug.log'), 'ignored\n');
    writeFileSync(join(world.workspace, 'mine.txt'), 'mine\n');
    const result = tree();
    const gitBefore = treeOf(join(world.workspace, '.git'));

    const undone = await gatehouse('undo', run, '--yes');
    assert.equal(undone.code, 0, undone.stderr);
    assert.match(undone.stdout, /^To the start: \d changes\.$/m);
    assert.match(undone.stdout, /M a\.txt {2}\+1 −1/);
    assert.match(undone.stdout, /A old\.txt/);
    assert.match(undone.stdout, /│ -two\n.*│ \+one/);
    assert.match(undone.stdout, /stands at where the run began/);
    assert.deepEqual([...tree().keys()].sort(), ['.gitignore', 'a.txt', 'debug.log', 'mine.txt', 'old.txt']);
    assert.deepEqual([world.read('a.txt'), world.read('old.txt')], ['one\n', 'old\n']);
    assert.deepEqual(treeOf(join(world.workspace, '.git')), gitBefore);

    const again = await gatehouse('redo', run, '--yes');
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(tree(), result);
    assert.match((await gatehouse('redo', run, '--yes')).stdout, /nothing to redo/);

    const verified = await gatehouse('verify', run);
    assert.equal(verified.code, 0, verified.stderr);
    const kinds = eventsOf(journal).map(({ kind }) => kind);
    assert.deepEqual(
      kinds.filter(kind => kind.startsWith('restore.')),
      ['restore.intended', 'restore.done', 'restore.intended', 'restore.done'],
    );
    const [listed] = JSON.parse((await gatehouse('runs', '--output', 'json')).stdout);
    assert.equal(listed.status, 'done');
    assert.deepEqual([listed.filesChanged, filesChanged], [4, ['a.txt', 'old.txt', 'out/new.txt', 'out/more.txt']]);
  });

  inFull('are listed as checkpoints, with what each changed', async () => {
    const { run } = await someRun();
    await gatehouse('undo', run, '--to', '1', '--yes');
    const table = (await gatehouse('checkpoints', run)).stdout.trimEnd().split('\n');
    assert.equal(table.length, 5);
    assert.match(table[0] ?? '', /^ +0 .* the start$/);
    assert.match(table[1] ?? '', /^> +1 .* 1 file +\+1 −1 +Edit a\.txt$/);
    assert.match(table[2] ?? '', /^- +2 .* 2 files +\+1 −1 +Bash rm old\.txt && mkdir out/);
    assert.match(table[3] ?? '', /^- +3 .* 1 file +\+1 −0 +Write out\/more\.txt$/);
    assert.match(table[4] ?? '', /^ +4 .* taken to 1$/);
    const { current, redo, checkpoints } = JSON.parse((await gatehouse('checkpoints', run, '--output', 'json')).stdout);
    assert.deepEqual([current, redo, checkpoints.length], [1, 3, 5]);
    const unknown = await gatehouse('undo', run, '--to', '9', '--yes');
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /has no checkpoint 9; its last one is 4/);
  });

  it('change nothing without a yes, nor where the person changed the same place, unless told what to do', async () => {
    const { run } = await someRun();
    const asked = await gatehouse('undo', run);
    assert.equal(asked.code, 2);
    assert.match(asked.stdout, /^To the start/);
    assert.match(asked.stderr, /Add --yes/);
    assert.equal(world.read('a.txt'), 'two\n');
    writeFileSync(join(world.workspace, 'a.txt'), 'mine\n');
    const before = tree();
    const refused = await gatehouse('undo', run, '--yes');
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /^Conflict: a\.txt: it was changed since, in the same place\.$/m);
    assert.match(refused.stderr, /--keep, or overwrite them with --overwrite/);
    assert.deepEqual(tree(), before);
    const kept = await gatehouse('undo', run, '--yes', '--keep', '--output', 'json');
    assert.equal(kept.code, 0, kept.stderr);
    assert.equal(JSON.parse(kept.stdout).plan.conflicts[0].path, 'a.txt');
    assert.deepEqual([world.read('a.txt'), world.exists('out')], ['mine\n', false]);
  });

  inFull('overwrite nothing that no checkpoint knows, and say which', async () => {
    const { run } = await someRun();
    mkdirSync(join(world.workspace, 'old.txt'));
    writeFileSync(join(world.workspace, 'old.txt/mine'), 'mine\n');
    writeFileSync(join(world.workspace, '.gitignore'), '*.log\nmine\n');
    const refused = await gatehouse('undo', run, '--yes', '--overwrite');
    assert.equal(refused.code, 1, refused.stdout);
    assert.match(refused.stderr, /old\.txt cannot be overwritten: a folder stands there/);
    assert.doesNotMatch(refused.stderr, /--overwrite/);
    assert.deepEqual([world.read('a.txt'), world.read('old.txt/mine')], ['two\n', 'mine\n']);
  });

  inFull('restore chosen files alone, and take the conversation back with them', async () => {
    const { run, journal } = await someRun();
    const { code, stderr } = await gatehouse('undo', run, '--path', 'old.txt', '--yes');
    assert.equal(code, 0, stderr);
    assert.deepEqual([world.read('old.txt'), world.read('a.txt')], ['old\n', 'two\n']);
    const both = await gatehouse('undo', run, '--to', '1', '--what', 'both', '--yes');
    assert.equal(both.code, 0, both.stderr);
    const events = eventsOf(journal);
    const rewound = events.at(-1);
    assert.ok(rewound?.kind === 'conversation.rewound');
    const turn = events[rewound.record];
    assert.ok(turn?.kind === 'turn.started');
    assert.equal(turn.turn, 3);
  });

  inFull('take the newest run of the folder that one is in, and name any other folder', async () => {
    const { run } = await someRun();
    const elsewhere = join(world.workspace, '..', 'elsewhere');
    mkdirSync(elsewhere);
    const result = tree();
    for (const args of [
      ['undo', 'last', '--yes'],
      ['redo', 'last', '--yes'],
      ['checkpoints', 'last'],
      ['worktree', 'last'],
      ['purge', 'last', '--yes'],
      ['resume', 'last', '--answer', 'Go on', '--base-url', 'http://127.0.0.1:1024'],
    ]) {
      const refused = await world.cli(args, { cwd: elsewhere }).done;
      assert.equal(refused.code, 2, args.join(' '));
      assert.match(refused.stderr, /No run worked in .*elsewhere\. Go to the folder/);
    }
    assert.deepEqual(tree(), result);
    const named = await world.cli(['undo', run], { cwd: elsewhere }).done;
    assert.match(named.stdout, /^In .*workspace:\nTo the start/);
    const below = await world.cli(['undo', 'last', '--yes'], { cwd: join(world.workspace, 'out') }).done;
    assert.equal(below.code, 0, below.stderr);
    assert.match(below.stdout, /^To the start/);
    assert.equal(world.read('a.txt'), 'one\n');
  });

  inFull('know a path by any way to it, and refuse one that nobody knows', async () => {
    const { run } = await someRun();
    const way = `${world.workspace}-way`;
    symlinkSync(world.workspace, way);
    for (const [path, says] of [
      ['.git', /\.git is git's own/],
      ['a.tx', /Nothing stands at a\.tx, and nothing would come back there/],
      ['/etc/hosts', /does not lie in the workspace/],
    ] as const) {
      const refused = await gatehouse('undo', run, '--path', path, '--yes');
      assert.deepEqual([refused.code, world.read('a.txt')], [2, 'two\n'], refused.stderr);
      assert.match(refused.stderr, says);
    }
    const done = await gatehouse('undo', run, '--path', join(way, 'a.txt'), '--path', 'old.txt', '--yes');
    assert.equal(done.code, 0, done.stderr);
    assert.deepEqual([world.read('a.txt'), world.read('old.txt')], ['one\n', 'old\n']);
  });

  inFull('say that the workspace is gone, and list its checkpoints all the same', async () => {
    const { run } = await someRun();
    const moved = `${world.workspace}-moved`;
    renameSync(world.workspace, moved);
    const cwd = moved;
    const undone = await world.cli(['undo', run, '--yes'], { cwd }).done;
    assert.equal(undone.code, 2);
    assert.match(undone.stderr, /folder that run .* worked in is not there any more: .*workspace\. Put it back/);
    const listed = await world.cli(['checkpoints', run], { cwd }).done;
    assert.equal(listed.code, 0, listed.stderr);
    assert.match(listed.stdout, /2 files +\+1 −1 +Bash rm old\.txt/);
    symlinkSync(moved, world.workspace);
    const linked = await world.cli(['undo', run, '--yes'], { cwd }).done;
    assert.match(linked.stderr, /is not there any more: .*workspace\. Put it back/);
    assert.equal(world.read('a.txt'), 'two\n');
    unlinkSync(world.workspace);
    renameSync(moved, world.workspace);
    assert.equal((await gatehouse('undo', run, '--yes')).code, 0);
    assert.equal(world.read('a.txt'), 'one\n');
  });

  inFull('leave nothing by half where the run is deleted after one was killed', async () => {
    const { run } = await someRun();
    const result = tree();
    const env = { NODE_OPTIONS: `--import=${killer}`, KILL_AT: 'rename:old.txt' };
    assert.equal((await world.cli(['undo', run, '--yes'], { env }).done).signal, 'SIGKILL');
    assert.notDeepEqual(tree(), result);
    const purged = await gatehouse('purge', run, '--yes');
    assert.equal(purged.code, 0, purged.stderr);
    assert.match(purged.stderr, /A restore was cut off before/);
    assert.deepEqual(tree(), result);
    assert.match((await gatehouse('report', run)).stderr, /There is no run/);
  });

  it('take back what a run had changed when it was killed, with nothing of its sandbox, and say what may be the person’s', async () => {
    world = makeWorld({ 'a.txt': 'one\n', 'b.txt': 'one\n' }, { git: true });
    const before = tree();
    const server = await world.rehearse(`turns:
  - calls: [{ tool: Bash, input: { command: 'echo half > a.txt; sleep 60' } }]
  - say: Done.
`);
    const { child, done } = world.cli(['run', 'Change things', '--mode', 'auto', '--on-ask', 'deny'], { server });
    await until(() => world.read('a.txt') === 'half\n', 'the command begins', 20_000);
    child.kill('SIGKILL');
    await done;
    writeFileSync(join(world.workspace, 'b.txt'), 'person\n');
    const listed = await gatehouse('checkpoints', 'last');
    assert.match(listed.stderr, /what you changed yourself meanwhile too/);
    assert.match(listed.stdout, /^> {2}1 .* 2 files .*cut off; may hold changes of yours/m);
    const undone = await gatehouse('undo', 'last', '--yes');
    assert.equal(undone.code, 0, undone.stderr);
    assert.match(undone.stdout, /Checkpoint 1 was cut off/);
    assert.deepEqual(tree(), before);
    assert.equal((await gatehouse('redo', 'last', '--yes')).code, 0);
    assert.deepEqual([world.read('a.txt'), world.read('b.txt')], ['half\n', 'person\n']);
  });
});
