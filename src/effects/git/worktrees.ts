import { readdirSync } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { errnoOf, isMissing } from '../errno.ts';
import { openParent } from '../folder.ts';
import type { GitReader } from './neutral.ts';
import { putRefBack } from './rawRefs.ts';
import { changeRef, isRefName, readHead, readRef } from './refs.ts';
import { findRepository, type Repository } from './repository.ts';
import { fields, openWriter } from './writer.ts';

export interface NewWorktree {
  git: GitReader;
  scratch: string;
  /** The folder to make; what is above it is made too, mode 0700. */
  path: string;
  /** What git calls it: a folder of that name in its `worktrees`. */
  name: string;
  /** Short, such as `gatehouse/x`. */
  branch: string;
  /** The commit that it begins at. */
  base: string;
  /** `Name <mail>`, for the reflogs. */
  who: string;
}

/** What the files of a new worktree are not. */
export interface Lacking {
  /** Submodules, whose folders are empty. */
  submodules: number;
  /** Large files are their pointers. */
  lfs: boolean;
}

/**
 * Makes a linked worktree by git's own layout (gitrepository-layout), without git's `worktree add`: that would read the
 * repository's configuration. In the repository a branch and a folder in `worktrees` are new, and nothing else changes.
 * Rejects with `isolation.failed`; then nothing is left of it.
 */
export async function addWorktree(given: NewWorktree): Promise<Lacking> {
  const { git, path, name, base } = given;
  const { commonDir } = git.repository;
  const admin = join(commonDir, 'worktrees', name);
  const ref = `refs/heads/${given.branch}`;
  const change = { ref, from: null, to: base, why: `branch: Created from ${base}`, who: given.who };
  let branched = false;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await mkdir(path, { mode: 0o700 });
    await writeNew(join(path, '.git'), `gitdir: ${admin}\n`);
    await writeNew(join(admin, 'commondir'), '../..\n');
    await writeNew(join(admin, 'gitdir'), `${join(path, '.git')}\n`);
    await writeNew(join(admin, 'HEAD'), `ref: ${ref}\n`);
    await writeNew(join(admin, 'logs/HEAD'), logLine(base, given.who));
    // The folder for branches of ours may be taken away just now, as another run's last one goes.
    branched = (await changeRef(git.repository, change)) || (await changeRef(git.repository, change));
    if (!branched) throw failed(`the branch ${given.branch} could not be made`);
    return await checkOut(given, join(admin, 'index'));
  } catch (error) {
    await removeWorktree(git.repository, name, path).catch(() => undefined);
    if (branched) await removeBranch(git.repository, given.branch).catch(() => undefined);
    throw error instanceof GatehouseError ? error : failed(errnoOf(error) ?? String(error), error);
  }
}

async function checkOut({ git, scratch, path, base }: NewWorktree, index: string): Promise<Lacking> {
  const writer = await openWriter(git, { scratch, workTree: path, index });
  try {
    await writer.setHead(base);
    await writer.must(['read-tree', '--reset', '-u', base]);
    const staged = fields(await writer.must(['ls-files', '--stage', '-z']));
    const { ok: lfs } = await writer.call(['grep', '-q', '--cached', 'filter=lfs', '--', '*.gitattributes']);
    return { submodules: staged.filter(entry => entry.startsWith('160000 ')).length, lfs };
  } finally {
    await writer.close();
  }
}

function logLine(to: string, who: string): string {
  const clean = who.replaceAll(/[\r\n\t\0]/g, ' ');
  return `${'0'.repeat(to.length)} ${to} ${clean} ${Math.floor(Date.now() / 1000)} +0000\n`;
}

/** Removes the folder and what git knows of it, also where a part of it is gone already. The branch stays. */
export async function removeWorktree(repository: Repository | null, name: string, path: string): Promise<void> {
  if (repository !== null) {
    const folder = await openParent(join(repository.commonDir, 'worktrees', name));
    try {
      await rm(folder.at(name), { recursive: true, force: true });
    } finally {
      await folder.close();
    }
    await removeEmpty(join(repository.commonDir, 'worktrees'));
  }
  await removeAll(path);
  await removeEmpty(dirname(path));
}

/** Whether the branch is gone; true where there was none. Its log goes with it. */
export async function removeBranch(repository: Repository, branch: string): Promise<boolean> {
  const ref = `refs/heads/${branch}`;
  const now = isRefName(ref) ? readRef(repository, ref, 1) : null;
  const gone = now === null || (await putRefBack(repository, ref, now, null));
  for (const folder of ['', 'logs'])
    if (gone && branch.includes('/')) await removeEmpty(join(repository.commonDir, folder, dirname(ref)));
  return gone;
}

/** The worktree's repository as git sees it from there; null where it is not whole any more. */
export function worktreeAt(path: string, name: string): Repository | null {
  const found = findRepository(path);
  return found !== null && found.top === path && basename(found.gitDir) === name ? found : null;
}

/** Whether the ref is checked out in a working tree of the repository other than the one of that name. */
export function isCheckedOut(repository: Repository, ref: string, name: string): boolean {
  const { commonDir } = repository;
  const linked = namesIn(join(commonDir, 'worktrees')).filter(each => each !== name);
  const folders = [commonDir, ...linked.map(each => join(commonDir, 'worktrees', each))];
  return folders.some(gitDir => readHead({ ...repository, gitDir })?.ref === ref);
}

async function writeNew(path: string, text: string): Promise<void> {
  const folder = await openParent(path);
  try {
    const handle = await open(folder.at(basename(path)), 'wx', 0o644);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  } finally {
    await folder.close();
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function removeEmpty(folder: string): Promise<void> {
  // It is not empty, or gone: both are fine.
  await rmdir(folder).catch(() => undefined);
}

/** Also what is in folders that nobody may write to, as tools leave them. */
async function removeAll(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
    await openFolders(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function openFolders(path: string): Promise<void> {
  const stats = await lstat(path).catch(error => (isMissing(error) ? null : Promise.reject(error)));
  if (stats === null || !stats.isDirectory()) return;
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true }))
    if (entry.isDirectory()) await openFolders(join(path, entry.name));
}

function failed(problem: string, cause?: unknown): GatehouseError {
  return new GatehouseError(failures.isolationFailed({ problem }), cause);
}
