import { createHmac } from 'node:crypto';
import type { Masker } from '../ports/masker.ts';
import { mergeSpans, type Span } from '../risk/secrets/span.ts';
import { findSecrets } from '../risk/secrets.ts';
import { isTelling, type Known } from './known.ts';
import { createNeedles, formsOf } from './needles.ts';

/** What a placeholder looks like; `type` is for the reader, the digits alone say which secret it is. */
export const placeholderForm = /\[secret:[a-z][a-z0-9-]{0,30}:([0-9a-f]{8})\]/g;

export interface MaskerOptions {
  /** Random bytes of this run, at least 16: placeholders are HMACs, so that they tell nothing about the secret. */
  key: Uint8Array;
  /** Values of `.env` files and of the environment's own secrets. Those that are too common to look for are left out. */
  known: readonly Known[];
}

/** A run's masker. Masking masked text changes nothing, and unmasking gives back the exact text. */
export interface RunMasker extends Masker {
  /** Secrets that were found later, as when a `.env` file is read in mid-run. */
  addKnown(known: readonly Known[]): void;
  /** What `mask` replaces first. */
  find(text: string): Span[];
}

export function createMasker(options: MaskerOptions): RunMasker {
  const needles = createNeedles();
  const byValue = new Map<string, string>();
  const byDigits = new Map<string, string>();

  function addKnown(known: readonly Known[]): void {
    for (const entry of known) {
      if (!isTelling(entry)) continue;
      const { name, value } = entry;
      for (const form of formsOf(value)) needles.add(form, 'env');
      for (const line of value.includes('\n') ? value.split('\n') : [])
        if (isTelling({ name, value: line.trim() })) needles.add(line.trim(), 'env');
      for (const { start, end, type } of findSecrets(value)) {
        const part = value.slice(start, end);
        if (isTelling({ name: type, value: part })) needles.add(part, type);
      }
    }
  }

  function placeholder(value: string, type: string): string {
    const known = byValue.get(value);
    if (known !== undefined) return known;
    let digits = digitsOf(options.key, value, 0);
    for (let round = 1; byDigits.has(digits); round++) digits = digitsOf(options.key, value, round);
    const text = `[secret:${type}:${digits}]`;
    byValue.set(value, text);
    byDigits.set(digits, value);
    // Who reads the same key again may begin in its middle.
    if (type === 'private-key')
      for (const [line] of value.matchAll(/[A-Za-z0-9+/]{40,}={0,2}/g)) needles.add(line, type);
    return text;
  }

  function find(text: string): Span[] {
    const masked = [...text.matchAll(placeholderForm)].map(match => ({
      start: match.index,
      end: match.index + match[0].length,
      type: '',
    }));
    return without(mergeSpans([...needles.find(text), ...findSecrets(text)]), masked);
  }

  function replace(text: string, spans: readonly Span[]): string {
    const parts: string[] = [];
    let at = 0;
    for (const { start, end, type } of spans) {
      parts.push(text.slice(at, start), placeholder(text.slice(start, end), type));
      at = end;
    }
    return parts.join('') + text.slice(at);
  }

  addKnown(options.known);
  return {
    addKnown,
    find,

    mask(text) {
      let masked = text;
      let count = 0;
      // What stood beside a secret can look like one once that is gone: until nothing is found.
      for (let spans = find(text); spans.length > 0; spans = find(masked)) {
        masked = replace(masked, spans);
        count += spans.length;
      }
      return { text: masked, count };
    },

    unmask(text) {
      let restored = 0;
      const unknown = new Set<string>();
      const unmasked = text.replaceAll(placeholderForm, (whole, digits: string) => {
        const value = byDigits.get(digits);
        if (value === undefined) unknown.add(whole);
        else restored++;
        return value ?? whole;
      });
      return { text: unmasked, restored, unknown: [...unknown] };
    },
  };
}

function digitsOf(key: Uint8Array, value: string, round: number): string {
  const hmac = createHmac('sha256', key).update(value, 'utf16le');
  if (round > 0) hmac.update(String(round));
  return hmac.digest('hex').slice(0, 8);
}

/** The spans without the stretches of `holes`, both sorted: what already is a placeholder stays. */
function without(spans: readonly Span[], holes: readonly Span[]): Span[] {
  const left: Span[] = [];
  let next = 0;
  for (const { start, end, type } of spans) {
    let at = start;
    while ((holes[next]?.end ?? Number.POSITIVE_INFINITY) <= at) next++;
    for (let i = next; ; i++) {
      const hole = holes[i];
      if (hole === undefined || hole.start >= end) break;
      if (hole.start > at) left.push({ start: at, end: hole.start, type });
      at = Math.max(at, hole.end);
    }
    if (at < end) left.push({ start: at, end, type });
  }
  return left;
}
