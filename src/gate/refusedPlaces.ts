import type { Assessment } from '../protocol/assessment.ts';
import { within } from '../risk/lookup.ts';

type Footprint = Pick<Assessment['footprint'], 'writes' | 'deletes'>;

/** Where a person said no, by the effect that they said it to. */
export interface RefusedPlaces {
  add(effect: string, footprint: Footprint): void;
  /** What they allow where they had refused something is their word on it by now. */
  settle(footprint: Footprint): void;
  drop(effect: string): void;
  clear(): void;
  /**
   * The place where an effect would write or delete what a refused one would have; null where they do not meet. `root`
   * stands for whatever a program may change in the workspace, and meets nothing.
   */
  met(footprint: Footprint, root: string): string | null;
}

export function createRefusedPlaces(): RefusedPlaces {
  const places = new Map<string, readonly string[]>();
  return {
    add: (effect, footprint) => void places.set(effect, placesOf(footprint)),
    settle(footprint) {
      const allowed = placesOf(footprint);
      for (const [effect, refused] of places)
        if (refused.some(place => allowed.some(each => meet(place, each)))) places.delete(effect);
    },
    drop: effect => void places.delete(effect),
    clear: () => places.clear(),
    met(footprint, root) {
      const refused = [...places.values()].flat().filter(place => !within(root, place));
      const wanted = placesOf(footprint).filter(place => !within(root, place));
      return refused.find(place => wanted.some(each => meet(place, each))) ?? null;
    },
  };
}

function placesOf({ writes, deletes }: Footprint): string[] {
  return [...new Set([...writes, ...deletes])];
}

function meet(a: string, b: string): boolean {
  return within(a, b) || within(b, a);
}
