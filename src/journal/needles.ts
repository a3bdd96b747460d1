import type { Span } from '../risk/secrets/span.ts';

/** No needle is shorter, so that their first characters say where to look closer. */
export const shortestNeedle = 8;

/** Many literal strings to be found in one pass. */
export interface Needles {
  /** Keeps the first type that a text was given; one below `shortestNeedle` characters is not taken. */
  add(text: string, type: string): void;
  /** Where they stand, from left to right, the longest at each place; they may overlap. */
  find(text: string): Span[];
  /** Where the text's end can be cut so that no needle, whole or begun, is cut with it; its length where none is begun. */
  opening(text: string): number;
}

const bits = 16;
const factor = 0x01000193;

/** A rolling hash over `shortestNeedle` characters (Rabin and Karp) with a bitmap before the table. */
export function createNeedles(): Needles {
  const table = new Map<number, { text: string; type: string }[]>();
  const seen = new Set<string>();
  const byFirst = new Map<string, string[]>();
  let longest = 0;
  const bitmap = new Uint8Array(1 << bits);
  let out = 1;
  for (let i = 1; i < shortestNeedle; i++) out = Math.imul(out, factor);

  function find(text: string): Span[] {
    const found: Span[] = [];
    if (table.size === 0 || text.length < shortestNeedle) return found;
    let hash = hashOf(text);
    for (let at = 0; ; at++) {
      if (bitmap[hash >>> (32 - bits)] === 1) {
        const hit = table.get(hash)?.find(needle => text.startsWith(needle.text, at));
        if (hit !== undefined) found.push({ start: at, end: at + hit.text.length, type: hit.type });
      }
      const next = at + shortestNeedle;
      if (next >= text.length) return found;
      hash = (hash - Math.imul(text.charCodeAt(at), out)) | 0;
      hash = (Math.imul(hash, factor) + text.charCodeAt(next)) | 0;
    }
  }

  return {
    add(text, type) {
      if (text.length < shortestNeedle || seen.has(text)) return;
      seen.add(text);
      longest = Math.max(longest, text.length);
      const first = byFirst.get(text.charAt(0));
      if (first === undefined) byFirst.set(text.charAt(0), [text]);
      else first.push(text);
      const hash = hashOf(text);
      const bucket = table.get(hash) ?? [];
      bucket.push({ text, type });
      bucket.sort((a, b) => b.text.length - a.text.length);
      table.set(hash, bucket);
      bitmap[hash >>> (32 - bits)] = 1;
    },

    find,

    opening(text) {
      let from = text.length;
      for (let at = Math.max(0, text.length - longest + 1); at < from; at++) {
        const rest = text.length - at;
        const begins = (needle: string): boolean => needle.length > rest && text.endsWith(needle.slice(0, rest));
        if (byFirst.get(text.charAt(at))?.some(begins) === true) from = at;
      }
      // A needle that is there already must not be cut by the beginning of another.
      for (const { start, end } of from < text.length ? find(text).toReversed() : [])
        if (start < from && end > from) from = start;
      return from;
    },
  };
}

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < shortestNeedle; i++) hash = (Math.imul(hash, factor) + text.charCodeAt(i)) | 0;
  return hash;
}

/**
 * The forms that a secret takes on its way: itself; URL-encoded; within a JSON string; and base64, plain and
 * URL-safe, where it stands alone or at any offset within something longer (then without the characters at either end
 * that its neighbours have a part in).
 */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const forms = [value, encodeOrSame(value), JSON.stringify(value).slice(1, -1)];
  const base64 = [bytes.toString('base64')];
  for (let offset = 0; offset < 3; offset++) {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    base64.push(text.slice(first, last));
  }
  for (const text of base64) forms.push(text, text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''));
  return [...new Set(forms)];
}

/** Lone surrogates cannot be encoded. */
function encodeOrSame(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return value;
  }
}
