import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseScript } from '../../src/models/rehearsal/script.ts';
import { serveRehearsal } from '../../src/models/rehearsal/server.ts';
import { watchTurns } from './turns.ts';

export interface Measured {
  /** From the start of the process to its end, in s. */
  seconds: number;
  /** What the process itself took of a processor; unlike `seconds` it hardly depends on what else runs. */
  cpuSeconds: number;
  peakMb: number;
  /** In use of the heap at its end, after a collection. */
  heapMb: number;
  /** In ms, one for each turn after the first. */
  gapsMs: number[];
  /** The process's own processor time between two requests, in ms: nothing else that runs is in it. */
  cpuGapsMs: number[];
  /** The bodies of the requests, in order. */
  bodies: string[];
}

/**
 * One run of `turns` turns on a fresh repository: it searches, reads, and edits to and fro. `window` is the model's, in
 * tokens. Rejects unless it ends well.
 */
export async function measureRun(cli: string, turns: number, window = 200_000): Promise<Measured> {
  const base = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const server = await serveRehearsal({ script: parseScript(scriptOf(turns), 'bench'), record: true });
  const watch = watchTurns();
  try {
    const workspace = makeWorkspace(base);
    const peakFile = join(base, 'peak');
    const since = performance.now();
    const child = spawn(
      process.execPath,
      ['--require', join(import.meta.dirname, 'peak.cjs'), cli, ...argumentsFor(turns, window)],
      {
        cwd: workspace,
        env: {
          PATH: process.env['PATH'],
          HOME: base,
          GATEHOUSE_HOME: join(base, 'state'),
          ANTHROPIC_BASE_URL: server.url,
          ANTHROPIC_API_KEY: server.token,
          BENCH_PEAK: peakFile,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk;
    });
    const [code, seconds] = await new Promise<[number | null, number]>((done, failed) => {
      let took = 0;
      child.on('error', failed);
      child.on('exit', () => {
        took = (performance.now() - since) / 1000;
      });
      child.on('close', status => done([status, took]));
    });
    const bodies = server.requests().flatMap(({ path, method, body }) => (isAsk(path, method) ? [body] : []));
    const result: { turns: number; denials: number } = JSON.parse(out);
    if (code !== 0 || result.turns !== turns || result.denials > 0 || bodies.length !== turns)
      throw new Error(`The run of ${turns} turns did not go as its script says: exit ${code}, ${out}`);
    const used: { peakKb: number; heapKb: number; cpuMs: number; atRequest: number[] } = JSON.parse(
      readFileSync(peakFile, 'utf8'),
    );
    return {
      seconds,
      cpuSeconds: used.cpuMs / 1000,
      peakMb: used.peakKb / 1024,
      heapMb: used.heapKb / 1024,
      gapsMs: watch.gaps(),
      cpuGapsMs: used.atRequest.slice(1).map((at, index) => at - (used.atRequest[index] ?? at)),
      bodies,
    };
  } finally {
    watch.stop();
    await server.close();
    rmSync(base, { recursive: true, force: true });
  }
}

function argumentsFor(turns: number, window: number): string[] {
  // Each request is a turn: the summaries are ours, which is also what takes the harness longer.
  const bounds = ['--max-turns', `${turns}`, '--context-window', `${window}`, '--compaction', 'own'];
  // It edits to and fro and tests nothing, which a rule would end.
  const rules = ['--stop-rule', 'untested=off'];
  return [
    'run',
    'Mend it',
    '--mode',
    'auto',
    '--no-plan',
    '--reviewer',
    'off',
    '--output',
    'json',
    ...rules,
    ...bounds,
  ];
}

const isAsk = (path: string, method: string): boolean => method === 'POST' && path === '/v1/messages';

/** JSON is YAML. */
function scriptOf(turns: number): string {
  const edit = (from: string, to: string): object => ({
    tool: 'Edit',
    input: { file_path: 'src/a.js', old_string: `return ${from};`, new_string: `return ${to};` },
  });
  const read = { tool: 'Read', input: { file_path: 'src/a.js' } };
  const steps = [
    { tool: 'Grep', input: { pattern: 'return', output_mode: 'content' } },
    read,
    edit('1', '2'),
    read,
    edit('2', '1'),
  ];
  // A run that edits code on and on and runs no test would be stopped.
  const test = { tool: 'Bash', input: { command: 'npm test' } };
  const working = Array.from({ length: turns - 1 }, (_, index) => ({
    say: 'One step more.',
    calls: [turns > 20 && index === 0 ? test : steps[index % steps.length]],
  }));
  return JSON.stringify({ turns: [...working, { say: 'Done.' }] });
}

function makeWorkspace(base: string): string {
  const workspace = join(base, 'workspace');
  mkdirSync(join(workspace, 'src'), { recursive: true });
  const lines = Array.from({ length: 40 }, (_, index) => `// line ${index}`);
  writeFileSync(join(workspace, 'package.json'), '{ "scripts": { "test": "true" } }\n');
  writeFileSync(join(workspace, 'src/a.js'), `${lines.join('\n')}\nexport function one() {\n  return 1;\n}\n`);
  const git = (...args: string[]): Buffer => execFileSync('git', args, { cwd: workspace });
  git('init', '-q');
  git('add', '-A');
  git('-c', 'user.name=Bench', '-c', 'user.email=bench@example.invalid', 'commit', '-q', '-m', 'Start');
  return workspace;
}
