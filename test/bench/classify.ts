import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { openFacts } from '../../src/effects/facts/facts.ts';
import { openGit } from '../../src/effects/git/neutral.ts';
import { askWithFacts } from '../../src/gate/factsSource.ts';
import { lazyReader } from '../../src/hosts/assets.ts';
import { assessCommand, type CommandReader } from '../../src/risk/assess.ts';
import type { Facts } from '../../src/risk/facts.ts';
import { npmScripts } from './corpus.ts';
import { median, quantile, round } from './figures.ts';

const root = resolve(import.meta.dirname, '../..');
const warmRounds = 10;
const rounds = 15;
const gatherings = 5;
const starts = 11;
const streams = 3;
const streamed = 20_000;

/** Times of one kind; the unit is in the field's name that holds it. */
export interface Spread {
  p50: number;
  p99: number;
  worst: number;
  /** The p99 of all single times, with whatever else the machine did meanwhile. */
  single: number;
}

export interface ClassifyFigures {
  /** Scripts of the installed packages, and how many of them differ. */
  scripts: number;
  distinct: number;
  /** One command, parsed and assessed, with all facts at hand. */
  factsGivenMicros: Spread;
  /** The same with its facts gathered in a real workspace, by a moment of its own. */
  factsGatheredMs: Spread;
  /** Until the first command can be read: the tables of the minified code, and the grammar. */
  startMs: { best: number; median: number; worst: number };
  /** Through the built command line, its start included. */
  linesPerSecond: { median: number; lines: number };
}

/** `cli` is the built command line, with the grammar beside it. */
export async function measureClassify(cli: string): Promise<ClassifyFigures> {
  const assets = dirname(cli);
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-bench-')));
  try {
    const workspace = makeWorkspace(base);
    const commands = npmScripts(join(root, 'node_modules'));
    const reader = await lazyReader(assets)();
    return {
      scripts: commands.length,
      distinct: new Set(commands).size,
      ...(await measureAssess(reader, commands, { base, workspace })),
      startMs: await measureStart(assets, base),
      linesPerSecond: await measureStream(cli, commands, { base, workspace }),
    };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

interface Places {
  /** A home folder for our state. */
  base: string;
  workspace: string;
}

async function measureAssess(
  reader: CommandReader,
  commands: readonly string[],
  { base, workspace }: Places,
): Promise<Pick<ClassifyFigures, 'factsGivenMicros' | 'factsGatheredMs'>> {
  const scratch = join(base, 'scratch');
  mkdirSync(scratch);
  const git = await openGit({ workspace, home: base, env: { PATH: process.env['PATH'], HOME: base }, scratch });
  if (git === null) throw new Error('There is no git.');
  try {
    const sources = openFacts({ root: workspace, home: base, ownState: [], git, trustedHosts: new Set() });
    const gathered: number[][] = commands.map(() => []);
    const known: Facts[] = [];
    for (let time = 0; time < gatherings; time += 1)
      for (const [index, command] of commands.entries()) {
        const since = performance.now();
        const source = sources.begin();
        await askWithFacts(source, facts => assessCommand(reader, { command, cwd: workspace }, facts));
        gathered[index]?.push(performance.now() - since);
        known[index] = source.facts();
      }
    const given: number[][] = commands.map(() => []);
    for (let time = 0; time < warmRounds + rounds; time += 1)
      for (const [index, command] of commands.entries()) {
        const facts = known[index];
        if (facts === undefined) continue;
        const since = performance.now();
        const { wants } = assessCommand(reader, { command, cwd: workspace }, facts);
        const took = performance.now() - since;
        if (wants.length > 0) throw new Error(`Facts are missing for: ${command}`);
        if (time >= warmRounds) given[index]?.push(took * 1000);
      }
    return { factsGivenMicros: spread(given, 1), factsGatheredMs: spread(gathered, 3) };
  } finally {
    await git.close();
  }
}

/** Over the commands, each counted by the median of its times: what else the machine does would be most of the tail. */
function spread(times: readonly (readonly number[])[], digits: number): Spread {
  const values = times.map(median);
  return {
    single: round(quantile(times.flat(), 0.99), digits),
    p50: round(quantile(values, 0.5), digits),
    p99: round(quantile(values, 0.99), digits),
    worst: round(quantile(values, 1), digits),
  };
}

/** The host's own code is there already, as it is when the first command comes; each time is taken in a fresh process. */
async function measureStart(assets: string, base: string): Promise<ClassifyFigures['startMs']> {
  const bundle = join(base, 'reader.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/bench/reader.ts'],
    outfile: bundle,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);\nconst __filename = import.meta.filename;\nconst __dirname = import.meta.dirname;",
    },
    logLevel: 'error',
  });
  const script = `const { startReader } = await import(${JSON.stringify(bundle)});
const since = performance.now();
await startReader(${JSON.stringify(assets)});
console.log(performance.now() - since);`;
  const took = Array.from({ length: starts }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })),
  );
  return { best: round(quantile(took, 0), 1), median: round(median(took), 1), worst: round(quantile(took, 1), 1) };
}

async function measureStream(
  cli: string,
  commands: readonly string[],
  { base, workspace }: Places,
): Promise<ClassifyFigures['linesPerSecond']> {
  const lines = Array.from({ length: streamed }, (_, id) =>
    JSON.stringify({ id, command: commands[id % commands.length] }),
  );
  const input = `${lines.join('\n')}\n`;
  const rates: number[] = [];
  for (let time = 0; time < streams; time += 1) {
    const since = performance.now();
    const answers = await classified(cli, input, { base, workspace });
    if (answers !== streamed) throw new Error(`${answers} answers to ${streamed} lines.`);
    rates.push(streamed / ((performance.now() - since) / 1000));
  }
  return { median: Math.round(median(rates)), lines: streamed };
}

/** The number of lines that say a tier, which a failure does not; rejects where the command fails. */
function classified(cli: string, input: string, { base, workspace }: Places): Promise<number> {
  const child = spawn(process.execPath, [cli, 'classify', '--cwd', workspace], {
    cwd: workspace,
    env: { PATH: process.env['PATH'], HOME: base, GATEHOUSE_HOME: join(base, 'state') },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stdin.end(input);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', code => {
      const answers = out.split('\n').filter(line => line.includes('"tier":'));
      if (code === 0) done(answers.length);
      else failed(new Error(`classify ended with ${code}.`));
    });
  });
}

/** The sample project in a repository, as a person would have it. */
function makeWorkspace(base: string): string {
  const workspace = join(base, 'workspace');
  cpSync(join(root, 'media/sample'), workspace, { recursive: true });
  const git = (...args: string[]): Buffer => execFileSync('git', args, { cwd: workspace });
  git('init', '-q');
  git('add', '-A');
  git('-c', 'user.name=Bench', '-c', 'user.email=bench@example.invalid', 'commit', '-q', '-m', 'Start');
  return workspace;
}
