import { createHmac } from 'node:crypto';
import type { Masked, Masker } from '../ports/masker.ts';
import { findLoneKeyLines } from '../risk/secrets/pem.ts';
import { mergeSpans, type Span } from '../risk/secrets/span.ts';
import { findSecrets } from '../risk/secrets.ts';
import { isTelling, type Known } from './known.ts';
import { createNeedles, formsOf } from './needles.ts';

/** What a placeholder looks like; `type` is for the reader, the digits alone say which secret it is. */
export const placeholderForm = /\[secret:[a-z][a-z0-9-]{0,30}:([0-9a-f]{8})\]/g;

/** No shorter text holds a secret: the least is a password within `://:x@`. */
const shortest = 6;

export interface MaskerOptions {
  /** Random bytes of this run, at least 16: placeholders are HMACs, so that they tell nothing about the secret. */
  key: Uint8Array;
  /** Values of `.env` files and of the environment's own secrets. Those that are too common to look for are left out. */
  known: readonly Known[];
}

/**
 * A run's masker. Masking masked text changes nothing, and unmasking gives back the exact text. A value that was masked
 * once is held: looked for everywhere from then on, unless it is too short or too common for that.
 */
export interface RunMasker extends Masker {
  /** Secrets that were found later, as when a `.env` file is read in mid-run. */
  addKnown(known: readonly Known[]): void;
  /** Holds every secret of a whole file, so that a part of the file gives none of them away. */
  learn(text: string): void;
  /** Holds lines of an output that seem to be cut out of a private key. */
  learnKeyLines(text: string): void;
  /** What `mask` replaces first. */
  find(text: string): Span[];
}

export function createMasker(options: MaskerOptions): RunMasker {
  const needles = createNeedles();
  const byValue = new Map<string, string>();
  const byDigits = new Map<string, string>();
  /** What looks like a secret and was first written by the model. */
  const authored = new Set<string>();

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
    // Who reads the same key again may see any of its lines alone. Its markers alone are no secret.
    const lines = type === 'private-key' ? keyLinesOf(value) : [];
    for (const line of lines) needles.add(line, type);
    if ((type !== 'private-key' || lines.length > 0) && isTelling({ name: type, value }))
      for (const form of lines.length > 0 ? [value] : formsOf(value)) needles.add(form, type);
    return text;
  }

  function patterns(text: string): Span[] {
    return findSecrets(text).filter(({ start, end }) => !authored.has(text.slice(start, end)));
  }

  function find(text: string): Span[] {
    return apart(text, [...needles.find(text), ...patterns(text)]);
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

  function maskAll(text: string, finder: (text: string) => Span[], onValue?: (value: string) => void): Masked {
    let masked = text;
    let count = 0;
    if (text.length < shortest) return { text, count };
    // What stood beside a secret can look like one once that is gone: until nothing is found.
    for (let spans = finder(text); spans.length > 0; spans = finder(masked)) {
      for (const { start, end } of spans) onValue?.(masked.slice(start, end));
      masked = replace(masked, spans);
      count += spans.length;
    }
    return { text: masked, count };
  }

  addKnown(options.known);
  return {
    addKnown,
    find,

    learn(text) {
      const plain = text.replaceAll('\r\n', '\n');
      for (const { start, end, type } of patterns(plain)) placeholder(plain.slice(start, end), type);
    },

    learnKeyLines(text) {
      for (const { start, end, type } of findLoneKeyLines(text)) placeholder(text.slice(start, end), type);
    },

    mask: text => maskAll(text, find),

    maskOwn(text) {
      const masked = maskAll(text, part => apart(part, needles.find(part)));
      for (const { start, end } of findSecrets(masked.text)) {
        const value = masked.text.slice(start, end);
        if (!byValue.has(value)) authored.add(value);
      }
      return masked;
    },

    maskChange(before, after) {
      const stands = new Set<string>();
      const maskedBefore = before === null ? null : maskAll(before, find, value => stands.add(value)).text;
      const base = before?.replaceAll('\r\n', '\n') ?? '';
      const view = after.replaceAll('\r\n', '\n');
      const stranger = needles.find(view).find(({ start, end }) => !base.includes(view.slice(start, end)));
      const known = (text: string): Span[] =>
        apart(text, [
          ...needles.find(text),
          ...findSecrets(text).filter(({ start, end }) => stands.has(text.slice(start, end))),
        ]);
      return {
        before: maskedBefore,
        after: maskAll(after, known).text,
        moved: stranger === undefined ? null : placeholder(view.slice(stranger.start, stranger.end), stranger.type),
      };
    },

    opening: text => needles.opening(text),

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

function keyLinesOf(key: string): string[] {
  return key.replaceAll(/\\+[nr]/g, '\n').match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? [];
}

function digitsOf(key: Uint8Array, value: string, round: number): string {
  const hmac = createHmac('sha256', key).update(value, 'utf16le');
  if (round > 0) hmac.update(String(round));
  return hmac.digest('hex').slice(0, 8);
}

/** The spans joined where they overlap, without what already is a placeholder. */
function apart(text: string, spans: readonly Span[]): Span[] {
  const masked = [...text.matchAll(placeholderForm)].map(match => ({
    start: match.index,
    end: match.index + match[0].length,
    type: '',
  }));
  return without(mergeSpans(spans), masked);
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
