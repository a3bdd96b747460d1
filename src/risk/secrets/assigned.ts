import type { Span } from './span.ts';
import { looksSecret, type ValueClass } from './value.ts';

const passwordWords = 'passw(?:or)?d|passphrase|passwd|pwd';
const tokenWords =
  '(?<!\\[)secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|' +
  'account[_-]?key|auth[_-]?key|master[_-]?key|deploy[_-]?key|license[_-]?key|credential|webhook[_-]?key|(?<![a-z])salt';

/** A name that says secret, up to its end; what comes before the word itself does not matter. */
const name = `(?:(?<password>${passwordWords})|${tokenWords})s?[\\w.-]{0,30}`;
/** `"]` around the name, a type between it and the value, and the sign. */
const sign = '\\\\{0,3}["\'`]?\\]?[ \\t]{0,8}(?::[ \\t]{0,4}[A-Za-z]{1,20}[ \\t]{1,4}=|:=|=>|={1,3}|:)[ \\t]{0,8}';
const assignment = new RegExp(`${name}${sign}`, 'gi');
const option = new RegExp(
  `--(?:[a-z]{1,12}-){0,2}(?:(?<password>${passwordWords})|secret|token|api-?key|access-?key)[= ][ ]{0,4}`,
  'gi',
);

const quoted = /(["'`])((?:\\.|(?!\1)[^\\\r\n]){1,1000})\1/y;
const escapedQuoted = /\\{1,3}(["'])([^"'\\\r\n]{1,1000})\\{1,3}\1/y;
const openQuoted = /(["'`])([^\s"'`]{1,1000})/y;
const bare = /()([^\s"'`,;<>(){}[\]|&\\]{1,1000})(?![([])/y;

/** Names whose value is random and public, or says where the secret is. */
const harmlessName = /hash|digest|checksum|integrity|fingerprint|public|expir|_at$|type$|name$|path$|file$|dir$/i;

/** A value may hold further assignments (`a=token=b`); so many of them are looked at, to bound the work. */
const nesting = 8;

/** Values given to names that say secret, in code, configuration, JSON (also within a string), headers and options. */
export function findAssigned(text: string): Span[] {
  const spans: Span[] = [];
  for (const form of [assignment, option]) {
    let until = 0;
    let depth = 0;
    for (const match of text.matchAll(form)) {
      if (harmlessName.test(match[0].split(/[\s:="'`\]\\]/, 1)[0] ?? '')) continue;
      const at = match.index + match[0].length;
      depth = at < until ? depth + 1 : 0;
      if (depth > nesting) continue;
      const value = valueAt(text, at);
      if (value === null) continue;
      until = Math.max(until, value.end);
      const type: ValueClass = match.groups?.['password'] === undefined ? 'token' : 'password';
      const literal = value.quoted || form === option || isEnvironment(text, match);
      const { start, end } = value;
      if (looksSecret(text.slice(start, end), type, literal)) spans.push({ start, end, type });
    }
  }
  return spans;
}

/** `NAME=value` with nothing between: a `.env` file, a shell, an environment dump. */
function isEnvironment(text: string, match: RegExpExecArray): boolean {
  return /^[A-Z0-9_]+=$/.test(match[0]) && text[match.index + match[0].length] !== ' ';
}

interface Value {
  start: number;
  end: number;
  quoted: boolean;
}

function valueAt(text: string, at: number): Value | null {
  for (const form of [quoted, escapedQuoted, openQuoted, bare]) {
    form.lastIndex = at;
    const match = form.exec(text);
    const value = match?.[2];
    if (match === null || value === undefined) continue;
    const start = at + match[0].indexOf(value, form === bare ? 0 : 1);
    return { start, end: start + value.length, quoted: form !== bare };
  }
  return null;
}

const nameAlone = new RegExp(name, 'i');

/** Whether a variable's or setting's name says that its value is secret. */
export function isSecretName(text: string): boolean {
  if (/^(?:old|init_)?(?:pwd|cwd)$/i.test(text)) return false;
  return nameAlone.test(text) || /(?:^|_)(?:key|auth|creds?|pass|dsn|pat)(?:$|_)/i.test(text);
}
