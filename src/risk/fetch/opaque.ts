/** Shorter runs of letters and digits carry too little to be told from a word. */
const minRun = 16;
const digest = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i;
const uuid = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;

/**
 * How many characters of a text look like encoded data and not like words, numbers or names. `names`: a digest or UUID, as
 * commits and documents are named by, is not counted.
 */
export function opaqueChars(text: string, names: boolean): number {
  const rest = names ? text.replaceAll(uuid, '') : text.replaceAll(uuid, found => found.replaceAll('-', ''));
  const runs = rest.match(/[A-Za-z0-9+/]+/g) ?? [];
  return runs
    .filter(run => run.length >= minRun && !(names && digest.test(run)) && isOpaque(run))
    .reduce((sum, run) => sum + run.length, 0);
}

/** By how often letters, capitals and digits take turns: in base64 at every second character, in names at a word's end. */
function isOpaque(run: string): boolean {
  if (/^\d+$/.test(run)) return run.length >= 20;
  if (/^[0-9a-f]+$/i.test(run) && /\d/.test(run) && /[a-f]/i.test(run)) return true;
  const kinds = run
    .split('')
    .map(char => (/\d/.test(char) ? 'd' : /[a-z]/.test(char) ? 'l' : /[A-Z]/.test(char) ? 'u' : 'o'));
  const turns = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length;
  if (turns / run.length >= 0.4) return true;
  const digits = run.match(/\d+/g)?.length ?? 0;
  if (digits >= 3) return true;
  return run.length >= 24 && /[bcdfghjklmnpqrstvwxz]{7}/i.test(run);
}
