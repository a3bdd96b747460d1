import { decodings, rot13 } from './decoded.ts';
import { type Find, findHidden, isOutOfSight } from './hidden.ts';
import { factorAt } from './mention.ts';
import { flaggedFrom, type MarkCode } from './rule.ts';
import { isLetter, mayBeKnown, mixed, probeRules, type RuleTable, tableOf } from './table.ts';
import { type View, viewOf } from './view.ts';

/** `line` counts from 1, and is a file's own where the text shows lines with their numbers. */
export interface ProbeMark {
  code: MarkCode;
  line: number;
  /** At most `excerptChars` characters around it, control characters written out. */
  excerpt: string;
}

/** `score`: the most that comes together in one place; from `flaggedFrom` on there are marks. */
export interface Probed {
  marks: ProbeMark[];
  score: number;
}

export interface ProbeOptions {
  /** The text is a repository's file for agents, which may give orders that hurt nobody. */
  instructions?: boolean;
}

const excerptChars = 120;
const maxMarks = 12;
/** Finds that marks are made of: many may be of one line. */
const maxChosen = 2000;
/** Characters in which finds count together. */
const reach = 800;
/** Layers of encoding that are taken off. */
const maxDepth = 2;
/** What a decoded piece has to come to: nobody encodes a harmless order. */
const encodedFrom = 5;

const all = tableOf(probeRules);
const hostile = tableOf(probeRules.filter(rule => rule.hostile));

/** `ignore`, `disregard`, `previous`, `instruction(s)`, turned by 13 letters, and written backwards. */
const turned = new Set(['vtaber', 'qvfertneq', 'cerivbhf', 'vafgehpgvbaf', 'vafgehpgvba']);
const backwards = new Set(['erongi', 'dragersid', 'suoiverp', 'snoitcurtsni', 'noitcurtsni']);

/**
 * Looks for what reads like an order to the agent in a text that comes from outside. It guesses: what it marks is
 * treated with suspicion, and what it does not mark is still no order. Linear in the length of the text.
 */
export function probe(text: string, options: ProbeOptions = {}): Probed {
  const table = options.instructions === true ? hostile : all;
  const view = viewOf(text);
  const { finds, score } = scan(text, view, table, 0);
  if (score < flaggedFrom) return { marks: [], score };
  return { marks: marksOf(strongest(finds), view.shown), score };
}

interface Scanned {
  finds: Find[];
  score: number;
}

function scan(text: string, view: View, table: RuleTable, depth: number): Scanned {
  const finds = [...findWords(view, table), ...findHidden(text)];
  if (view.lookalikes.length > 0)
    finds.push({
      code: 'lookalike',
      weight: 4,
      at: Math.max(0, view.shown.search(/\S/)),
      text: view.lookalikes[0] ?? '',
    });
  if (depth < maxDepth) {
    for (const piece of [...decodings(text), ...turnedPieces(view)]) {
      const inner = scan(piece.text, viewOf(piece.text), table, depth + 1);
      if (inner.score >= encodedFrom) finds.push({ code: 'encoded', weight: 10, at: piece.at, text: piece.text });
    }
    for (const { at, text: said } of finds.filter(each => each.code === 'hidden' && each.text !== undefined)) {
      const inner = scan(said ?? '', viewOf(said ?? ''), table, depth + 1);
      if (inner.score >= encodedFrom) finds.push({ code: 'encoded', weight: 10, at, text: said ?? '' });
    }
  }
  finds.sort((a, b) => a.at - b.at);
  // A lookalike word counts wherever it stands: the view has no more than its reading.
  return { finds, score: scoreOf(finds) };
}

/** Tries each rule where one of its first words stands. */
function findWords(view: View, table: RuleTable): Find[] {
  const { text } = view;
  const finds: Find[] = [];
  const attempt = (
    compiled: readonly { rule: { code: MarkCode; weight: number }; regex: RegExp }[],
    at: number,
  ): void => {
    for (const { rule, regex } of compiled) {
      regex.lastIndex = at;
      if (!regex.test(text)) continue;
      const weight = rule.weight * factorAt(text, at, rule.code, regex.lastIndex);
      if (weight <= 0) continue;
      finds.push({ code: rule.code, weight, at });
      if (isOutOfSight(text, at)) finds.push({ code: 'hidden', weight: 3, at });
    }
  };
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    if (!isLetter(code)) {
      const rules = table.signs[code];
      if (rules !== undefined) attempt(rules, i);
      i += 1;
      continue;
    }
    const start = i;
    let hash = 0;
    for (let next = code; isLetter(next); next = text.charCodeAt(++i)) hash = mixed(hash, next);
    if (mayBeKnown(table, hash)) {
      const rules = table.words.get(text.slice(start, i));
      if (rules !== undefined) attempt(rules, start);
    }
  }
  if (/[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/.test(text))
    for (const { index } of text.matchAll(table.dense)) attempt(table.denseRules, index);
  return finds;
}

function turnedPieces({ text }: View): { at: number; text: string }[] {
  const pieces: { at: number; text: string }[] = [];
  let after = 0;
  for (const { 0: word, index } of text.matchAll(
    /\b(?:vtaber|qvfertneq|cerivbhf|vafgehpgvbaf?|erongi|dragersid|suoiverp|s?noitcurtsni)\b/g,
  )) {
    if (index < after || pieces.length >= 100) continue;
    after = index + 400;
    const at = Math.max(0, index - 200);
    const piece = text.slice(at, after);
    if (turned.has(word)) pieces.push({ at, text: rot13(piece) });
    if (backwards.has(word)) pieces.push({ at, text: Array.from(piece).toReversed().join('') });
  }
  return pieces;
}

/** The most that finds of different codes come to within `reach` of each other. */
function scoreOf(finds: readonly Find[]): number {
  let best = 0;
  walk(finds, ({ score }) => {
    best = Math.max(best, score);
  });
  return best;
}

/** The finds that are part of a place that is flagged. */
function strongest(finds: readonly Find[]): Find[] {
  const chosen = new Set<Find>();
  walk(finds, ({ score, from, to }) => {
    if (score >= flaggedFrom && chosen.size < maxChosen)
      for (let i = from; i < to; i++) if (finds[i] !== undefined) chosen.add(finds[i] as Find);
  });
  return [...chosen];
}

/** Each neighbourhood once, by the last of its finds. Its cost is bounded by how few finds it keeps of each code. */
function walk(finds: readonly Find[], visit: (near: { score: number; from: number; to: number }) => void): void {
  let from = 0;
  for (const [to, last] of finds.entries()) {
    while ((finds[from]?.at ?? 0) < last.at - reach || to - from > 64) from += 1;
    const heaviest = new Map<MarkCode, number>();
    for (let i = from; i <= to; i++) {
      const find = finds[i];
      if (find !== undefined) heaviest.set(find.code, Math.max(heaviest.get(find.code) ?? 0, find.weight));
    }
    let score = 0;
    for (const weight of heaviest.values()) score += weight;
    visit({ score, from, to: to + 1 });
  }
}

function marksOf(finds: readonly Find[], shown: string): ProbeMark[] {
  const marks = new Map<string, ProbeMark>();
  let line = 1;
  let counted = 0;
  for (const find of finds) {
    if (marks.size >= maxMarks) break;
    // Hidden characters are gone from the view, so a place after them may lie a little off, on the same line or the next.
    const at = Math.min(find.at, Math.max(0, shown.length - 1));
    for (; counted < at; counted++) if (shown.charCodeAt(counted) === 10) line += 1;
    const own = ownLine(shown, at) ?? line;
    const key = `${find.code} ${own}`;
    if (!marks.has(key)) marks.set(key, { code: find.code, line: own, excerpt: excerptOf(find, shown, at) });
  }
  return [...marks.values()];
}

/** The number that the line itself begins with, as the Read tool and `cat -n` write it. */
function ownLine(shown: string, at: number): number | null {
  const start = lineStart(shown, at);
  const number = /^ {0,6}(\d{1,7})\t/.exec(shown.slice(start, start + 16))?.[1];
  return number === undefined ? null : Number(number);
}

/** Where the line begins, if that is not far: a line may be all of the text. */
function lineStart(text: string, at: number): number {
  const from = Math.max(0, at - 4000);
  return from + text.slice(from, at).lastIndexOf('\n') + 1;
}

function excerptOf(find: Find, shown: string, at: number): string {
  if (find.text !== undefined) return visible(find.text.trim().slice(0, excerptChars));
  const start = Math.max(lineStart(shown, at), at - 40);
  const [piece = ''] = shown.slice(start, start + excerptChars).split('\n', 1);
  return visible(piece.replace(/^ {0,6}\d{1,7}\t/, '').trim());
}

function visible(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex -- those are what is written out
    /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    each => `⟨${each.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}⟩`,
  );
}
