import { join, relative, sep } from 'node:path';
import { comparing, type GitReader, linkSharedIndex } from './neutral.ts';
import { smallBytes } from './repository.ts';

/** A file of the working tree that differs from a commit. Bytes are null where nothing stands there. */
export interface TreeChange {
  /** Relative to the workspace, with `/`. */
  path: string;
  before: Uint8Array | null;
  after: Uint8Array | null;
  /** More bytes than are read, a link or no file: on either side nothing can be said of its text. */
  unreadable: boolean;
}

export interface DiffToOptions {
  /** A commit's full hash. */
  base: string;
  /** The folder that is looked at, a real path in the repository. */
  workspace: string;
  /** No file above this many bytes is read. */
  maxBytes: number;
}

/**
 * What differs between a commit and the working tree, sorted by path, untracked files included and ignored ones not.
 * No setting, filter or hook of the repository is in force. null where git cannot tell.
 */
export async function diffTo(
  git: GitReader,
  { base, workspace, maxBytes }: DiffToOptions,
): Promise<TreeChange[] | null> {
  const { top, gitDir } = git.repository;
  const status = await git.status();
  if (status === null) return null;
  const folder = git.environment['GIT_DIR'];
  if (folder !== undefined) linkSharedIndex(gitDir, folder);
  const compare = comparing(await git.settings(), git.person);
  const raw = await git.read([
    ...compare,
    'diff-index',
    '-z',
    '--raw',
    '--no-renames',
    '--no-abbrev',
    '--ignore-submodules=all',
    base,
    '--',
  ]);
  if (!raw.ok) return null;
  const paths = new Map<string, Old | null>(changedIn(raw.stdout.toString('utf8')));
  for (const { path, index } of status.entries) if (index === '?' && !path.endsWith('/')) paths.set(path, null);
  const inside = [...paths].flatMap(([path, old]) => {
    const way = relative(workspace, join(top, path)).split(sep).join('/');
    return way.startsWith('../') ? [] : [{ path, shown: way, old }];
  });
  const blobs = await read(
    git,
    inside.flatMap(({ old }) => (old?.file === true ? [old.id] : [])),
    maxBytes,
  );
  if (blobs === null) return null;
  return inside
    .map(({ path, shown, old }): TreeChange => {
      const before = old === null ? null : (blobs.get(old.id) ?? null);
      const after = smallBytes(join(top, path), maxBytes);
      const gone = old?.gone === true;
      const unreadable = (old !== null && before === null) || (after === null && !gone);
      return { path: shown, before, after, unreadable };
    })
    .filter(({ before, after, unreadable }) => unreadable || before === null || after === null || !same(before, after))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Old {
  id: string;
  /** A file, and no link or submodule. */
  file: boolean;
  /** It is not in the working tree any more. */
  gone: boolean;
}

/** Reads `git diff-index --raw -z`; null for what the commit has not. */
function* changedIn(output: string): Generator<[string, Old | null]> {
  const fields = output.split('\0');
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode = '', , id = '', , status = ''] = (fields[at] ?? '').replace(/^:/, '').split(' ');
    const path = fields[at + 1] ?? '';
    if (status === 'A') yield [path, null];
    else yield [path, { id, file: oldMode.startsWith('100'), gone: status === 'D' }];
  }
}

/** Blobs by id; those above the limit are left out. */
async function read(git: GitReader, ids: readonly string[], maxBytes: number): Promise<Map<string, Uint8Array> | null> {
  const found = new Map<string, Uint8Array>();
  if (ids.length === 0) return found;
  const list = (wanted: readonly string[]): string => wanted.map(id => `${id}\n`).join('');
  const sizes = await git.read(['cat-file', '--batch-check'], { input: list(ids) });
  if (!sizes.ok) return null;
  const small = sizes.stdout
    .toString('utf8')
    .split('\n')
    .flatMap(line => {
      const [id = '', type, size] = line.split(' ');
      return type === 'blob' && Number(size) <= maxBytes ? [id] : [];
    });
  const all = await git.read(['cat-file', '--batch'], { input: list(small) });
  if (!all.ok) return null;
  for (let at = 0; at < all.stdout.length; ) {
    const end = all.stdout.indexOf(10, at);
    const [id = '', type, size] = all.stdout.subarray(at, end).toString('utf8').split(' ');
    if (end < 0 || type !== 'blob') return null;
    found.set(id, all.stdout.subarray(end + 1, end + 1 + Number(size)));
    at = end + 2 + Number(size);
  }
  return found;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
