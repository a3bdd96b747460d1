import { isLetter } from './table.ts';

/** Words of a run that is recognized again, and how many such runs a text must share. */
const words = 6;
const enough = 2;
/** Shingles that are taken of one text at most. */
const most = 5000;

/**
 * Hashes of each six words in a row, so that a text is known again wherever it comes up: in a log, in quotes, wrapped
 * otherwise. Case and punctuation do not count. Fewer words than six are no sign of anything and give none.
 */
export function shinglesOf(text: string): string[] {
  const found = new Set<string>();
  eachShingle(text, shingle => {
    found.add(shingle.toString(36));
    return found.size < most;
  });
  return [...found];
}

/** Of a file's text only what is written for people to read: lines of code are alike in many files. */
export function proseOf(text: string): string {
  return text
    .split('\n')
    .filter(line => {
      const told = line.trim();
      if (told.length < 30 || /[;{}()[\],]$/.test(told) || /^(?:import|export|use|from|#include)\b/.test(told))
        return false;
      return (told.match(/[\p{L}\p{N}\s.,'-]/gu)?.length ?? 0) >= told.length * 0.85;
    })
    .join('\n');
}

/** Whether the text holds at least two of the shingles. */
export function sharesShingles(text: string, known: ReadonlySet<string>): boolean {
  if (known.size === 0) return false;
  let shared = 0;
  eachShingle(text, shingle => {
    if (known.has(shingle.toString(36))) shared += 1;
    return shared < enough;
  });
  return shared >= enough;
}

/** Calls `visit` with each shingle in turn until it says no. */
function eachShingle(text: string, visit: (shingle: number) => boolean): void {
  const lower = text.toLowerCase();
  const hashes: number[] = [];
  for (let i = 0; i < lower.length; ) {
    if (!isWordCode(lower.charCodeAt(i))) {
      i += 1;
      continue;
    }
    let hash = 0x811c9dc5;
    for (; i < lower.length && isWordCode(lower.charCodeAt(i)); i++)
      hash = Math.imul(hash ^ lower.charCodeAt(i), 0x01000193);
    hashes.push(hash);
    if (hashes.length > words) hashes.shift();
    if (hashes.length === words && !visit(joined(hashes))) return;
  }
}

function joined(hashes: readonly number[]): number {
  let high = 0;
  let low = 0;
  for (const hash of hashes) {
    high = Math.imul(high ^ hash, 0x85ebca6b) + 1;
    low = Math.imul(low + hash, 0xc2b2ae35) ^ (low >>> 15);
  }
  return (high >>> 0) * 2 ** 20 + ((low >>> 0) & 0xfffff);
}

function isWordCode(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 122) || isLetter(code);
}
