import { readFile, rm, writeFile } from 'node:fs/promises';
import { errnoOf } from '../errno.ts';

/** Names a process for good: its number and, where the system tells, when it started. */
async function nameOf(pid: number): Promise<string | null> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errnoOf(error) !== 'EPERM') return null;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}\n`;
}

/** Says in a file that this process owns what the file stands for. */
export async function writeOwner(path: string): Promise<void> {
  await writeFile(path, (await nameOf(process.pid)) ?? '', { mode: 0o600 });
}

/** Whether the process that wrote the file still lives. False where there is no file. */
export async function isOwned(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 && (await nameOf(pid)) === text;
}

/** Takes a lock, also one whose owner has died; null where a living process has it. The answer gives it back. */
export async function tryLock(path: string): Promise<(() => Promise<void>) | null> {
  const own = (await nameOf(process.pid)) ?? '';
  for (let round = 0; round < 2; round += 1) {
    try {
      await writeFile(path, own, { flag: 'wx', mode: 0o600 });
      return () => rm(path, { force: true });
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      if (await isOwned(path)) return null;
      await rm(path, { force: true });
    }
  }
  return null;
}
