import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isDotenvName } from '../risk/secrets/keyFiles.ts';
import { openRegular } from './open.ts';

const maxBytes = 64 * 1024;
const maxFiles = 256;
const maxFolders = 1_000;
const skipped = new Set(['node_modules', '.git', 'dist', 'build', 'target', 'vendor', '.venv', '__pycache__']);

export interface DotenvFile {
  path: string;
  text: string;
}

/**
 * The `.env` files of a workspace, folder by folder from the top, in at most 1,000 folders: at most 256 files of up to
 * 64 KiB. A link counts as the file that it leads to, since its readers follow it; folders behind links do not count.
 * What cannot be read is left out.
 */
export async function findDotenvFiles(root: string): Promise<DotenvFile[]> {
  const found: DotenvFile[] = [];
  const folders = [root];
  for (let at = 0; at < folders.length; at += 1) {
    const folder = folders[at] ?? root;
    for (const entry of await entries(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (folders.length < maxFolders && !skipped.has(entry.name)) folders.push(path);
      } else if (isDotenvName(entry.name)) {
        const text = await readSmall(path);
        if (text !== null) found.push({ path, text });
        if (found.length === maxFiles) return found;
      }
    }
  }
  return found;
}

async function entries(folder: string) {
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readSmall(path: string): Promise<string | null> {
  const opened = await realpath(path)
    .then(real => openRegular(real))
    .catch(() => null);
  if (opened === null) return null;
  try {
    if (opened.stats.size > maxBytes) return null;
    const { buffer, bytesRead } = await opened.handle.read(Buffer.alloc(opened.stats.size), 0, opened.stats.size, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await opened.handle.close();
  }
}
