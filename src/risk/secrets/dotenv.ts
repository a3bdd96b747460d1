const start = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]{0,200})[ \t]*(?:=|:[ \t])[ \t]*/;

/**
 * Names and values of a `.env` file as its readers understand it: `export`, comments, single, double and back quotes,
 * values over several lines, `\n` in double quotes. The last of several equal names wins. Lines that fit nothing are skipped.
 */
export function parseDotenv(text: string): Map<string, string> {
  const values = new Map<string, string>();
  const source = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  let at = 0;
  while (at < source.length) {
    const eol = lineEnd(source, at);
    const match = start.exec(source.slice(at, eol));
    const name = match?.[1];
    if (match === null || name === undefined) {
      at = eol + 1;
      continue;
    }
    const from = at + match[0].length;
    const quote = source[from] ?? '';
    const close = /["'`]/.test(quote) ? closingQuote(source, from) : -1;
    if (close === -1) {
      values.set(name, withoutComment(source.slice(from, eol)));
      at = eol + 1;
    } else {
      const inner = source.slice(from + 1, close);
      values.set(name, quote === '"' ? unescape(inner) : inner);
      at = lineEnd(source, close) + 1;
    }
  }
  return values;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function closingQuote(text: string, from: number): number {
  const quote = text[from];
  // A quote that is never closed must not make every later line a search to the end.
  const limit = Math.min(text.length, from + (1 << 16));
  for (let at = from + 1; at < limit; at++) {
    if (text[at] === '\\' && quote === '"') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

function withoutComment(value: string): string {
  return value.replace(/(?:^|[ \t])#.*$/, '').trim();
}

function unescape(value: string): string {
  return value.replaceAll(/\\([nrt"\\])/g, (_, char: string) => escapes[char] ?? char);
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };
