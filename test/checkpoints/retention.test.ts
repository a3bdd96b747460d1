import assert from 'node:assert/strict';
import { defaultRetention, type KeptRun, runsToDrop } from '../../src/checkpoints/retention.ts';

const day = 24 * 60 * 60_000;
const now = 1000 * day;
const run = (name: string, daysAgo: number | null, more: Partial<KeptRun> = {}): KeptRun => ({
  run: name,
  endedAt: daysAgo === null ? null : now - daysAgo * day,
  live: false,
  ...more,
});

describe('the runs whose checkpoints go', () => {
  it('are none as long as nothing is over a limit', () => {
    assert.deepEqual(runsToDrop([run('a', 30), run('b', 0)], defaultRetention, now), []);
    assert.deepEqual(runsToDrop([], defaultRetention, now), []);
  });

  it('are those that ended too long ago', () => {
    assert.deepEqual(runsToDrop([run('new', 1), run('old', 31), run('older', 40)], defaultRetention, now), [
      'older',
      'old',
    ]);
  });

  it('are the oldest where there are too many', () => {
    const runs = [run('c', 1), run('a', 3), run('b', 2)];
    assert.deepEqual(runsToDrop(runs, { ...defaultRetention, runs: 1 }, now), ['a', 'b']);
    assert.deepEqual(runsToDrop(runs, { ...defaultRetention, runs: 0 }, now), ['a', 'b', 'c']);
  });

  it('are the oldest where they take up too much, and no more than needed', () => {
    const gigabyte = 1024 ** 3;
    const runs = [
      run('a', 3, { bytes: gigabyte }),
      run('b', 2, { bytes: 2 * gigabyte }),
      run('c', 1, { bytes: gigabyte }),
    ];
    assert.deepEqual(runsToDrop(runs, { ...defaultRetention, gigabytes: 3 }, now), ['a']);
    assert.deepEqual(runsToDrop(runs, { ...defaultRetention, gigabytes: 2.5 }, now), ['a', 'b']);
  });

  it('are never those that are live or have not ended, which count all the same', () => {
    const runs = [run('live', 50, { live: true }), run('waiting', null), run('done', 1)];
    assert.deepEqual(runsToDrop(runs, { ...defaultRetention, runs: 2 }, now), ['done']);
    assert.deepEqual(runsToDrop(runs, { ...defaultRetention, runs: 0 }, now), ['done']);
  });

  it('have limits of 200 runs, 30 days and 5 GB', () => {
    assert.deepEqual(defaultRetention, { runs: 200, days: 30, gigabytes: 5 });
  });
});
