import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openRegular } from './open.ts';

const maxBytes = 64 * 1024;
const maxFiles = 64;
const maxFolders = 200;
const skipped = new Set(['node_modules', '.git', 'dist', 'build', 'target', 'vendor']);
/** Examples are committed on purpose and hold no secrets, but words that would then be hidden everywhere. */
const isDotenv = (name: string) => /^\.env(\.|$)/.test(name) && !/\.(example|sample|template|dist)$/.test(name);

export interface DotenvFile {
  path: string;
  text: string;
}

/**
 * The `.env*` files of a workspace: in its top folder, in the folders there, and one level deeper under these
 * (`packages/api/.env`). Regular files of up to 64 KiB, at most 64 of them; links and what cannot be read are left out.
 */
export async function findDotenvFiles(root: string): Promise<DotenvFile[]> {
  const found: DotenvFile[] = [];
  const folders = await foldersOf(root, 2);
  for (const folder of folders)
    for (const name of (await entries(folder)).map(entry => entry.name).filter(isDotenv)) {
      if (found.length === maxFiles) return found;
      const path = join(folder, name);
      const text = await readSmall(path);
      if (text !== null) found.push({ path, text });
    }
  return found;
}

async function foldersOf(root: string, depth: number): Promise<string[]> {
  const all = [root];
  let level = [root];
  for (let at = 0; at < depth; at += 1) {
    const next: string[] = [];
    for (const folder of level)
      for (const entry of await entries(folder))
        if (entry.isDirectory() && !skipped.has(entry.name)) next.push(join(folder, entry.name));
    level = next.slice(0, Math.max(0, maxFolders - all.length));
    all.push(...level);
  }
  return all;
}

async function entries(folder: string) {
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readSmall(path: string): Promise<string | null> {
  const opened = await openRegular(path).catch(() => null);
  if (opened === null) return null;
  try {
    if (opened.stats.size > maxBytes) return null;
    const { buffer, bytesRead } = await opened.handle.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await opened.handle.close();
  }
}
