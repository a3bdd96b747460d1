import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RunEvent } from '../../src/protocol/event.ts';
import { treeOf } from '../checkpoints/setup.ts';
import { inFull } from '../support/share.ts';
import { eventsOf, jsonOf, makeWorld, type World } from './support.ts';

const files = { 'a.txt': 'one\n', 'b.txt': 'b\n', '.gitignore': '*.log\n' };

/** An experiment that fails: an edit, then a command that changes and makes files and ends with an error. */
const failed = `turns:
  - calls: [{ tool: Read, input: { file_path: a.txt } }]
  - calls: [{ tool: Edit, input: { file_path: a.txt, old_string: one, new_string: two } }]
  - calls: [{ tool: Bash, input: { command: 'mkdir out && cp a.txt out/new.txt && sed -i s/b/broken/ b.txt && exit 3' } }]
`;
const killer = pathToFileURL(resolve(import.meta.dirname, '../support/killAt.ts')).href;
const giveUp = (input: string): string => `  - calls: [{ tool: Restore, input: ${input} }]\n`;

describe('an experiment that the agent gives up', () => {
  let world: World;
  afterEach(() => world.close());

  const tree = (): Map<string, string> => treeOf(world.workspace, path => path === '.git');
  const answersOf = (events: readonly RunEvent[]): string[] =>
    events.flatMap(event => (event.kind === 'tool.answered' ? [event.text] : []));

  async function play(script: string, stdin = '', ...more: string[]): Promise<{ run: string; events: RunEvent[] }> {
    const server = await world.rehearse(script);
    const args = ['run', 'Try things', '--mode', 'auto', '--on-ask', stdin === '' ? 'deny' : 'prompt'];
    const finished = await world.cli([...args, '--output', 'json', ...more], { server, stdin }).done;
    assert.equal(finished.code, 0, finished.stderr);
    const { run, journal } = jsonOf(finished);
    return { run, events: eventsOf(journal) };
  }

  it('is taken back by itself, nobody is asked, and undo works over it', async () => {
    world = makeWorld(files, { git: true });
    const before = tree();
    const { run, events } = await play(
      `${failed}${giveUp("{ checkpoint: 0, why: 'the command broke b.txt' }")}  - calls: [{ tool: Edit, input: { file_path: a.txt, old_string: one, new_string: three } }]
  - calls: [{ tool: Read, input: { file_path: a.txt } }]
  - calls: [{ tool: Edit, input: { file_path: a.txt, old_string: one, new_string: three } }]
  - say: Done otherwise.
`,
    );
    assert.deepEqual([world.read('a.txt'), world.read('b.txt'), world.exists('out')], ['three\n', 'b\n', false]);
    const answers = answersOf(events);
    assert.equal(answers[1], 'Edited a.txt.\n[checkpoint 1]');
    assert.match(answers[2] ?? '', /^\(Exit code 3\.\)\n\[checkpoint 2\]$/);
    assert.equal(answers[3], 'Restored 3 files to the start of the run.\n[checkpoint 3]');
    assert.match(answers[4] ?? '', /read it again first/);
    assert.equal(answers[6], 'Edited a.txt.\n[checkpoint 4]');

    const proposed = events.find(event => event.kind === 'effect.proposed' && event.value.kind === 'restore');
    assert.ok(proposed?.kind === 'effect.proposed' && proposed.value.kind === 'restore');
    const { value } = proposed;
    assert.deepEqual(
      value.files.map(({ path, change }) => `${change} ${path.split('/workspace/')[1]}`),
      ['changed a.txt', 'changed b.txt', 'removed out/new.txt'],
    );
    assert.match(value.files[0]?.patch ?? '', /^-two\n\+one$/m);
    const own = events.filter(event => 'effect' in event && event.effect === proposed.effect).map(({ kind }) => kind);
    assert.deepEqual(own, [
      'effect.proposed',
      'effect.assessed',
      'effect.decided',
      'snapshot.taken',
      'effect.intended',
      'effect.done',
    ]);
    const restores = events.filter(event => event.kind === 'restore.intended' || event.kind === 'restore.done');
    assert.deepEqual(
      restores.map(({ kind, by }) => `${kind} ${by}`),
      ['restore.intended agent', 'restore.done agent'],
    );

    const result = tree();
    const undone = await world.cli(['undo', run, '--yes']).done;
    assert.equal(undone.code, 0, undone.stderr);
    assert.deepEqual(tree(), before);
    assert.equal((await world.cli(['redo', run, '--yes']).done).code, 0);
    assert.deepEqual(tree(), result);
    const experiment = await world.cli(['undo', run, '--to', '2', '--yes']).done;
    assert.equal(experiment.code, 0, experiment.stderr);
    assert.deepEqual([world.read('b.txt'), world.read('out/new.txt')], ['broken\n', 'two\n']);
    assert.match((await world.cli(['checkpoints', run]).done).stdout, /3 .* taken to 0 by the agent$/m);
    assert.equal((await world.cli(['verify', run]).done).code, 0);
    assert.match((await world.cli(['report', run]).done).stdout, /checkpoint 0: the command broke b\.txt/);
  });

  inFull('can be taken back in part, and nothing that is not of the run is touched', async () => {
    world = makeWorld(files, { git: true });
    writeFileSync(join(world.workspace, 'mine.txt'), 'mine\n');
    writeFileSync(join(world.workspace, 'debug.log'), 'ignored\n');
    const { events } = await play(
      `${failed}${giveUp("{ checkpoint: 1, paths: [out, b.txt], why: 'broken' }")}${giveUp("{ checkpoint: 7, why: 'no such' }")}${giveUp("{ checkpoint: 1, paths: [mine.txt], why: 'not mine' }")}${giveUp("{ checkpoint: 0, paths: [/etc/passwd], why: 'outside' }")}  - say: Done.
`,
    );
    assert.deepEqual([...tree().keys()].sort(), ['.gitignore', 'a.txt', 'b.txt', 'debug.log', 'mine.txt']);
    assert.deepEqual([world.read('a.txt'), world.read('b.txt')], ['two\n', 'b\n']);
    const answers = answersOf(events);
    assert.equal(answers[3], 'Restored 2 files to checkpoint 1.\n[checkpoint 3]');
    assert.equal(answers[4], 'This run has no checkpoint 7. Its checkpoints are 0 (the start) to 3.');
    assert.match(answers[5] ?? '', /^Nothing differs from checkpoint 1/);
    assert.match(answers[6] ?? '', /lies outside the workspace/);
  });

  inFull('is looked at twice where it would bring back what was taken back', async () => {
    world = makeWorld(files, { git: true });
    const { events } = await play(
      `${failed}${giveUp("{ checkpoint: 0, why: 'broken' }")}${giveUp("{ checkpoint: 2, why: 'it was better' }")}  - say: Done.
`,
    );
    const proposed = events.findLast(event => event.kind === 'effect.proposed');
    assert.ok(proposed?.kind === 'effect.proposed' && proposed.value.kind === 'restore');
    const of = events.filter(event => 'effect' in event && event.effect === proposed.effect);
    const assessed = of.find(event => event.kind === 'effect.assessed');
    assert.ok(assessed?.kind === 'effect.assessed');
    assert.equal(assessed.assessment.tier, 'medium');
    assert.deepEqual(
      assessed.assessment.findings.map(({ code }) => code),
      ['restore.again'],
    );
    const decided = of.find(event => event.kind === 'effect.decided');
    assert.equal(decided?.kind === 'effect.decided' && decided.decision.verdict, 'review');
  });

  inFull(
    'is the person’s to decide where they have taken back what it would bring back, and a no changes nothing',
    async () => {
      world = makeWorld(files, { git: true });
      const server = await world.rehearse(
        `${failed}  - say: Done.\n${giveUp("{ checkpoint: 2, why: 'it was better' }")}  - say: Done.\n`,
      );
      const args = ['--on-ask', 'deny', '--output', 'json'];
      const finished = await world.cli(['run', 'Try things', '--mode', 'auto', ...args], { server }).done;
      const { run } = jsonOf(finished);
      const undone = await world.cli(['undo', run, '--yes']).done;
      assert.equal(undone.code, 0, undone.stderr);
      const resumed = await world.cli(['resume', run, '--answer', 'Go on.', ...args], { server }).done;
      assert.equal(resumed.code, 0, resumed.stderr);
      const events = eventsOf(jsonOf(resumed).journal);
      const assessed = events.findLast(event => event.kind === 'effect.assessed');
      assert.ok(assessed?.kind === 'effect.assessed');
      assert.deepEqual(
        assessed.assessment.findings.map(({ tier, code }) => `${tier} ${code}`),
        ['high restore.overPerson'],
      );
      assert.match(answersOf(events).at(-1) ?? '', /^Refused by the rule nobodyToAsk/);
      assert.deepEqual([world.read('a.txt'), world.read('b.txt'), world.exists('out')], ['one\n', 'b\n', false]);
    },
  );

  inFull('goes on in a worktree of the run, and what is committed is what it ended with', async () => {
    world = makeWorld(files, { git: true });
    const before = tree();
    const { events } = await play(
      `${failed}${giveUp("{ checkpoint: 1, why: 'the command broke b.txt' }")}  - say: Done.
`,
      '',
      '--isolate',
      'worktree',
    );
    assert.deepEqual(tree(), before);
    assert.equal(answersOf(events)[3], 'Restored 2 files to checkpoint 1.\n[checkpoint 3]');
    const committed = events.find(event => event.kind === 'isolation.committed');
    assert.ok(committed?.kind === 'isolation.committed');
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: world.workspace, encoding: 'utf8' }).trimEnd();
    assert.equal(git('diff', '--name-only', 'main', committed.branch), 'a.txt');
    assert.equal(git('show', `${committed.branch}:a.txt`), 'two');
  });

  it('is taken back when a crash cuts it off, and then done once, as if nothing had been', async () => {
    world = makeWorld(files, { git: true });
    const script = `${failed}${giveUp("{ checkpoint: 0, why: 'broken' }")}  - say: Done.
`;
    const server = await world.rehearse(script);
    const args = ['run', 'Try things', '--mode', 'auto', '--output', 'json'];
    // The first file was restored by then, and the second is about to be.
    const env = { NODE_OPTIONS: `--import=${killer}`, KILL_AT: 'rename:b.txt' };
    assert.equal((await world.cli(args, { server, env }).done).signal, 'SIGKILL');
    assert.deepEqual([world.read('a.txt'), world.read('b.txt')], ['one\n', 'broken\n']);
    const resumed = await world.cli(['resume', '--output', 'json'], { server }).done;
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.deepEqual([world.read('a.txt'), world.read('b.txt'), world.exists('out')], ['one\n', 'b\n', false]);
    const events = eventsOf(jsonOf(resumed).journal);
    assert.deepEqual(
      events.flatMap(({ kind }) => (kind.startsWith('restore.') ? [kind] : [])),
      ['restore.intended', 'restore.failed', 'restore.intended', 'restore.done'],
    );
    assert.equal(answersOf(events).at(-1), 'Restored 3 files to the start of the run.\n[checkpoint 3]');
    const doubted = events.find(event => event.kind === 'effect.doubted');
    assert.ok(doubted?.kind === 'effect.doubted');
    assert.deepEqual([doubted.verdict, doubted.by], ['undone', 'evidence']);
  });
});
