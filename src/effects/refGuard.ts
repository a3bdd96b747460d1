import { join } from 'node:path';
import type { Terms, Violation } from '../protocol/containment.ts';
import { Elsewhere } from './git/elsewhere.ts';
import { putHeadBack, putRefBack, rawHead, rawRefs } from './git/rawRefs.ts';
import type { Repository } from './git/repository.ts';
import { isWithin } from './sandbox/profiles.ts';
import type { Spawned } from './shell.ts';

/**
 * Watches over the refs of a repository while commands may write in it. One whose terms say `current` moves the branch
 * that was checked out when it began, and the stash; any other ref that it changed, made or removed is put back when
 * nothing of it is left. While a command is alive that may change any ref, nobody can tell whose change it is, and
 * nothing is put back; the same goes for what such a command has changed, until all commands are over. What was done
 * meanwhile in another working tree of the repository is never put back.
 */
export class RefGuard {
  readonly #repository: Repository;
  #before: Map<string, string> | null = null;
  #head: string | null = null;
  #elsewhere: Elsewhere | null = null;
  readonly #current = new Set<string>();
  readonly #lifted = new Set<string>();
  #live = 0;
  #free = 0;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** What was put back is added to what the command's sandbox tells. */
  async hold(terms: Terms, start: () => Promise<Spawned>): Promise<Spawned> {
    if (terms.profile !== 'git') return start();
    this.#begin(terms);
    let shell: Spawned;
    try {
      shell = await start();
    } catch (error) {
      await this.#end(terms);
      throw error;
    }
    const settled = shell.settled.then(
      async violations => [...violations, ...(await this.#end(terms))],
      async (error: unknown) => {
        await this.#end(terms);
        throw error;
      },
    );
    settled.catch(() => undefined);
    return { ...shell, settled };
  }

  #begin(terms: Terms): void {
    this.#live += 1;
    if (terms.refs === 'any') this.#free += 1;
    const head = rawHead(this.#repository);
    if (this.#live === 1) {
      this.#elsewhere = new Elsewhere(this.#repository);
      this.#before = rawRefs(this.#repository);
      this.#head = head;
    }
    const branch = branchOf(head);
    if (branch !== null) this.#current.add(branch);
  }

  /** Resolves with the violations of the command that is over. */
  async #end(terms: Terms): Promise<Violation[]> {
    try {
      const changes = await this.#ofCommands(this.#changes(terms), terms);
      if (this.#free === 0) return await this.#putBack(changes);
      for (const { ref } of changes) this.#lifted.add(ref);
      this.#head = rawHead(this.#repository);
      return [];
    } finally {
      this.#live -= 1;
      if (terms.refs === 'any') this.#free -= 1;
      if (this.#live === 0) {
        this.#before = null;
        this.#elsewhere = null;
        this.#current.clear();
        this.#lifted.clear();
      }
    }
  }

  /** Those first that were made: they may stand where another has to come back to. */
  #changes(terms: Terms): Change[] {
    const before = this.#before;
    const now = before === null ? null : rawRefs(this.#repository);
    if (before === null || now === null) return [];
    return [...new Set([...now.keys(), ...before.keys()])]
      .map(ref => ({ ref, from: now.get(ref) ?? null, to: before.get(ref) ?? null }))
      .filter(change => change.from !== change.to && !this.#isFree(change, terms));
  }

  #isFree({ ref, from }: Change, terms: Terms): boolean {
    if (ref === 'refs/stash' || this.#lifted.has(ref)) return true;
    // No command that only moves its branch takes it away.
    if (this.#current.has(ref) && from !== null && from.length >= 40 && !from.startsWith('ref:')) return true;
    const path = join(this.#repository.commonDir, ref);
    return terms.writes.some(each => isWithin(path, each));
  }

  /** Without what was done in other working trees; what they moved comes back to where they left it. */
  async #ofCommands(changes: readonly Change[], terms: Terms): Promise<Change[]> {
    const elsewhere = this.#elsewhere;
    if (elsewhere === null) return [...changes];
    const left = await Promise.all(
      changes.map(async change => {
        if (await elsewhere.did(change.ref, change.from, terms.writes)) return [];
        return [{ ...change, to: elsewhere.left(change.ref, terms.writes) ?? change.to }];
      }),
    );
    return left.flat();
  }

  async #putBack(changes: readonly Change[]): Promise<Violation[]> {
    const violations: Violation[] = [];
    const head = rawHead(this.#repository);
    const made = changes.filter(({ to }) => to === null);
    for (const { ref, from, to } of [...made, ...changes.filter(change => change.to !== null)]) {
      const done = await putRefBack(this.#repository, ref, from, to);
      const path = done ? ref : join(this.#repository.commonDir, ref);
      violations.push({ type: done ? 'restored' : 'write', path });
    }
    // On a branch that is gone, the next commit would be one without a past.
    if (head !== null && this.#head !== null && made.some(({ ref }) => ref === branchOf(head)))
      await putHeadBack(this.#repository, head, this.#head);
    return violations;
  }
}

interface Change {
  ref: string;
  /** As it is now; null: it is gone. */
  from: string | null;
  to: string | null;
}

function branchOf(head: string | null): string | null {
  return head === null ? null : (/^ref: (.+)$/.exec(head)?.[1] ?? null);
}
