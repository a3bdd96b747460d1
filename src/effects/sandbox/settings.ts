import { lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pinned } from './pinned.ts';

/** In the cache folders of tools, what tells them which programs to run. Sources: the tools' own documentation. */
const settings: Readonly<Record<string, { files: readonly string[]; folders: readonly string[] }>> = {
  cargo: { files: ['config', 'config.toml'], folders: [] },
  gradle: { files: ['gradle.properties', 'init.gradle', 'init.gradle.kts'], folders: ['init.d'] },
  ccache: { files: ['ccache.conf'], folders: [] },
};

/** Files and folders that a command sees empty and cannot change. */
export interface Covered {
  files: string[];
  folders: string[];
}

export const nothingCovered: Readonly<Covered> = { files: [], folders: [] };

/**
 * Removes what earlier commands left there of settings, and tells what to cover for the next one. A tool without a
 * folder has no settings that last: what its first command leaves is removed here before the second.
 */
export function resetSettings(cacheDirs: readonly string[]): Covered {
  const covered: Covered = { files: [], folders: [] };
  const tools = cacheDirs.flatMap(dir => Object.entries(settings).map(([tool, of]) => [join(dir, tool), of] as const));
  for (const [folder, { files, folders }] of tools) {
    if (!keepOnly(folder, 'folder')) continue;
    for (const name of files) {
      const path = join(folder, name);
      keepOnly(path, 'empty');
      covered.files.push(path);
    }
    for (const name of folders) {
      const path = join(folder, name);
      keepOnly(path, 'folder');
      covered.folders.push(path);
    }
  }
  return covered;
}

/** Whether what stands there is of that kind; anything else is removed, and links are not followed. */
function keepOnly(path: string, kind: 'folder' | 'empty'): boolean {
  const kept = pinned(path, at => {
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (stats === undefined) return false;
    if (kind === 'folder' ? stats.isDirectory() : stats.isFile() && stats.size === 0 && stats.nlink === 1) return true;
    rmSync(at, { recursive: true, force: true });
    return false;
  });
  return kept === true;
}
