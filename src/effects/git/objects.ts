import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { smallText } from './repository.ts';

/**
 * Whether all objects of a repository lie in its own folder. A command in the sandbox may leave a link there, or a note
 * for git to look elsewhere, to a place that it cannot read itself; a push from outside would then send what is there.
 */
export function ownsObjects(commonDir: string): boolean {
  const objects = join(commonDir, 'objects');
  for (const name of ['alternates', 'http-alternates'])
    if ((smallText(join(objects, 'info', name)) ?? '').trim() !== '') return false;
  return !holdsLinks(commonDir);
}

/** Whether a link stands in the folder of objects, or it cannot be read. */
export function holdsLinks(commonDir: string): boolean {
  const objects = join(commonDir, 'objects');
  const folders = entries(objects);
  if (folders === null || folders.some(entry => entry.isSymbolicLink())) return true;
  return !folders
    .filter(entry => entry.isDirectory())
    .every(folder => entries(join(objects, folder.name))?.every(entry => !entry.isSymbolicLink()) ?? false);
}

function entries(folder: string): Dirent[] | null {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return null;
  }
}
