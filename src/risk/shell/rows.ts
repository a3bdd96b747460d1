import type { Flag, Spec } from './spec.ts';

/**
 * Names → what they stand for. A key may hold several names, separated by blanks, so a name is looked up by the functions
 * below and never by an index; where a name is twice, the later counts.
 */
export type Rows<T> = Readonly<Record<string, T>>;

/** A function of an object that never changes, computed once for each. */
export function once<K extends object, V>(compute: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, V>();
  return of => {
    const found = known.get(of);
    if (found !== undefined) return found;
    const value = compute(of);
    known.set(of, value);
    return value;
  };
}

/** Thousands of names would be most of a start, so they are taken apart where a table is first looked at. */
function byName<T>(rows: Rows<T>): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  // A list may be empty; that gives no row to the empty name.
  for (const [names, row] of Object.entries(rows))
    for (const name of names.split(' ')) if (name !== '') found.set(name, row);
  return found;
}

/** Flags, or rows of programs and subcommands, each by a single name. */
export const flagsByName: (flags: Rows<Flag>) => ReadonlyMap<string, Flag> = once(byName<Flag>);
export const specsByName: (specs: Rows<Spec>) => ReadonlyMap<string, Spec> = once(byName<Spec>);
