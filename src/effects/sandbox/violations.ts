import type { Violation } from '../../protocol/containment.ts';

/** So many are told of each kind; a command that tries more has said enough. */
const maxOfAKind = 20;

/** What one command tried and was refused, each once, in order. */
export class Violations {
  readonly #root: string;
  readonly #found = new Map<string, Violation>();

  constructor(root: string) {
    this.#root = root;
  }

  host(host: string, port: number): void {
    this.#add(`host ${host}`, { type: 'host', host, port });
  }

  write(path: string): void {
    // git makes a lock beside what it is about to write: the name that means something is the other.
    const meant = /\/\.git\//.test(path.slice(this.#root.length)) ? path.replace(/\.lock$/, '') : path;
    this.#add(`write ${meant}`, { type: 'write', path: meant });
  }

  limit(limit: 'memory' | 'processes' | 'disk'): void {
    this.#add(`limit ${limit}`, { type: 'limit', limit });
  }

  restored(paths: readonly string[]): void {
    for (const path of paths) this.#add(`restored ${path}`, { type: 'restored', path });
  }

  list(): Violation[] {
    return [...this.#found.values()];
  }

  #add(key: string, violation: Violation): void {
    const ofAKind = [...this.#found.values()].filter(({ type }) => type === violation.type).length;
    if (ofAKind < maxOfAKind && !this.#found.has(key)) this.#found.set(key, violation);
  }
}
