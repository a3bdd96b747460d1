import type { Revised } from '../protocol/effect.ts';

/** A longer difference is not told: the model has to read the file again. */
const mostChars = 8_000;

/** Whether the model is told so little of the difference that it does not know the file any more. */
export function isUntold({ patch }: Revised): boolean {
  return patch.length > mostChars;
}

/** What the model is told of an edit that was made in another way than it asked for, after the tool's own words. */
export function withRevision(text: string, revised: Revised): string {
  const why =
    revised.by.length === 2
      ? 'The person changed the edit before they allowed it, and the file had changed since you read it.'
      : revised.by[0] === 'person'
        ? 'The person changed the edit before they allowed it: that is how they want it.'
        : 'The file had changed since you read it; your edit was made in it as it was by then.';
  const differs = isUntold(revised)
    ? 'It now differs from what you asked for in many places: read it again before you change it.'
    : `It now differs from what you asked for in this:\n${revised.patch.trimEnd()}`;
  return `${text}\n${why} ${differs}`;
}
