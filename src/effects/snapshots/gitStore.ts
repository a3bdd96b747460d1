import { createHash, randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { errnoOf } from '../errno.ts';
import { neutralOptions, neutralVariables } from '../git/neutralFolder.ts';
import { callGit, type GitAnswer, type GitProgram } from '../git/program.ts';

/** A git that did not do what it was asked. `first` is the first line that it said, or what became of it. */
export class GitProblem extends Error {
  readonly first: string;

  constructor(first: string) {
    super(first);
    this.first = first;
  }
}

function problemOf(args: readonly string[], { stderr, cut }: GitAnswer): GitProblem {
  const verb = args.find((word, at) => /^[a-z]/.test(word) && args[at - 1] !== '-c') ?? '';
  const line = stderr.split('\n').find(text => text.trim() !== '');
  return new GitProblem(line ?? `git ${verb} ended early (${cut ?? 'killed'})`);
}

export interface StoreCall {
  /** The folder that counts as the working tree: absolute. Without it only objects are looked at. */
  folder?: string;
  /** An index file of ours. */
  index?: string;
  input?: Uint8Array;
  signal?: AbortSignal | undefined;
}

/** git over a directory of ours: no configuration, hook, filter or watcher of anybody else is in force. */
export interface GitStore {
  readonly path: string;
  readonly program: GitProgram;
  readonly env: Readonly<Record<string, string>>;
  /** Rejects with a `GitProblem`, or with the signal's reason. */
  run(args: readonly string[], call?: StoreCall): Promise<GitAnswer>;
}

/** A first snapshot of a huge tree on a slow disk takes minutes; nothing takes this long. */
const timeoutMs = 60 * 60_000;
const maxBytes = 1024 * 1024 * 1024;

const settings = `[core]
\trepositoryformatversion = 0
\tbare = false
\thooksPath = /dev/null
\tautocrlf = false
\tsafecrlf = false
\tfileMode = true
\tsymlinks = true
\tignoreCase = false
\tprecomposeUnicode = false
\tprotectHFS = ${process.platform === 'darwin'}
\tprotectNTFS = ${process.platform === 'win32'}
\tfsmonitor = false
\tlogAllRefUpdates = false
\tlooseCompression = 1
[index]
\tversion = 4
[gc]
\tauto = 0
[maintenance]
\tauto = false
`;

/** Stands above every `.gitattributes` of the workspace, so that bytes are held as they are. */
const attributes = '* -text -eol -crlf -filter -ident -working-tree-encoding -diff -merge\n';

const marker = 'gatehouse.json';

/** Where the store of a workspace (a real path) lies below `shadow`. */
export function storePath(shadow: string, root: string): string {
  const name =
    basename(root)
      .replaceAll(/[^\w.-]/g, '_')
      .slice(0, 40) || 'root';
  return join(shadow, `${name}-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`);
}

/** Makes the store where it is missing, mode 0700. Rejects with the system's error or a `GitProblem`. */
export async function openGitStore(shadow: string, root: string, program: GitProgram): Promise<GitStore> {
  const path = storePath(shadow, root);
  const store = gitStoreAt(path, program);
  if ((await lstat(join(path, marker)).catch(() => null)) !== null) {
    await chmod(path, 0o700);
    return store;
  }
  await mkdir(shadow, { recursive: true, mode: 0o700 });
  const draft = join(shadow, `.new-${randomUUID()}`);
  try {
    await mkdir(draft, { mode: 0o700 });
    await gitStoreAt(draft, program).run(['init', '-q', '--bare', '--template=', draft]);
    await mkdir(join(draft, 'info'), { recursive: true });
    await writeFile(join(draft, 'config'), settings);
    await writeFile(join(draft, 'info/attributes'), attributes);
    await writeFile(join(draft, marker), `${JSON.stringify({ version: 1, root })}\n`, { mode: 0o600 });
    await rename(draft, path).catch(async (error: unknown) => {
      // Another run has made it meanwhile.
      if ((await lstat(join(path, marker)).catch(() => null)) === null) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return store;
}

/** A store that stands at `path`. */
export function gitStoreAt(path: string, program: GitProgram): GitStore {
  const env: Record<string, string> = {
    ...neutralVariables,
    PATH: program.searchPath,
    HOME: path,
    XDG_CONFIG_HOME: path,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_DIR: path,
  };
  return {
    path,
    program,
    env,
    async run(args, call = {}) {
      call.signal?.throwIfAborted();
      const answer = await callGit(program, {
        args: [...neutralOptions, ...args],
        env: {
          ...env,
          ...(call.folder === undefined ? {} : { GIT_WORK_TREE: call.folder }),
          ...(call.index === undefined ? {} : { GIT_INDEX_FILE: call.index }),
        },
        cwd: call.folder ?? path,
        timeoutMs,
        maxBytes,
        ...(call.input === undefined ? {} : { input: call.input }),
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      });
      call.signal?.throwIfAborted();
      if (!answer.ok) throw problemOf(args, answer);
      return answer;
    },
  };
}

/** Tries to write so many bytes into the store. Returns the system's error code, null where it went well. */
export async function probeWriting(store: string, bytes: number): Promise<string | null> {
  const path = join(store, `.probe-${randomUUID()}`);
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      const piece = Buffer.alloc(1024 * 1024);
      for (let left = bytes; left > 0; left -= piece.length) await handle.write(piece, 0, Math.min(left, piece.length));
      await handle.sync();
    } finally {
      await handle.close();
    }
    return null;
  } catch (error) {
    return errnoOf(error) ?? String(error);
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}

/** Removes what a git without room has left half written. Only where there is none: others write there as well. */
export async function removeDrafts(store: string): Promise<void> {
  const objects = join(store, 'objects');
  for (const folder of await readdir(objects).catch(() => []))
    for (const name of await readdir(join(objects, folder)).catch(() => []))
      if (name.startsWith('tmp_')) await rm(join(objects, folder, name), { force: true }).catch(() => undefined);
}

export interface StoreEntry {
  path: string;
  /** The workspace whose states it holds. */
  root: string;
}

/** The stores below `shadow`, sorted; none where there is no such folder. */
export async function listStores(shadow: string): Promise<StoreEntry[]> {
  const names = await readdir(shadow).catch(() => []);
  const found: StoreEntry[] = [];
  for (const name of names.toSorted((a, b) => a.localeCompare(b))) {
    const path = join(shadow, name);
    const text = name.startsWith('.') ? '' : await readFile(join(path, marker), 'utf8').catch(() => '');
    const root = rootIn(text);
    if (root !== null) found.push({ path, root });
  }
  return found;
}

const Marker = z.object({ version: z.literal(1), root: z.string() });

function rootIn(text: string): string | null {
  try {
    return Marker.parse(JSON.parse(text)).root;
  } catch {
    return null;
  }
}

/** What a folder takes up on disk, in bytes. What vanishes meanwhile counts as nothing. */
export async function sizeOf(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null) return 0;
  const own = process.platform === 'win32' ? stats.size : stats.blocks * 512;
  if (!stats.isDirectory()) return own;
  let sum = own;
  for (const name of await readdir(path).catch(() => [])) sum += await sizeOf(join(path, name));
  return sum;
}
