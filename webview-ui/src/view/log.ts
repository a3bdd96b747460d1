/**
 * A list that grows and whose entries are replaced, in pages: a change makes a new page and leaves the others as they
 * are, so that a memoized page draws again only when something on it changed.
 */
export interface Log<T> {
  pages: readonly (readonly T[])[];
  length: number;
}

export const pageSize = 32;

export function emptyLog<T>(): Log<T> {
  return { pages: [], length: 0 };
}

export function append<T>(log: Log<T>, entry: T): Log<T> {
  const last = log.pages.at(-1);
  const pages =
    last === undefined || last.length === pageSize
      ? [...log.pages, [entry]]
      : [...log.pages.slice(0, -1), [...last, entry]];
  return { pages, length: log.length + 1 };
}

export function entryAt<T>(log: Log<T>, index: number): T | undefined {
  return log.pages[Math.floor(index / pageSize)]?.[index % pageSize];
}

/** Replaces the entry at `index`; the log as it is where there is none. */
export function replaceAt<T>(log: Log<T>, index: number, entry: T): Log<T> {
  if (index < 0 || index >= log.length) return log;
  const at = Math.floor(index / pageSize);
  return {
    pages: log.pages.map((page, number) => (number === at ? page.with(index % pageSize, entry) : page)),
    length: log.length,
  };
}

/** Changes whatever `change` has another value for, in one pass. */
export function mapLog<T>(log: Log<T>, change: (entry: T) => T): Log<T> {
  const pages = log.pages.map(page => {
    const changed = page.map(change);
    return changed.every((entry, at) => entry === page[at]) ? page : changed;
  });
  return { pages, length: log.length };
}

export function entries<T>(log: Log<T>): T[] {
  return log.pages.flat();
}
