/** One token of a program text, as far as reading for risk needs it. */
export interface Token {
  /** `shell`: text in backquotes or `%x{}` that a shell runs. `line`: the end of a line. */
  kind: 'name' | 'string' | 'shell' | 'number' | 'mark' | 'regex' | 'line';
  /** The value of a string, escapes resolved; else as written. */
  text: string;
  /** A string with something put in: `text` is only its known beginning. */
  open?: boolean;
}

/** How a language writes comments and strings. */
export interface Lexis {
  line: readonly string[];
  block: readonly (readonly [string, string])[];
  /** What begins code inside a string, by the kind of quote. */
  hole: Readonly<Record<string, RegExp>>;
  backquote?: 'template' | 'shell';
  /** `r'…'`, `b"…"`, `f'…{x}'`. */
  prefixes?: boolean;
  triple?: boolean;
  /** `qx{…}`, `q(…)`, `%x(…)`, `s/…/…/`. */
  quoteLike?: 'perl' | 'ruby';
  /** `/…/` where a value may stand. */
  regex?: boolean;
  /** `$name` and `@name` are names. */
  sigils?: boolean;
  /** `[[…]]` and `[==[…]==]`. */
  longBrackets?: boolean;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };
const maxTokens = 40_000;

/** Text → tokens. Never throws. Code inside strings follows at the end, each piece after a `;`. */
export function tokenize(text: string, lexis: Lexis): Token[] {
  const tokens: Token[] = [];
  const inner: string[] = [];
  let at = 0;

  const quotedUntil = (from: number, close: string): number => {
    for (let i = from; i < text.length; i++) {
      if (text[i] === '\\') i++;
      else if (text.startsWith(close, i)) return i;
    }
    return text.length;
  };
  const balanced = (from: number, open: string): number => {
    const close = closing[open] ?? open;
    if (close === open) return quotedUntil(from, close);
    let depth = 1;
    for (let i = from; i < text.length; i++) {
      if (text[i] === '\\') i++;
      else if (text[i] === open) depth++;
      else if (text[i] === close && --depth === 0) return i;
    }
    return text.length;
  };
  const string = (body: string, quote: string, raw: boolean, kind: Token['kind'] = 'string'): void => {
    const hole = lexis.hole[quote];
    const found = hole === undefined ? -1 : body.search(hole);
    const known = found < 0 ? body : body.slice(0, found);
    tokens.push({ kind, text: raw ? known : unescape(known), ...(found < 0 ? {} : { open: true }) });
    if (found >= 0)
      for (const [, code] of body.matchAll(/[$#]?\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}/g)) inner.push(code ?? '');
  };
  const valueBefore = (): boolean => {
    const last = tokens.findLast(token => token.kind !== 'line');
    if (last === undefined) return false;
    if (last.kind === 'mark') return /^[)\]}]$/.test(last.text);
    return !/^(return|typeof|case|in|of|and|or|not|if|unless|when|split|grep|map|print|puts|yield|await|void|delete)$/.test(
      last.text,
    );
  };

  while (at < text.length && tokens.length < maxTokens) {
    const rest = text[at] ?? '';
    if (rest === '\n') {
      tokens.push({ kind: 'line', text: '\n' });
      at++;
      continue;
    }
    if (/\s/.test(rest)) {
      at++;
      continue;
    }
    if (rest === '\\' && text[at + 1] === '\n') {
      at += 2;
      continue;
    }
    const comment = lexis.line.find(each => text.startsWith(each, at));
    if (comment !== undefined && !(comment === '#' && text[at - 1] === '$')) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
      continue;
    }
    const block = lexis.block.find(([open]) => text.startsWith(open, at));
    if (block !== undefined) {
      const end = text.indexOf(block[1], at + block[0].length);
      at = end < 0 ? text.length : end + block[1].length;
      continue;
    }
    if (lexis.longBrackets === true) {
      const open = /^\[(=*)\[/.exec(text.slice(at, at + 10));
      if (open !== null) {
        const close = `]${open[1]}]`;
        const end = text.indexOf(close, at);
        const stop = end < 0 ? text.length : end;
        string(text.slice(at + open[0].length, stop), '[', true);
        at = stop + close.length;
        continue;
      }
    }
    const prefix = lexis.prefixes === true ? /^([rbfuRBFU]{1,2})(?=['"])/.exec(text.slice(at, at + 3))?.[1] : undefined;
    const quoteAt = at + (prefix?.length ?? 0);
    const quote = text[quoteAt] ?? '';
    if (quote === "'" || quote === '"' || (quote === '`' && lexis.backquote !== undefined)) {
      const long = lexis.triple === true && text.startsWith(quote.repeat(3), quoteAt);
      const mark = long ? quote.repeat(3) : quote;
      const end = quotedUntil(quoteAt + mark.length, mark);
      const body = text.slice(quoteAt + mark.length, end);
      const formatted = lexis.prefixes !== true || /f/i.test(prefix ?? '');
      string(
        body,
        formatted ? quote : '',
        /r/i.test(prefix ?? ''),
        quote === '`' && lexis.backquote === 'shell' ? 'shell' : 'string',
      );
      at = end + mark.length;
      continue;
    }
    if (lexis.quoteLike !== undefined) {
      const like =
        lexis.quoteLike === 'perl'
          ? /^(qx|qq|qw|q|m|qr|s|tr|y)\s*([^\w\s=,;>)])/.exec(text.slice(at, at + 6))
          : /^%([xqQwWiIr]?)([([{<|!/])/.exec(text.slice(at, at + 4));
      const standsAlone = !/[\w$@%&>]/.test(text[at - 1] ?? '') && (lexis.quoteLike === 'perl' || !valueBefore());
      if (like !== null && standsAlone && !(like[2] === '#' && like[0].includes(' '))) {
        const [whole, kind = '', open = ''] = like;
        let end = balanced(at + whole.length, open);
        const body = text.slice(at + whole.length, end);
        if (kind === 'qx' || kind === 'x') string(body, '"', false, 'shell');
        else if (/^(q|qq|qw|Q|w|W|i|I|)$/.test(kind)) string(body, kind === 'q' || kind === 'qw' ? '' : '"', false);
        else {
          let replacement = '';
          if (/^(s|tr|y)$/.test(kind)) {
            const from = open in closing ? text.indexOf(open, end + 1) + 1 : end + 1;
            end = balanced(from, open);
            replacement = text.slice(from, end);
          }
          const flags = /^\w*/.exec(text.slice(end + 1))?.[0] ?? '';
          tokens.push({ kind: 'regex', text: kind });
          if (kind === 's' && flags.includes('e')) inner.push(replacement);
          end += flags.length;
        }
        at = end + 1;
        continue;
      }
    }
    if (rest === '/' && lexis.regex === true && !valueBefore()) {
      const match = /^\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/.exec(text.slice(at));
      if (match !== null) {
        tokens.push({ kind: 'regex', text: match[0] });
        at += match[0].length;
        continue;
      }
    }
    const name = (
      lexis.sigils === true ? /^[$@%&]?#?[A-Za-z_][\w]*(?:::\w+)*|^\$[_0!@&\d,;/\\.]/ : /^[\p{L}_$][\p{L}\p{N}_$]*/u
    ).exec(text.slice(at, at + 80))?.[0];
    if (name !== undefined) {
      tokens.push({ kind: 'name', text: name });
      at += name.length;
      continue;
    }
    const number = /^(0[xXbBoO][\da-fA-F_]+|\d[\d_]*(\.\d+)?([eE][+-]?\d+)?n?)/.exec(text.slice(at, at + 40))?.[0];
    if (number !== undefined) {
      tokens.push({ kind: 'number', text: number });
      at += number.length;
      continue;
    }
    const mark = /^(=>|->|::|\.\.|\?\.|&&|\|\||[=!]==?|<<|>>|\*\*)/.exec(text.slice(at, at + 3))?.[0] ?? rest;
    tokens.push({ kind: 'mark', text: mark });
    at += mark.length;
  }
  for (const code of inner.slice(0, 200)) tokens.push({ kind: 'mark', text: ';' }, ...tokenize(code, lexis));
  return tokens;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  0: '\0',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  '\n': '',
};

/** C-like escapes, of which every language here has its share. */
function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|([0-7]{3})|([\s\S]))/g,
    (_all, x?: string, long?: string, u?: string, octal?: string, other?: string) => {
      const hex = x ?? long ?? u;
      const code =
        hex !== undefined ? Number.parseInt(hex, 16) : octal !== undefined ? Number.parseInt(octal, 8) : null;
      if (code !== null) return code <= 0x10ffff ? String.fromCodePoint(code) : '';
      return escapes[other ?? ''] ?? other ?? '';
    },
  );
}
