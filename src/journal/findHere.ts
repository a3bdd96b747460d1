import { runIds } from './find.ts';
import type { Home } from './home.ts';
import { scanJournal } from './read.ts';

/** The folders that a run belongs to; absolute, `workspace` is its real path. */
export interface RunFolders {
  workspace: string;
  /** Of a run in a worktree of its own: the workspace that it was made from. */
  original: string | null;
}

/**
 * The newest run whose workspace, or the one that its worktree was made from, has the folder in it; null where there is
 * none. A run counts though the rest of its journal is damaged: an older one must not be taken in its stead.
 */
export async function latestHere(home: Home, isHere: (folder: string) => boolean): Promise<string | null> {
  for (const run of (await runIds(home)).toReversed()) {
    const folders = await foldersOf(home, run);
    if (folders === null) continue;
    if (isHere(folders.workspace) || (folders.original !== null && isHere(folders.original))) return run;
  }
  return null;
}

/** null where its journal does not tell. */
export async function foldersOf(home: Home, run: string): Promise<RunFolders | null> {
  let folders: RunFolders | null = null;
  await scanJournal(home, run, event => {
    if (event.kind === 'run.started')
      folders = { workspace: event.workspace, original: event.isolation?.original ?? null };
  }).catch(() => undefined);
  return folders;
}
