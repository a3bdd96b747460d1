import type { Target } from '../ports/reviewer.ts';
import type { Assessment } from '../protocol/assessment.ts';
import type { Facts } from '../risk/facts.ts';

/**
 * What is known of the paths that an effect writes, deletes or reads, in this order; `looked` are all that were looked at
 * for it, among which those stand that are links.
 */
export function targetsOf({ footprint }: Assessment, facts: Facts, looked: Iterable<string>): Target[] {
  const found = new Map<string, Target>();
  const { writes, deletes, reads } = footprint;
  const touched = new Set([...writes, ...deletes, ...reads]);
  const links = [...looked].filter(path => {
    const real = facts.path(path)?.real;
    return real !== undefined && real !== path && touched.has(real);
  });
  for (const path of [...links, ...touched]) {
    const fact = facts.path(path);
    if (fact === undefined) continue;
    const { real, inside, kind, held } = fact;
    // A link is told by its own name, and not once more by where it leads.
    if ([...found.values()].some(each => each.real === path)) continue;
    found.set(path, { path, real, inside, kind, held });
  }
  return [...found.values()];
}
