import assert from 'node:assert/strict';
import { estimateSentence } from '../../src/hosts/estimateWords.ts';
import { estimatesOf } from '../../src/hosts/estimating.ts';
import { estimateFrom } from '../../src/journal/estimate.ts';
import type { RunFigures } from '../../src/journal/stats.ts';

const run = (startedAt: number, more: Partial<RunFigures> = {}): RunFigures => ({
  run: `r${startedAt}`,
  startedAt,
  task: null,
  user: null,
  status: 'done',
  success: true,
  asks: 0,
  denials: 0,
  undos: 0,
  turns: startedAt,
  activeMs: startedAt * 60_000,
  usd: startedAt / 100,
  scripted: false,
  ...more,
});

describe('an estimate', () => {
  it('tells what half and nine of ten of the runs before needed', () => {
    const runs = Array.from({ length: 10 }, (_, nth) => run(nth + 1));
    const found = estimateFrom(runs, null);
    assert.deepEqual(found, {
      task: null,
      runs: 10,
      turns: { p50: 5, p90: 9 },
      minutes: { p50: 5, p90: 9 },
      usd: { p50: 0.05, p90: 0.09 },
    });
    assert.equal(
      found === null ? '' : estimateSentence(found),
      'From 10 runs: half needed at most 5 turns, 5 minutes, $0.0500, and nine of ten at most 9 turns, 9 minutes, $0.0900.',
    );
  });

  it('goes by the task class where there are enough of it, else by all', () => {
    const lint = [1, 2, 3].map(nth => run(nth, { task: 'lint' }));
    const rest = [40, 50].map(nth => run(nth));
    assert.deepEqual(estimateFrom([...lint, ...rest], 'lint')?.turns, { p50: 2, p90: 3 });
    const few = estimateFrom([...lint.slice(1), ...rest], 'lint');
    assert.deepEqual([few?.task, few?.runs, few?.turns], [null, 4, { p50: 3, p90: 50 }]);
  });

  it('says which runs it goes by, in the panel for each task that has enough of its own', () => {
    const figures = [1, 2, 3].map(nth => run(nth, { task: 'lint' }));
    const tasks = [{ name: 'lint' }, { name: 'fix-tests' }];
    const found = estimatesOf([...figures, run(9, { task: 'fix-tests' })], tasks);
    assert.deepEqual(found.tasks, [
      {
        name: 'lint',
        estimate:
          'From 3 runs of lint: half needed at most 2 turns, 2 minutes, $0.0200, and nine of ten at most 3 turns, 3 minutes, $0.0300.',
      },
      { name: 'fix-tests', estimate: null },
    ]);
    assert.match(found.estimate?.sentence ?? '', /^From 4 runs: half/);
    assert.match(
      estimatesOf(figures.slice(0, 1), []).estimate?.sentence ?? '',
      /^From the last run: it needed 1 turn,/,
    );
  });

  it('leaves out rehearsals, runs that were cut off, and prices that nobody knows', () => {
    const runs = [run(9, { scripted: true }), run(8, { status: 'interrupted' }), run(1, { usd: null }), run(2)];
    const found = estimateFrom(runs, null);
    assert.deepEqual([found?.runs, found?.usd], [2, { p50: 0.02, p90: 0.02 }]);
    assert.equal(estimateFrom(runs.slice(0, 2), null), null);
  });
});
