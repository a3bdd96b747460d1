import type { Claim } from '../claim.ts';
import { claimed, note } from '../shell/spec.ts';
import { literal } from '../shell/word.ts';
import { type Token, tokenize } from './tokens.ts';

const startsUnknown = claimed(note('medium', 'inline-code', 'code.startsUnknown'));
const unknownWrite = claimed(note('medium', 'edit', 'code.writesUnknown'));

/** An awk program → the commands it starts and the files it writes and reads. One without them only computes. */
export function inspectAwk(text: string): Claim[] {
  const tokens = tokenize(text, { line: ['#'], block: [], hole: {}, regex: true, sigils: false });
  const claims: Claim[] = [];
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1];
    if (token.kind === 'name' && token.text === 'system' && next?.text === '(')
      claims.push(...started(tokens.slice(i + 2, i + 5), /^\)$/));
    if (token.kind === 'mark' && /^[|>]$|^>>$/.test(token.text)) claims.push(...redirected(tokens, i));
    if (token.kind === 'name' && token.text === 'getline') {
      // `getline < "file"`, `getline line < "file"`
      const at = next?.kind === 'name' ? i + 2 : i + 1;
      if (tokens[at]?.text === '<') claims.push(...readFrom(tokens[at + 1]));
    }
    // gawk: `@load "x"`, `@include "x"`, `/inet/tcp/0/host/80`, calls through a variable `@f()`.
    if (token.text === '@' && /^(load|include)$/.test(next?.text ?? ''))
      claims.push({ does: 'script', path: literal(tokens[i + 2]?.text ?? ''), language: 'awk' });
    else if (token.text === '@' && next?.kind === 'name') claims.push(startsUnknown);
    const socket = token.kind === 'string' ? /^\/inet[46]?\/(?:tcp|udp)\/[^/]*\/([^/]*)/.exec(token.text) : null;
    if (socket !== null) claims.push({ does: 'net', host: socket[1] ?? null, send: true });
    if (token.kind === 'name' && token.text === 'ENVIRON')
      claims.push(claimed(note('medium', 'secret', 'environment.shown')));
  }
  return claims;
}

/** The one string up to `end`, as shell text. Of the tokens the first three tell. */
function started(tokens: readonly Token[], end: RegExp): Claim[] {
  const at = tokens.findIndex(token => token.kind === 'line' || end.test(token.text));
  const [only, more] = tokens.slice(0, at < 0 ? tokens.length : at);
  if (only?.kind === 'string' && more === undefined) return [{ does: 'shell', text: literal(only.text) }];
  return [startsUnknown];
}

function readFrom(token: Token | undefined): Claim[] {
  return token?.kind === 'string' ? [{ does: 'read', path: literal(token.text) }] : [];
}

/** `print > "f"`, `print | "cmd"` and `"cmd" | getline`; a `>` that compares stands in brackets or in a condition. */
function redirected(tokens: readonly Token[], i: number): Claim[] {
  const operator = tokens[i]?.text;
  const [before, next] = [tokens[i - 1], tokens[i + 1]];
  if (operator === '|') {
    if (next?.text === '&') return [startsUnknown];
    if (next?.text === 'getline')
      return before?.kind === 'string' ? [{ does: 'shell', text: literal(before.text) }] : [startsUnknown];
    return started(tokens.slice(i + 1, i + 4), /^[;}]$/);
  }
  const statement = statementBefore(tokens, i);
  if (statement.length >= maxStatement) return [unknownWrite];
  if (!statement.some(token => /^(print|printf)$/.test(token.text))) return [];
  let depth = 0;
  for (const token of statement) depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
  if (depth > 0) return [];
  const end = tokens[i + 2];
  const alone = end === undefined || end.kind === 'line' || /^[;}]$/.test(end.text);
  if (next?.kind === 'string' && alone) return [{ does: 'write', path: literal(next.text), append: operator === '>>' }];
  return [unknownWrite];
}

/** No statement that prints has more tokens before its `>`. */
const maxStatement = 200;

function statementBefore(tokens: readonly Token[], i: number): Token[] {
  let from = i;
  while (
    from > 0 &&
    i - from < maxStatement &&
    tokens[from - 1]?.kind !== 'line' &&
    !/^[;{}]$/.test(tokens[from - 1]?.text ?? '')
  )
    from--;
  return tokens.slice(from, i);
}
