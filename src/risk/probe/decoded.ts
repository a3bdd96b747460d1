/** A piece of a text that may say something else than it shows. */
export interface Encoded {
  at: number;
  text: string;
}

/** Pieces of one text that are decoded, and characters of each, at most. */
const maxPieces = 400;
const maxChars = 8192;

/** All that can be decoded to readable text. Linear in the text's length. */
export function decodings(text: string): Encoded[] {
  const found: Encoded[] = [];
  for (const each of [runs(text), escapes(text), percent(text), entities(text)])
    for (const piece of each) {
      if (found.length >= maxPieces) return found;
      found.push(piece);
    }
  return found;
}

const digits64 = signs(/[\w+/-]/);
/** What pairs of hexadecimal digits are written with when they stand apart. */
const digits16 = signs(/[\da-fA-F :]/);

/** The ASCII characters that the expression takes. */
function signs(taken: RegExp): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => Number(taken.test(String.fromCharCode(code))));
}

const more64 = /(?:\r?\n {0,8}(?:\d{1,7}\t)?[A-Za-z0-9+/_-]{16,256}){1,100}={0,2}/y;
const hexOnly = /^(?:[0-9a-fA-F]{2}){20,}$/;
const pairs = /(?:[0-9a-fA-F]{2}[ :]){15,4096}[0-9a-fA-F]{2}/;

/** Long runs of digits, in base 64 or 16. Lines that go on with one another are one piece. */
function runs(text: string): Encoded[] {
  const found: Encoded[] = [];
  eachRun(text, digits64, 24, (start, end) => {
    more64.lastIndex = end;
    const more = more64.exec(text)?.[0] ?? '';
    const said = decodedRun(text.slice(start, Math.min(end, start + maxChars)), more);
    if (said !== null && found.length < maxPieces) found.push({ at: start, text: said });
    return end + more.length;
  });
  eachRun(text, digits16, 47, (start, end) => {
    const spaced = pairs.exec(text.slice(start, Math.min(end, start + 3 * maxChars)));
    if (spaced === null) return end;
    const bytes = Buffer.from(spaced[0].replace(/[ :]/g, ''), 'hex');
    if (isReadable(bytes) && found.length < maxPieces) found.push({ at: start, text: bytes.toString('latin1') });
    return end;
  });
  return found;
}

/**
 * Calls `visit` with each run of at least so many of these signs; it says where to go on. Only one sign in `least` is
 * looked at where there is no run: a long one has to hold it.
 */
function eachRun(text: string, taken: Uint8Array, least: number, visit: (start: number, end: number) => number): void {
  let from = 0;
  for (let at = least - 1; at < text.length; at = from + least - 1) {
    if (taken[text.charCodeAt(at)] !== 1) {
      from = at + 1;
      continue;
    }
    let start = at;
    while (start > from && taken[text.charCodeAt(start - 1)] === 1) start -= 1;
    let end = at + 1;
    while (end < start + least && taken[text.charCodeAt(end)] === 1) end += 1;
    if (end - start < least) {
      from = end;
      continue;
    }
    while (taken[text.charCodeAt(end)] === 1) end += 1;
    from = Math.max(end, visit(start, end));
  }
}

function decodedRun(run: string, more: string): string | null {
  if (hexOnly.test(run)) {
    const bytes = Buffer.from(run, 'hex');
    if (isReadable(bytes)) return bytes.toString('latin1');
  }
  // The first bytes tell nearly everything that is no text apart.
  if (!isReadable(Buffer.from(run.slice(0, 16), 'base64'))) return null;
  const bytes = Buffer.from((run + more).slice(0, maxChars).replace(/\s+(?:\d{1,7}\t)?/g, ''), 'base64');
  return isReadable(bytes.subarray(0, bytes.length - 3)) ? bytes.toString('latin1') : null;
}

function* escapes(text: string): Generator<Encoded> {
  if (!text.includes('\\')) return;
  for (const { 0: whole, index } of text.matchAll(
    /(?:\\(?:x[0-9a-fA-F]{2}|u00[0-9a-fA-F]{2}|[0-3][0-7]{2})[ ,]?){8,2048}/g,
  ))
    yield {
      at: index,
      text: whole.replace(/\\(?:x|u00)?([0-9a-fA-F]{2,3})[ ,]?/g, (all, code: string) =>
        String.fromCharCode(Number.parseInt(code, /^\\[0-3]/.test(all) ? 8 : 16)),
      ),
    };
}

function* percent(text: string): Generator<Encoded> {
  if (!text.includes('%')) return;
  const sign = /%[2-7][0-9a-fA-F]/g;
  let after = 0;
  for (const { index } of text.matchAll(sign)) {
    if (index < after) continue;
    after = index + 1024;
    const from = Math.max(0, index - 100);
    const piece = text.slice(from, after);
    if ((piece.match(sign)?.length ?? 0) < 3) continue;
    const said = piece.replace(/%([2-7][0-9a-fA-F])/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
    yield { at: from, text: said.replaceAll('+', ' ') };
  }
}

function* entities(text: string): Generator<Encoded> {
  if (!text.includes('&#')) return;
  const sign = /&#(?:x([0-9a-fA-F]{2,5})|(\d{2,6}));/g;
  let after = 0;
  for (const { index } of text.matchAll(sign)) {
    if (index < after) continue;
    after = index + 4096;
    const piece = text.slice(index, after);
    if ((piece.match(sign)?.length ?? 0) < 6) continue;
    yield {
      at: index,
      text: piece.replace(sign, (_, hexCode?: string, code?: string) =>
        String.fromCodePoint(Math.min(0xffff, hexCode === undefined ? Number(code) : Number.parseInt(hexCode, 16))),
      ),
    };
  }
}

export function rot13(text: string): string {
  return text.replace(/[a-z]/gi, letter => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

/** Whether all bytes are printable ASCII or blanks. */
function isReadable(bytes: Uint8Array): boolean {
  for (const byte of bytes) if ((byte < 32 && byte !== 10 && byte !== 9 && byte !== 13) || byte > 126) return false;
  return bytes.length >= 9;
}
