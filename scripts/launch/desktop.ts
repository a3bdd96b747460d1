import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Opened } from '../launch.ts';
import { root } from '../paths.mjs';

interface DesktopOptions {
  code: string;
  state: string;
  folder: string;
  env: Record<string, string>;
}

/** Opens the desktop VS Code as an instance of its own, with settings and extensions of its own. */
export async function openOnDesktop({ code, state, folder, env }: DesktopOptions): Promise<Opened> {
  const user = join(state, 'user');
  const args = [
    `--extensionDevelopmentPath=${root}`,
    `--user-data-dir=${user}`,
    `--extensions-dir=${join(state, 'extensions')}`,
    '--new-window',
    '--wait',
    '--disable-workspace-trust',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    folder,
  ];
  const shell = process.platform === 'win32';
  const child = spawn(code, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'], shell });
  const exited = once(child, 'exit');
  console.log('Opening VS Code');
  return {
    exited,
    async close() {
      // `code` is a client that waits; the editor itself writes its process id into its data folder.
      const lock = await readFile(join(user, 'code.lock'), 'utf8').catch(() => '');
      if (child.exitCode === null && /^\d+$/.test(lock.trim())) process.kill(Number(lock.trim()));
      if (child.exitCode === null) child.kill();
      await exited;
    },
  };
}
