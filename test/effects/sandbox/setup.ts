import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { scrubEnvironment } from '../../../src/effects/environment.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../../src/effects/sandbox/sandbox.ts';
import { startShell } from '../../../src/effects/shell.ts';
import type { Terms, Violation } from '../../../src/protocol/containment.ts';

/** As it is shipped: Node takes four times as long to start it from its sources, and each sandbox starts it twice. */
export const helperPath = resolve(import.meta.dirname, '../../../dist/sandbox-helper.cjs');
assert.ok(existsSync(helperPath), 'build the helper first: npm run build');

/** Nothing of a person's own. */
const searchPath = [dirname(process.execPath), '/usr/bin', '/bin', '/usr/sbin', '/sbin'].join(':');

export interface Result {
  output: string;
  exitCode: number | null;
  signal: string | null;
  violations: Violation[];
}

/** A workspace with a repository, a home folder and a neighbour, and a sandbox around the first. */
export interface Box {
  base: string;
  root: string;
  home: string;
  outside: string;
  tempDir: string;
  sandbox: Sandbox;
  env: SandboxOptions['env'];
  /** Runs it in the sandbox to its end. */
  run(command: string, more?: Partial<Terms>): Promise<Result>;
  start(command: string, more?: Partial<Terms>, background?: boolean): ReturnType<Sandbox['start']>;
  /** Runs it without a sandbox. */
  plain(command: string): Promise<Result>;
  path(name: string): string;
  write(name: string, content: string): string;
  git(...args: string[]): string;
  remove(): Promise<void>;
}

export const noSandbox =
  'These tests need a kernel that lets this user make namespaces, and bubblewrap: node scripts/setup.mjs installs it on Debian.';

/** In /var/tmp, since /tmp is another one inside. */
export async function box(options: SandboxOptions['options'] = {}, more: Partial<SandboxOptions> = {}): Promise<Box> {
  const base = realpathSync(mkdtempSync('/var/tmp/gatehouse-sandbox-'));
  const folder = (name: string): string => {
    mkdirSync(join(base, name), { recursive: true, mode: 0o700 });
    return join(base, name);
  };
  const [root, home, outside] = [folder('workspace'), folder('home'), folder('outside')];
  const [cacheDir, tempDir] = [folder('cache'), folder('temp')];
  const { env } = scrubEnvironment({ ...process.env, HOME: home, PATH: searchPath }, () => false);
  const sandbox = await openSandbox({
    workspaceRoot: root,
    cacheDir,
    tempDir,
    helperPath,
    env,
    home,
    options,
    ...more,
  });
  const io = new AbortController().signal;
  const start: Box['start'] = (command, terms = {}, background = false) =>
    sandbox.start(
      { command, cwd: root, env, terms: { profile: 'workspace', hosts: [], writes: [], ...terms }, background },
      io,
    );
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1' },
    });
  git('init', '-q', '-b', 'main');
  writeFileSync(join(root, 'a.txt'), 'a\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'First');
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  writeFileSync(join(home, '.ssh', 'id_ed25519'), 'PRIVATE-KEY');
  mkdirSync(join(home, '.aws'));
  writeFileSync(join(home, '.aws', 'credentials'), 'AWS-SECRET');
  return {
    base,
    root,
    home,
    outside,
    tempDir,
    sandbox,
    env,
    start,
    run: async (command, terms) => finish(await start(command, terms)),
    plain: async command => finish(await startShell(command, root, env, tempDir, io)),
    path: name => join(root, name),
    write: (name, content) => {
      mkdirSync(join(root, name, '..'), { recursive: true });
      writeFileSync(join(root, name), content);
      return join(root, name);
    },
    git,
    remove: async () => {
      await sandbox.close();
      chmodSync(base, 0o700);
      rmSync(base, { recursive: true, force: true });
    },
  };
}

type Started = Awaited<ReturnType<Sandbox['start']>>;

/** Its whole output, once it has ended. */
export async function finish(started: Started): Promise<Result> {
  let output = '';
  const closed = started.output.map(stream => {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    return new Promise<void>(done => {
      stream.once('close', () => done());
    });
  });
  const { exitCode, signal } = await started.exited;
  await started.tree.end();
  await Promise.all(closed);
  return { output, exitCode, signal, violations: await started.settled };
}
