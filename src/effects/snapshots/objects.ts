import type { GitStore } from './gitStore.ts';
import { rawJoin } from './look.ts';
import { byLine, byObject, standingGit } from './standing.ts';

/** An entry of a tree; `name` has one byte in each character. */
export interface TreeEntry {
  mode: string;
  name: string;
  id: string;
}

/** Reads and writes objects of a store through processes that stay, each of which starts when it is first needed. */
export interface Objects {
  /** The bytes of a file or link; null where the store has none of that id. */
  readBlob(id: string): Promise<Uint8Array | null>;
  /** null where the store has no such tree. */
  readTree(id: string): Promise<readonly TreeEntry[] | null>;
  /** Holds a file as it stands, byte for byte. Follows a link: the caller has looked. */
  writeFile(folder: string, path: string): Promise<string>;
  writeTree(entries: readonly TreeEntry[]): Promise<string>;
  close(): Promise<void>;
  /** Ends at once what writes; what reads is quick. */
  kill(): void;
}

/** So many entries of trees are kept in memory, some 100 bytes each. */
const maxEntries = 20_000;

export function openObjects(store: GitStore): Objects {
  const reader = standingGit(store, ['cat-file', '--batch'], byObject);
  const hasher = standingGit(store, ['hash-object', '-w', '--no-filters', '--stdin-paths'], byLine);
  const maker = standingGit(store, ['mktree', '-z', '--batch', '--missing'], byLine);
  const all = [reader, hasher, maker];
  const read = async (id: string) =>
    /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(id) ? reader.ask(Buffer.from(`${id}\n`)) : null;
  const trees = new Map<string, readonly TreeEntry[]>();
  let kept = 0;

  /** Trees that changed last are the ones that change next. */
  function keep(id: string, entries: readonly TreeEntry[]): readonly TreeEntry[] {
    if (trees.has(id)) return entries;
    trees.set(id, entries);
    kept += entries.length;
    for (const [oldest, old] of trees) {
      if (kept <= maxEntries) break;
      trees.delete(oldest);
      kept -= old.length;
    }
    return entries;
  }

  return {
    async readBlob(id) {
      const found = await read(id);
      return found?.type === 'blob' ? found.bytes : null;
    },
    async readTree(id) {
      const known = trees.get(id);
      if (known !== undefined) return known;
      const found = await read(id);
      return found?.type === 'tree' ? keep(id, parseTree(found.bytes)) : null;
    },
    writeFile: (folder, path) => hasher.ask(Buffer.concat([quoted(rawJoin(folder, path)), Buffer.from('\n')])),
    async writeTree(entries) {
      const lines = entries.map(({ mode, name, id }) => {
        const type = mode === '40000' ? 'tree' : 'blob';
        return `${mode.padStart(6, '0')} ${type} ${id}\t${name}\0`;
      });
      const id = await maker.ask(Buffer.from(`${lines.join('')}\0`, 'latin1'));
      keep(id, entries);
      return id;
    },
    async close() {
      await Promise.all(all.map(each => each.close()));
    },
    kill() {
      for (const each of [hasher, maker]) each.kill();
    },
  };
}

/** As git reads a line that begins with a quote: so a name may hold a line's end. */
function quoted(path: Buffer): Buffer {
  const text = path.toString('latin1').replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`);
  return Buffer.from(`"${text}"`, 'latin1');
}

/** A tree's bytes are entries of `<mode> <name>` NUL and 20 bytes of an id. */
function parseTree(bytes: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const end = bytes.indexOf(0, space);
    entries.push({
      mode: bytes.toString('latin1', at, space),
      name: bytes.toString('latin1', space + 1, end),
      id: bytes.toString('hex', end + 1, end + 21),
    });
    at = end + 21;
  }
  return entries;
}
