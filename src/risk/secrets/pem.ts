import type { Span } from './span.ts';

const marker = /-----(BEGIN|END) (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g;

/** The longest key that is looked for, in characters. Private keys of all kinds are well below. */
const longest = 1 << 16;

/** Private keys with their markers. One whose end or beginning is missing reaches as far as lines look like its body. */
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
      if (begun !== null && end - begun.start <= longest) close(begun.start, end);
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

/** Where the body that begins at `at` stops. Within one line (as in JSON) it may hold escaped newlines. */
function bodyEnd(text: string, at: number): number {
  sameLine.lastIndex = at;
  let end = at + (sameLine.exec(text)?.[0].length ?? 0);
  let header = true;
  while (end < text.length && text[end] === '\n' && end - at < longest) {
    const next = lineEnd(text, end + 1);
    const line = text.slice(end + 1, next);
    if (!(header && line.trim() === '') && !isKeyLine(line)) break;
    header = headerForm.test(line);
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
    length += line.length + 1;
    start = at - length;
  }
  return start;
}

const sameLine = /(?:\\[nr]|[A-Za-z0-9+/= \t\r]){0,65536}/y;
const headerForm = /^\W{0,8}(?:Proc-Type|DEK-Info|Comment|Version|Hash|Charset|MessageID): /;

/** Whether a line can be of a key's body: base64 alone, perhaps behind a line number, a diff's sign, a mark or a path. */
export function isKeyLine(line: string): boolean {
  if (line.length > 1000) return false;
  if (headerForm.test(line)) return true;
  const bare = line.replace(/^[\s>|+#*/-]*(?:\d{1,7}[\s:|→-]+)?[\s>|+#*-]*/, '').trimEnd();
  return /^[A-Za-z0-9+/]+={0,3}$/.test(bare) || /(?:^|[^A-Za-z0-9+/])[A-Za-z0-9+/]{40,}={0,2}$/.test(bare);
}

/** Whether a text opens a private key that it does not close. */
export function opensKey(text: string): boolean {
  let open = false;
  for (const match of text.matchAll(marker)) open = match[1] === 'BEGIN';
  return open;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
