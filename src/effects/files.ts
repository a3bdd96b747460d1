import { chmod, cp, lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissing } from './errno.ts';

/** null where there is no such file. */
export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Replaces the file in one step, mode 0600. Folders that are missing are created with mode 0700. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  await rm(temporary, { force: true });
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}

/** Creates the folder, and its parents, where missing; mode 0700 also where it was there. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
}

/** When it was last written, in Unix ms; null where there is no such file. */
export async function modifiedAt(path: string): Promise<number | null> {
  return lstat(path).then(
    stats => stats.mtimeMs,
    () => null,
  );
}

/** A link counts as itself, wherever it leads. */
export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Names in a folder, sorted; none where there is no such folder. */
export async function list(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Copies a folder with all that is in it; links are copied as links. Rejects where a file is there already. */
export async function copyTree(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, force: false, errorOnExist: true, verbatimSymlinks: true });
}

/** Removes a file or a whole folder; a missing one is fine. */
export async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** The whole file. Rejects with the system's error where it cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path);
}
