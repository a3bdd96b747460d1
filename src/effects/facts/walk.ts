import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, parse, sep } from 'node:path';
import type { PathFact } from '../../risk/facts.ts';
import { errnoOf, isMissing } from '../errno.ts';
import { isInside } from '../workspace.ts';

export interface Walked {
  /** Links resolved as far as the path exists, dangling ones too. */
  real: string;
  kind: PathFact['kind'];
  links: number;
}

type Node = { type: 'link'; to: string } | { type: PathFact['kind']; links: number };

const missing: Node = { type: 'missing', links: 0 };
const closed: Node = { type: 'other', links: 0 };
/** As many links as Linux follows in one path. */
const maxLinks = 40;

/** Resolves paths as the kernel would, step by step; each place is looked at once. */
export class Walker {
  readonly #root: string;
  readonly #caseless: boolean;
  readonly #nodes = new Map<string, Node>();

  constructor(root: string, caseless: boolean) {
    this.#root = root;
    this.#caseless = caseless;
  }

  /** `path` is absolute; `..` in it leads to the parent of what the name before really is. */
  walk(path: string): Walked {
    if (path.includes('\0')) return { real: path, kind: 'other', links: 0 };
    // The workspace's root is a real path already.
    const known = isInside(this.#root, path) ? this.#root : parse(path).root;
    const rest = path.slice(known.length).split(sep).toReversed();
    let at = known;
    let links = 0;
    let last = this.#look(at);
    while (rest.length > 0) {
      const part = rest.pop() ?? '';
      if (part === '' || part === '.') continue;
      if (part === '..') {
        at = dirname(at);
        last = this.#look(at);
        continue;
      }
      const here = join(at, part);
      const node = last.type === 'directory' ? this.#look(here) : missing;
      if (node.type !== 'link') {
        at = here;
        last = last === closed ? closed : node;
        continue;
      }
      if (++links > maxLinks) return { real: here, kind: 'other', links: 0 };
      const start = parse(node.to).root;
      if (start !== '') {
        at = start;
        last = this.#look(at);
      }
      rest.push(...node.to.slice(start.length).split(sep).toReversed());
    }
    if (last.type === 'link') return { real: at, kind: 'other', links: 0 };
    return { real: this.#caseless ? spelled(at) : at, kind: last.type, links: last.links };
  }

  /** What stands at a real path itself. */
  #look(path: string): Node {
    const known = this.#nodes.get(path);
    if (known !== undefined) return known;
    const found = look(path);
    this.#nodes.set(path, found);
    return found;
  }
}

function look(path: string): Node {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return missing;
    if (stats.isSymbolicLink()) return { type: 'link', to: readlinkSync(path) };
    return { type: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other', links: stats.nlink };
  } catch (error) {
    return isMissing(error) || errnoOf(error) === 'ENAMETOOLONG' ? missing : closed;
  }
}

/** Where case does not count, the names as the folders have them. */
function spelled(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(spelled(parent), path.slice(parent.length));
  }
}
