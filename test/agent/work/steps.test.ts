import assert from 'node:assert/strict';
import type { Plan } from '../../../src/protocol/plan.ts';
import { type Played, type PlayOptions, playRoles } from '../play.ts';

const plan: Plan = {
  fit: 'auto',
  objective: 'Both are there',
  constraints: [],
  acceptance: ['test -f two.txt'],
  steps: [
    { title: 'One', detail: '' },
    { title: 'Two', detail: '' },
  ],
  risks: [],
};
const write = (path: string, content = 'x\n') => ({ calls: [{ tool: 'Write', input: { file_path: path, content } }] });
const complete = (step: number | string, more: object = {}) => ({
  calls: [{ tool: 'CompleteStep', input: { step, outcome: 'It is there.', tests: [], risks: [], next: '', ...more } }],
});
const end = { say: 'Over.' };
const submit = { calls: [{ tool: 'SubmitPlan', input: plan }] };
/** A runner of tests that prints what a file says and fails where there is one that says so. */
const tests = { testCommand: 'cat counts.txt; test ! -f broken.txt' };
const counts = (passed: number): string => `  ${passed} passing (1ms)\n`;

function run(work: unknown[], options: PlayOptions = {}): Promise<Played> {
  return playRoles({ planner: [submit], executor: work }, { ...tests, files: { 'counts.txt': counts(3) }, ...options });
}

describe('a step', () => {
  it('ends with the tests that were run, what was changed, and the checkpoint that it stands at', async () => {
    const played = await run([
      write('one.txt', 'a\nb\n'),
      complete(1, { tests: [{ command: 'cat one.txt', result: 'a b' }], next: 'Two' }),
      write('two.txt'),
      complete('Two'),
      end,
    ]);
    const [first, second] = played.of('step.completed');
    assert.deepEqual(
      [first?.title, first?.files, first?.checkpoint, first?.next],
      ['One', [{ path: 'one.txt', added: 2, removed: 0 }], 1, 'Two'],
    );
    assert.deepEqual(first?.checked, [
      { command: tests.testCommand, exitCode: 0, passed: true, tests: { passed: 3, failed: 0, skipped: 0 } },
    ]);
    assert.deepEqual([second?.step, second?.files.map(({ path }) => path), second?.checkpoint], [2, ['two.txt'], 2]);
    assert.match(played.answers.join('\n'), /Step 1 is written down\. Next is step 2: Two\./);
    assert.match(played.answers.join('\n'), /It was the last step\./);
  });

  it('is held once where tests fail that passed before, and then written down as it is', async () => {
    const played = await run([
      complete(1),
      write('broken.txt'),
      complete(2),
      complete(2, { risks: ['It has to fail.'] }),
      end,
    ]);
    assert.match(played.answers.join('\n'), /The tests passed before this step and fail now/);
    assert.deepEqual(
      played.of('step.completed').map(({ step, checked }) => [step, checked[0]?.passed]),
      [
        [1, true],
        [2, false],
      ],
    );
  });

  it('lets no number of tests fall unannounced', async () => {
    const fewer = { calls: [{ tool: 'Bash', input: { command: 'printf "  1 passing (1ms)\\n" > counts.txt' } }] };
    const fell = await run([complete(1), fewer, complete(2), complete(2), end]);
    assert.deepEqual(
      fell.of('tests.fell').map(({ measure, before, after }) => [measure, before, after]),
      [['tests', 3, 1]],
    );
    assert.match(fell.answers.join('\n'), /Fewer tests ran/);
    assert.deepEqual(fell.of('step.completed')[1]?.files, [{ path: 'counts.txt', added: 1, removed: 1 }]);
    const announced = await run([complete(1), fewer, complete(2, { risks: ['Two were doubles.'] }), end]);
    assert.equal(announced.of('tests.fell').length, 0);
    assert.equal(announced.of('step.completed').length, 2);
  });

  it('that the plan does not have is turned down, and without a plan any number is taken', async () => {
    const played = await run([complete(9), end]);
    assert.match(played.answers.join('\n'), /no step 9: its steps are 1 to 2/);
    const free = await playRoles({ planner: [], executor: [write('one.txt'), complete(4), end] }, { planning: false });
    assert.deepEqual(
      free.of('step.completed').map(({ step, checked }) => [step, checked.length]),
      [[4, 0]],
    );
  });

  it('runs no check in Plan, also where the person chose Plan while one was about to run', async () => {
    const planting = { planning: false, testCommand: 'touch planted.txt' } as const;
    const work = { planner: [], executor: [complete(1), end] };
    const looking = await playRoles(work, { ...planting, mode: 'plan' });
    assert.equal(looking.of('effect.proposed').length, 0);
    assert.deepEqual(looking.of('step.completed')[0]?.checked, []);
    const switched = await playRoles(work, {
      ...planting,
      meet(run) {
        run.observe(seen => {
          if (seen.type === 'event' && seen.event.kind === 'effect.proposed')
            run.send({ type: 'setMode', mode: 'plan', by: 'panel' });
        });
      },
    });
    assert.equal(switched.of('effect.done').length, 0);
    assert.equal(switched.of('effect.decided')[0]?.decision.verdict, 'deny');
    assert.equal(switched.files['planted.txt'], undefined);
  });

  it('that was the last does not stand for the end where something was run after it', async () => {
    const bash = (command: string) => ({ calls: [{ tool: 'Bash', input: { command } }] });
    const files = { '.gitignore': 'two.txt\n', 'two.txt': 'x\n', 'counts.txt': counts(3) };
    const ended = (played: Played): boolean[] =>
      played
        .of('acceptance.checked')
        .flatMap(({ when, results }) => (when === 'end' ? [results[0]?.passed === true] : []));
    const work = [write('one.txt'), complete(1), complete(2)];
    const broken = await run([...work, bash('rm two.txt'), end, end], { files });
    assert.deepEqual(ended(broken), [true, false]);
    assert.equal(broken.result.accepted, false);
    const quiet = await run([...work, end], { files });
    assert.deepEqual(ended(quiet), [true]);
  });

  it('is told in a file that somebody can go on from', async () => {
    const played = await run([write('one.txt'), complete(1, { next: 'Two', risks: ['*Bold* risk'] }), end]);
    const text = played.task;
    assert.match(text, /^# Both are there/);
    assert.match(text, /### 1\. \[x\] One/);
    assert.match(text, /### 2\. \[ \] Two/);
    assert.match(text, /`one\.txt` \(\+1 −0\)/);
    assert.match(text, /\\\*Bold\\\* risk/);
    assert.match(text, /\| `test -f two\.txt` \| fails \| fails \|/);
    assert.match(text, /It has ended: done\./);
    assert.match(text, /gatehouse resume/);
  });
});
