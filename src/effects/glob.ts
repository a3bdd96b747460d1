import { failures, GatehouseError } from '../protocol/failure.ts';

const maxAlternatives = 100;

/** Splits `{a,b}` into one pattern for each alternative. Rejects with `search.badPattern`. */
export function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const todo = [pattern];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const group = firstGroup(next);
    if (group === null) done.unshift(next);
    else for (const choice of group.choices) todo.push(group.before + choice + group.after);
    if (done.length + todo.length > maxAlternatives) throw bad('too many alternatives in braces');
  }
  return done;
}

/**
 * A matcher of relative paths with `/`: `*` and `?` within a part, `**` for any number of parts, `[a-z]` and `[!a-z]`.
 * A pattern without `/` is tried on the last part. It needs no more than pattern × path steps, whatever the pattern.
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  const parts = expandBraces(pattern).map(one => (one.includes('/') ? one : `**/${one}`).split('/').map(parsePart));
  return path => {
    const segments = path.split('/');
    return parts.some(wanted => wild(wanted, segments, part => part === 'any', matchPart));
  };
}

type Token = 'many' | 'one' | { set: (char: string) => boolean };
type Part = 'any' | Token[];

/** Greedy matching with one point of return: a later wildcard makes every earlier one final. */
function wild<P, V>(
  pattern: readonly P[],
  values: readonly V[],
  isStar: (p: P) => boolean,
  fits: (p: P, v: V) => boolean,
): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  let v = 0;
  while (v < values.length) {
    const [wanted, value] = [pattern[p], values[v]];
    if (wanted !== undefined && isStar(wanted)) {
      star = p++;
      resume = v;
    } else if (wanted !== undefined && value !== undefined && fits(wanted, value)) {
      p += 1;
      v += 1;
    } else if (star >= 0) {
      p = star + 1;
      v = ++resume;
    } else return false;
  }
  return pattern.slice(p).every(isStar);
}

function matchPart(part: Part, segment: string): boolean {
  if (part === 'any') return true;
  return wild(
    part,
    Array.from(segment),
    token => token === 'many',
    (token, char) => token === 'one' || (typeof token === 'object' && token.set(char)),
  );
}

function parsePart(text: string): Part {
  if (text === '**') return 'any';
  const chars = Array.from(text);
  const tokens: Token[] = [];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    if (char === '*') tokens.push('many');
    else if (char === '?') tokens.push('one');
    else if (char === '[') {
      const end = chars.indexOf(']', at + (chars[at + 1] === '!' || chars[at + 1] === '^' ? 3 : 2));
      if (end < 0) throw bad('unclosed [');
      tokens.push({ set: parseSet(chars.slice(at + 1, end)) });
      at = end;
    } else {
      const literal = char === '\\' ? (chars[++at] ?? '\\') : char;
      tokens.push({ set: other => other === literal });
    }
  }
  return tokens;
}

function parseSet(chars: readonly string[]): (char: string) => boolean {
  const negated = chars[0] === '!' || chars[0] === '^';
  const members = negated ? chars.slice(1) : chars;
  const ranges: [string, string][] = [];
  for (let at = 0; at < members.length; at += 1) {
    const from = members[at] ?? '';
    const to = members[at + 1] === '-' ? members[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return char => ranges.some(([from, to]) => from <= char && char <= to) !== negated;
}

function firstGroup(pattern: string): { before: string; choices: string[]; after: string } | null {
  let depth = 0;
  let start = -1;
  let from = 0;
  const choices: string[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at];
    if (char === '\\') at += 1;
    else if (char === '{' && depth++ === 0) {
      start = at;
      from = at + 1;
    } else if (char === ',' && depth === 1) {
      choices.push(pattern.slice(from, at));
      from = at + 1;
    } else if (char === '}' && depth > 0 && --depth === 0) {
      choices.push(pattern.slice(from, at));
      return { before: pattern.slice(0, start), choices, after: pattern.slice(at + 1) };
    }
  }
  if (depth > 0) throw bad('unclosed {');
  return null;
}

function bad(problem: string): GatehouseError {
  return new GatehouseError(failures.searchBadPattern({ problem }));
}
