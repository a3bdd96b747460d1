import { box } from '../effects/sandbox/setup.ts';

export interface SandboxFigures {
  /** A shell on `true` by the plain path, in ms. */
  plainMs: number;
  /** The same under the workspace profile, with its violations known. */
  sandboxMs: number;
  /** The first command of a run, which starts the helper. */
  startMs: number;
}

/** Medians of `times`, taken in turn. `helperPath` is the helper's bundle where that is to be measured. Rejects without a sandbox. */
export async function measureSandbox(helperPath?: string, times = 20): Promise<SandboxFigures> {
  const given = helperPath === undefined ? {} : { helperPath };
  const [plain, contained, start]: number[][] = [[], [], []];
  for (let time = 0; time < 5; time += 1) {
    const fresh = await box({}, given);
    start?.push(await took(() => fresh.run('true')));
    await fresh.remove();
  }
  const b = await box({}, given);
  try {
    await b.run('true');
    for (let time = 0; time < times; time += 1) {
      plain?.push(await took(() => b.plain('true')));
      contained?.push(await took(() => b.run('true')));
    }
  } finally {
    await b.remove();
  }
  return { plainMs: median(plain), sandboxMs: median(contained), startMs: median(start) };
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

function median(values: readonly number[] = []): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(1));
}
