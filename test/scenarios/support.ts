import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseScript } from '../../src/models/rehearsal/script.ts';
import { type RehearsalServer, serveRehearsal } from '../../src/models/rehearsal/server.ts';
import { isKnown, parseEvent, type RunEvent } from '../../src/protocol/event.ts';

export const project = resolve(import.meta.dirname, '../..');
const built = join(project, 'dist/cli.js');
/** V8's, for the same bundle is started a thousand times. */
const compileCache = join(project, 'test/.artifacts/compile-cache');

/** One scenario's world: folders that vanish, a scripted model, and the command line as it is built. */
export interface World {
  workspace: string;
  home: string;
  cli(args: readonly string[], options?: CliOptions): Cli;
  rehearse(script: string): Promise<RehearsalServer>;
  read(path: string): string;
  exists(path: string): boolean;
  close(): Promise<void>;
}

export interface CliOptions {
  server?: RehearsalServer;
  stdin?: string;
  env?: Record<string, string>;
  cwd?: string;
}

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  ms: number;
}

export interface Cli {
  child: ChildProcess;
  done: Promise<Finished>;
  /** Resolves once stdout or stderr holds the text; rejects when the process ends without it. */
  says(text: string): Promise<void>;
}

/** `files`: path → content. With `git`, they are committed to a new repository. */
export function makeWorld(files: Record<string, string>, options: { git?: boolean } = {}): World {
  assert.ok(existsSync(built), 'build the command line first: npm run build');
  const base = mkdtempSync(join(tmpdir(), 'gatehouse-scenario-'));
  const workspace = join(base, 'workspace');
  const home = join(base, 'state');
  mkdirSync(workspace);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), content);
  }
  if (options.git === true) commitAll(workspace);
  const servers: RehearsalServer[] = [];
  const running: ChildProcess[] = [];

  return {
    workspace,
    home,
    cli: (args, given = {}) => {
      const cli = startCli(args, { workspace, home, ...given });
      running.push(cli.child);
      return cli;
    },
    async rehearse(script) {
      const server = await serveRehearsal({ script: parseScript(script, 'scenario'), record: true });
      servers.push(server);
      return server;
    },
    read: path => readFileSync(join(workspace, path), 'utf8'),
    exists: path => existsSync(join(workspace, path)),
    async close() {
      for (const child of running) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await Promise.all(servers.map(server => server.close()));
      rmSync(base, { recursive: true, force: true });
    },
  };
}

export function commitAll(folder: string): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '-q', '-m', 'Start');
}

function startCli(args: readonly string[], options: CliOptions & { workspace: string; home: string }): Cli {
  const since = performance.now();
  const child = spawn(process.execPath, [built, ...args], {
    cwd: options.cwd ?? options.workspace,
    env: {
      PATH: process.env['PATH'],
      HOME: options.home,
      GATEHOUSE_HOME: options.home,
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: compileCache,
      ...(options.server === undefined
        ? {}
        : { ANTHROPIC_BASE_URL: options.server.url, ANTHROPIC_API_KEY: options.server.token }),
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      out[name] += chunk;
      for (const check of waiting) check();
    });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  const done = new Promise<Finished>(settle => {
    child.once('close', (code, signal) => settle({ code, signal, ...out, ms: performance.now() - since }));
  });
  return {
    child,
    done,
    says: text =>
      new Promise((found, failed) => {
        const check = (): void => {
          if (!out.stdout.includes(text) && !out.stderr.includes(text)) return;
          waiting.delete(check);
          found();
        };
        waiting.add(check);
        check();
        void done.then(({ code, stdout, stderr }) =>
          failed(new Error(`ended with ${code} before it said "${text}":\n${stdout}\n${stderr}`)),
        );
      }),
  };
}

export interface JsonResult {
  run: string;
  status: string;
  exitCode: number;
  turns: number;
  usd: number | null;
  filesChanged: string[];
  asks: number;
  denials: number;
  accepted: boolean | null;
  journal: string;
}

/** The object that `--output json` prints, and nothing but it. */
export function jsonOf(finished: Finished): JsonResult {
  const value: JsonResult = JSON.parse(finished.stdout);
  return value;
}

export function eventsOf(journal: string): RunEvent[] {
  return readFileSync(journal, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => parseEvent(JSON.parse(line)))
    .filter(isKnown);
}

/** Resolves once the condition holds; the test's own time-out bounds it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 10));
}
