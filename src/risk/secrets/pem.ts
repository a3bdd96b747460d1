import type { Span } from './span.ts';

const marker = /-----(BEGIN|END) (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g;

/** The longest key that is looked for, in characters. Private keys of all kinds are well below. */
const longest = 1 << 16;
/** A full line of a key has at least this many characters; only a last one is shorter. */
const fullLine = 32;

/**
 * Private keys with their markers. Markers alone make no key: what stands between them must be headers and base64, or
 * only the markers and what next to them looks like a key's body are taken. Text cannot hide between them.
 */
export function findPrivateKeys(text: string): Span[] {
  const spans: Span[] = [];
  let begun: { start: number; bodyAt: number } | null = null;
  let free = 0;
  const close = (start: number, end: number): void => {
    spans.push({ start, end, type: 'private-key' });
    free = end;
  };
  for (const match of text.matchAll(marker)) {
    const end = match.index + match[0].length;
    if (match[1] === 'END') {
      if (begun !== null && end - begun.start <= longest && isBody(text.slice(begun.bodyAt, match.index)))
        close(begun.start, end);
      else {
        if (begun !== null) close(begun.start, bodyEnd(text, begun.bodyAt));
        close(bodyStart(text, match.index, free), end);
      }
      begun = null;
    } else {
      if (begun !== null) close(begun.start, bodyEnd(text, begun.bodyAt));
      begun = { start: match.index, bodyAt: end };
    }
  }
  if (begun !== null) close(begun.start, bodyEnd(text, begun.bodyAt));
  return spans;
}

const breaks = /\r?\n|(?:\\{1,3}[nr])+/;

/** Whether a text is all of a key's body: headers, then base64 in full lines, of which the last alone may be short. */
function isBody(text: string): boolean {
  let full: boolean | null = null;
  for (const line of text.split(breaks)) {
    if (headerForm.test(line) && full === null) continue;
    for (const part of bareOf(line).split(/[ \t]+/)) {
      if (part === '') continue;
      if (/^=[A-Za-z0-9+/]{4}$/.test(part) && full !== null) continue;
      if (full === false || !base64Line.test(part)) return false;
      if (full === null && part.length < fullLine) return false;
      full = part.length >= fullLine;
    }
  }
  return full !== null;
}

/** Where the body that begins at `at` stops. Within one line (as in JSON) it may hold escaped newlines. */
function bodyEnd(text: string, at: number): number {
  sameLine.lastIndex = at;
  let end = at + (sameLine.exec(text)?.[0].length ?? 0);
  let header = true;
  let full = true;
  while (full && end < text.length && text[end] === '\n' && end - at < longest) {
    const next = lineEnd(text, end + 1);
    const line = text.slice(end + 1, next);
    if (!(header && bareOf(line) === '') && !isKeyLine(line)) break;
    header = headerForm.test(line);
    // A short word is the end of a key where a full line stands before it, and otherwise is a word.
    full = header || bareOf(line) === '' || line.length >= fullLine;
    if (!full && end === at) break;
    end = next;
  }
  return end;
}

/** Where the body that ends with the marker at `at` begins, not before `free`. Looks at each stretch of text once. */
function bodyStart(text: string, at: number, free: number): number {
  const lines = text.slice(Math.max(free, at - longest), at).split('\n');
  const lead = lines.pop() ?? '';
  const run = /[A-Za-z0-9+/=\\]{0,1000}$/.exec(lead.slice(-1000))?.[0].length ?? 0;
  if (run >= 40) return at - run;
  let start = at;
  let length = lead.length;
  for (let line = lines.pop(); line !== undefined && isKeyLine(line); line = lines.pop()) {
    const full = line.length >= fullLine;
    // A short line can be the last one, and only after a full one.
    if (!full && length > lead.length) break;
    length += line.length + 1;
    if (full) start = at - length;
  }
  return start;
}

/** Base64 in runs that are long but for a last one, with blanks or escaped newlines between them. */
const sameLine =
  /[ \t\r]{0,8}(?:(?:\\{1,3}[nr]|[ \t\r]){0,8}[A-Za-z0-9+/]{32,1000}={0,2}){0,1000}(?:(?<=[A-Za-z0-9+/=]{32})(?:\\{1,3}[nr])[A-Za-z0-9+/]{0,1000}={0,2})?/y;
const headerForm =
  /^\W{0,8}(?:Proc-Type|DEK-Info|Comment|Version|Hash|Charset|MessageID): [\w ,.:@=+/()-]{0,100}["',\\+ \t\r]{0,8}$/;
const base64Line = /^[A-Za-z0-9+/]{1,1000}={0,3}$/;

/** A line without what may stand around it: a line number, a diff's sign, a mark, a path's line, quotes. */
function bareOf(line: string): string {
  return line.replace(/^[\s>|+#*/"'`-]*(?:\d{1,7}[\s:|→-]+)?[\s>|+#*"'`-]*/, '').replace(/["'`,;\\+\s]{1,12}$/, '');
}

/** Whether a line can be of a key's body: base64 alone, perhaps behind a line number, a diff's sign, a mark or a path. */
export function isKeyLine(line: string): boolean {
  if (line.length > 1000) return false;
  if (headerForm.test(line)) return true;
  return base64Line.test(bareOf(line)) || /(?:^|[^A-Za-z0-9+/])[A-Za-z0-9+/]{40,}={0,2}$/.test(line.trimEnd());
}

/** Whether a text opens a private key that it does not close. */
export function opensKey(text: string): boolean {
  let open = false;
  for (const match of text.matchAll(marker)) open = match[1] === 'BEGIN';
  return open;
}

/** Lines of more than this many are a file of another kind: the largest RSA keys in use have 200. */
const mostLines = 300;
const loneLine = /(?:^|[^A-Za-z0-9+/=])(?<body>[A-Za-z0-9+/]{60,76}={0,2})$/;

/** Whether a text has as much base64 in a row as a full line of a key. Looks at one character in sixty, and around it. */
export function hasLongRun(text: string): boolean {
  for (let at = leastRun - 1; at < text.length; at += leastRun) {
    let start = at;
    while (start >= 0 && at - start < leastRun && isBase64(text.charCodeAt(start))) start -= 1;
    let end = at + 1;
    while (end < text.length && end - start <= leastRun && isBase64(text.charCodeAt(end))) end += 1;
    if (start < at && end - start > leastRun) return true;
  }
  return false;
}

const leastRun = 60;

function isBase64(code: number): boolean {
  const letter = code | 32;
  return (letter >= 97 && letter <= 122) || (code >= 47 && code <= 57) || code === 43;
}

/** Whether a line ends in what can be a full line of a key, seen by itself. Hashes and words are none. */
export function isLoneKeyLine(line: string): boolean {
  return loneBody(line) !== null;
}

function loneBody(line: string): string | null {
  if (line.length > 1000) return null;
  const body = loneLine.exec(line.trimEnd())?.groups?.['body'];
  if (body === undefined || /^[0-9a-f]+$/i.test(body)) return null;
  return /[a-z]/.test(body) && /[A-Z]/.test(body) && /[0-9+/]/.test(body) ? body : null;
}

/**
 * Lines that were cut out of a key: three or more in a row that could be of its body, with a shorter last one, and no
 * marker of something public (a certificate, a public key) before them.
 */
export function findLoneKeyLines(text: string): Span[] {
  const spans: Span[] = [];
  if (!hasLongRun(text)) return spans;
  let run: Span[] = [];
  let harmless = false;
  const settle = (): void => {
    if (run.length >= 3 && run.length <= mostLines && !harmless) spans.push(...run);
    run = [];
  };
  for (let at = 0; at < text.length; ) {
    const eol = lineEnd(text, at);
    const line = text.slice(at, eol).trimEnd();
    const body = loneBody(line);
    if (body !== null) run.push({ start: at + line.length - body.length, end: at + line.length, type: 'private-key' });
    else {
      const tail = /(?:^|[^A-Za-z0-9+/=])(?<body>[A-Za-z0-9+/]{8,75}={0,2})$/.exec(line.slice(-120))?.groups?.['body'];
      if (run.length >= 3 && tail !== undefined && !line.endsWith('-----'))
        run.push({ start: at + line.length - tail.length, end: at + line.length, type: 'private-key' });
      settle();
      if (line.includes('-----BEGIN ')) harmless = !line.includes('PRIVATE KEY');
      else if (line !== '') harmless = false;
    }
    at = eol + 1;
  }
  settle();
  return spans;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
