import type { Standing } from '../ports/disk.ts';
import type { GitId, Held, Unheld } from '../protocol/checkpoint.ts';
import type { Transition } from './operations.ts';

export type Regular = { type: 'file' | 'executable'; id: GitId };

export function isRegular(standing: Standing | null): standing is Regular {
  return standing?.type === 'file' || standing?.type === 'executable';
}

/** A file or a link: what has bytes. */
export function hasBytes(standing: Standing | null): standing is Regular | { type: 'link'; id: GitId } {
  return isRegular(standing) || standing?.type === 'link';
}

export function sameStanding(a: Standing | null, b: Standing | null): boolean {
  if (a === null || b === null) return a === b;
  return a.type === b.type && (!hasBytes(a) || !hasBytes(b) || a.id === b.id);
}

/**
 * Whether what stands there is what a state says. A folder that holds something is in no state by itself, so that
 * "nothing" and "an empty folder" may both be true of it.
 */
export function fits(standing: Standing | null, state: Held | Unheld | null): boolean {
  if (standing?.type === 'occupied') return state === null || state.type === 'folder';
  return sameStanding(standing, state);
}

/** Joins steps that follow on each other into one, so that what was changed and changed back is no change. */
export function joined(steps: readonly Transition[]): Transition[] {
  const out: Transition[] = [];
  for (const step of steps) {
    const last = out.at(-1);
    const one = last === undefined ? null : follow(last, step);
    if (one === null) out.push(step);
    else out[out.length - 1] = one;
  }
  return out.filter(({ from, to }) => !sameStanding(from, to));
}

function follow(first: Transition, second: Transition): Transition | null {
  const contentOnly = first.contentOnly && second.contentOnly;
  if (!first.contentOnly && !second.contentOnly)
    return sameStanding(first.to, second.from) ? { ...first, to: second.to } : null;
  if (!isRegular(first.to) || !isRegular(second.from) || first.to.id !== second.from.id) return null;
  // An edit leaves the execute bit as the step beside it has it.
  const from = first.contentOnly && !contentOnly ? withType(first.from, second.from) : first.from;
  const to = second.contentOnly && !contentOnly ? withType(second.to, first.to) : second.to;
  return { path: first.path, from, to, contentOnly };
}

/** A file's content with the type of another. */
export function withType(held: Transition['to'], like: Standing | null): Transition['to'] {
  return isRegular(held) && isRegular(like) ? { type: like.type, id: held.id } : held;
}
