import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { node, vscodeServer } from './paths.mjs';

export interface ServerOptions {
  /** An existing folder of this server alone: its settings, extensions and logs. */
  state: string;
  /** Must be in the page's address; undefined lets any local program in, which only tests may do. */
  token?: string;
  /** The folder of a built extension, installed as from a .vsix. */
  extension?: string;
  /** Takes extensions under development and their tests from the page's payload. It also hides notifications. */
  automation?: boolean;
  /** Whether an unknown folder opens in restricted mode and asks. */
  workspaceTrust?: boolean;
  settings?: Record<string, unknown>;
  /** Added to this process's environment; undefined takes a variable away. */
  env?: Record<string, string | undefined>;
}

export interface Server {
  port: number;
  /** The address of a page that opens `folder`. `payload` is VS Code's own list of names, with paths as they are here. */
  address(folder: string, payload?: [string, string][]): string;
  /** Ends the server and the processes that it started, and resolves when they are gone. */
  close(): Promise<void>;
  exited: Promise<unknown>;
}

/** Nothing that moves, phones home or asks: a test, like a new user, should see our part first. */
const quiet = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  // It would run npm for the types of what a project uses.
  'typescript.disableAutomaticTypeAcquisition': true,
  'update.mode': 'none',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Starts VS Code's server on a free port of the loopback interface; resolves when it listens. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { state, token } = options;
  const user = join(state, 'user', 'User');
  await mkdir(user, { recursive: true });
  await writeFile(join(user, 'settings.json'), JSON.stringify({ ...quiet, ...options.settings }, null, 2));
  const extensions = join(state, 'extensions');
  await mkdir(extensions, { recursive: true });
  if (options.extension !== undefined) await install(options.extension, extensions);

  const args = [
    join(vscodeServer, 'out', 'server-main.js'),
    '--host=127.0.0.1',
    '--port=0',
    '--accept-server-license-terms',
    '--telemetry-level=off',
    `--server-data-dir=${join(state, 'server')}`,
    `--user-data-dir=${join(state, 'user')}`,
    `--extensions-dir=${extensions}`,
    ...(token === undefined ? ['--without-connection-token'] : [`--connection-token=${token}`]),
    ...(options.automation ? ['--enable-smoke-test-driver'] : []),
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
  ];
  const child = spawn(node, args, {
    env: { ...withoutNpm(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that all it starts can be ended, and nothing else.
    detached: process.platform !== 'win32',
  });
  const exited = once(child, 'exit');
  const port = await listening(child, exited);
  const authority = `127.0.0.1:${port}`;
  return {
    port,
    exited,
    address(folder, payload = []) {
      const remote = payload.map(([name, path]) => [name, `vscode-remote://${authority}${path}`]);
      const query = new URLSearchParams({ folder, ...(remote.length > 0 && { payload: JSON.stringify(remote) }) });
      if (token !== undefined) query.set('tkn', token);
      return `http://${authority}/?${query.toString()}`;
    },
    close: () => end(child, exited),
  };
}

/** What the .vsix carries, in the place where VS Code looks for what is installed. */
async function install(from: string, extensions: string): Promise<void> {
  const { publisher, name, version } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8'));
  const to = join(extensions, `${publisher}.${name}-${version}`);
  for (const part of ['package.json', 'package.nls.json', 'dist', 'media'])
    if (existsSync(join(from, part))) await cp(join(from, part), join(to, part), { recursive: true });
}

async function listening(child: ChildProcess, exited: Promise<unknown>): Promise<number> {
  let output = '';
  child.stderr?.on('data', (data: Buffer) => {
    output += data.toString();
  });
  const { stdout } = child;
  if (!stdout) throw new Error("the server's output is not piped");
  const found = new Promise<number>(done => {
    createInterface(stdout).on('line', line => {
      output += `${line}\n`;
      const port = /^Extension host agent listening on (\d+)/.exec(line)?.[1];
      if (port) done(Number(port));
    });
  });
  const ended = exited.then(() => {
    throw new Error(`VS Code's server ended before it listened:\n${output}`);
  });
  return Promise.race([found, ended]);
}

/** Terminals in VS Code are the person's, and know nothing of the npm that runs this script. */
function withoutNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$)/i.test(name)));
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const target = process.platform === 'win32' ? pid : -pid;
  signal(target, 'SIGTERM');
  await Promise.race([exited, delay(5000, undefined, { ref: false })]);
  for (let tries = 0; signal(target, 0) && tries < 100; tries++) {
    if (tries === 20) signal(target, 'SIGKILL');
    await delay(50);
  }
}

/** Whether there was a process to take the signal. */
function signal(target: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, name);
    return true;
  } catch {
    return false;
  }
}
