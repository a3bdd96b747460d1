// node test/bench/main.ts CLI: measures that command line; JSON on stdout, progress on stderr. scripts/bench.mjs builds it.
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { commonPrefixBytes } from '../../src/models/wire.ts';
import { measureClassify } from './classify.ts';
import { median, quantile, round } from './figures.ts';
import { type Measured, measureRun } from './measure.ts';
import { measureProbe } from './probe.ts';
import { measureSandbox, type SandboxFigures } from './sandbox.ts';
import { measureCheckpoints } from './snapshots.ts';

const [cli] = process.argv.slice(2);
if (cli === undefined) throw new Error('Name the built command line.');

async function repeat(path: string, turns: number, times: number, window?: number): Promise<Measured[]> {
  const all: Measured[] = [];
  for (let time = 1; time <= times; time += 1) {
    const measured = await measureRun(path, turns, window);
    console.error(`${turns} turns, ${time} of ${times}: ${round(measured.seconds)} s, ${round(measured.peakMb)} MB`);
    all.push(measured);
  }
  return all;
}

function summarize(runs: readonly Measured[]) {
  const gaps = runs.flatMap(run => run.gapsMs);
  const bodies = runs[0]?.bodies ?? [];
  const sizes = bodies.map(body => Buffer.byteLength(body));
  const shares = bodies.slice(2).map((body, index) => commonPrefixBytes(bodies[index + 1] ?? '', body));
  const first: { system: unknown; tools: unknown } = JSON.parse(bodies[0] ?? '');
  return {
    runs: runs.length,
    seconds: {
      median: round(median(runs.map(run => run.seconds)), 3),
      best: round(
        quantile(
          runs.map(run => run.seconds),
          0,
        ),
        3,
      ),
    },
    cpuSeconds: round(median(runs.map(run => run.cpuSeconds)), 3),
    peakMb: {
      median: round(median(runs.map(run => run.peakMb)), 1),
      worst: round(
        quantile(
          runs.map(run => run.peakMb),
          1,
        ),
        1,
      ),
    },
    ownMsPerTurn: {
      median: round(median(gaps)),
      p95: round(quantile(gaps, 0.95)),
      firstTen: round(median(runs.flatMap(run => run.gapsMs.slice(0, 10)))),
      lastTen: round(median(runs.flatMap(run => run.gapsMs.slice(-10)))),
    },
    requestBytes: { first: sizes[0] ?? 0, last: sizes.at(-1) ?? 0 },
    systemAndToolsBytes:
      Buffer.byteLength(JSON.stringify(first.system)) + Buffer.byteLength(JSON.stringify(first.tools)),
    /** Of each request from the third on, how much repeats the beginning of the one before. */
    repeatedShare: {
      least: round(Math.min(...shares.map((bytes, index) => bytes / (sizes[index + 2] ?? 1))), 4),
      median: round(median(shares.map((bytes, index) => bytes / (sizes[index + 2] ?? 1))), 4),
      /** How much of the one before stands at the beginning of the next: all but the closing brackets. */
      ofTheOneBefore: round(Math.min(...shares.map((bytes, index) => bytes / (sizes[index + 1] ?? 1))), 4),
    },
  };
}

/** Small enough for a run of 500 turns to be summed up several times. */
const lastingWindow = 40_000;

/** What does not grow with a run: the process's own time for a turn, what its heap holds, and what is sent. */
function lasting(runs: readonly Measured[]) {
  const cpu = (from: number, to: number): number => round(median(runs.flatMap(run => run.cpuGapsMs.slice(from, to))));
  const own = (from: number, to: number): number => round(median(runs.flatMap(run => run.gapsMs.slice(from, to))));
  const turns = runs[0]?.bodies.length ?? 0;
  return {
    turns,
    windowTokens: lastingWindow,
    seconds: round(median(runs.map(run => run.seconds)), 2),
    cpuMsPerTurn: { aroundTen: cpu(5, 15), last: cpu(turns - 10, turns) },
    ownMsPerTurn: { aroundTen: own(5, 15), last: own(turns - 10, turns) },
    heapMb: round(Math.max(...runs.map(run => run.heapMb)), 1),
    peakMb: round(Math.max(...runs.map(run => run.peakMb)), 1),
    largestRequestBytes: Math.max(...runs.flatMap(run => run.bodies.map(body => Buffer.byteLength(body)))),
  };
}

/** null where this machine has no sandbox. */
async function sandboxFigures(helper: string): Promise<(SandboxFigures & { overheadMs: number }) | null> {
  try {
    const figures = await measureSandbox(helper);
    return { ...figures, overheadMs: round(figures.sandboxMs - figures.plainMs, 1) };
  } catch (error) {
    console.error(`no sandbox: ${String(error)}`);
    return null;
  }
}

const classify = await measureClassify(cli);
console.error('classified');
const sandbox = await sandboxFigures(join(dirname(cli), 'sandbox-helper.cjs'));
await measureRun(cli, 4);
const short = summarize(await repeat(cli, 4, 9));
const long = summarize(await repeat(cli, 200, 3));
const veryLong = lasting(await repeat(cli, 500, 1, lastingWindow));
const probeMs = measureProbe();
const aims = {
  seconds: 0.3,
  peakMb: 120,
  ownMsPerTurn: 10,
  flat: 1.5,
  lastingHeapMb: 100,
  systemAndToolsBytes: 24 * 1024,
  classifyMicros: { p50: 40, p99: 400 },
  classifyWithFactsMs: 1,
  probeMs: 1,
  readerStartMs: 40,
  linesPerSecond: 10_000,
};
const flatness = round(long.ownMsPerTurn.lastTen / long.ownMsPerTurn.firstTen);
console.log(
  JSON.stringify(
    {
      node: process.versions.node,
      cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
      fourTurns: short,
      twoHundredTurns: long,
      fiveHundredTurns: veryLong,
      flatness,
      classify,
      probeMs,
      sandbox,
      checkpoints: await measureCheckpoints(),
      aims,
      met: {
        seconds: short.seconds.median <= aims.seconds,
        peakMb: short.peakMb.worst <= aims.peakMb && long.peakMb.worst <= aims.peakMb,
        ownMsPerTurn: short.ownMsPerTurn.median <= aims.ownMsPerTurn && long.ownMsPerTurn.median <= aims.ownMsPerTurn,
        flat: flatness <= aims.flat,
        lasting:
          veryLong.cpuMsPerTurn.last <= aims.flat * veryLong.cpuMsPerTurn.aroundTen &&
          veryLong.heapMb < aims.lastingHeapMb,
        systemAndToolsBytes: long.systemAndToolsBytes <= aims.systemAndToolsBytes,
        classifyMicros:
          classify.factsGivenMicros.p50 <= aims.classifyMicros.p50 &&
          classify.factsGivenMicros.p99 <= aims.classifyMicros.p99,
        classifyWithFactsMs: classify.factsGatheredMs.p99 <= aims.classifyWithFactsMs,
        probeMs: Math.max(probeMs.prose, probeMs.code, probeMs.lockFile) <= aims.probeMs,
        readerStartMs: classify.startMs.median <= aims.readerStartMs,
        linesPerSecond: classify.linesPerSecond.median >= aims.linesPerSecond,
      },
    },
    null,
    2,
  ),
);
