import assert from 'node:assert/strict';
import { join } from 'node:path';
import { median } from '../bench/figures.ts';
import { measureRun } from '../bench/measure.ts';
import { project } from './support.ts';

const full = process.env['GATEHOUSE_FULL'] !== undefined;

describe('a long run', () => {
  const turns = full ? 500 : 30;
  const window = full ? 40_000 : 10_000;

  it(`keeps what it sends and what it holds within bounds over ${turns} turns`, async function () {
    this.timeout(full ? 600_000 : 60_000);
    const run = await measureRun(join(project, 'dist/cli.js'), turns, window);
    const sizes = run.bodies.map(body => Buffer.byteLength(body));
    // The scripted model counts four bytes for a token.
    assert.ok(Math.max(...sizes) / 4 < window, 'a request was larger than the window');
    assert.ok(
      sizes.some((bytes, index) => bytes < (sizes[index - 1] ?? 0)),
      'the conversation never became shorter',
    );
    assert.ok(run.heapMb < 100, `${run.heapMb} MB are held at the end`);
    if (!full) return;
    // The process's own processor time, in which nothing else that this machine does is counted.
    const early = median(run.cpuGapsMs.slice(5, 15));
    const late = median(run.cpuGapsMs.slice(-10));
    assert.ok(late <= 1.5 * early, `${late} ms a turn at the end, ${early} ms around the tenth`);
  });
});
