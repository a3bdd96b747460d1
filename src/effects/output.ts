import { StringDecoder } from 'node:string_decoder';

const headBytes = 8 * 1024;
const tailBytes = 24 * 1024;
/** A cut moves this far, at most, to fall between two lines. */
const lineSlack = 1024;

export interface KeptOutput {
  text: string;
  bytes: number;
  dropped: number;
}

/**
 * Takes a command's output as it comes: hands it on as text, whole characters at a time, and keeps its first 8 KiB and
 * last 24 KiB. What it holds in memory does not grow with the output.
 */
export class OutputKeeper {
  readonly #onText: (text: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);
  #bytes = 0;

  constructor(onText: (text: string) => void) {
    this.#onText = onText;
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const room = headBytes - this.#head.length;
    if (room > 0) this.#head = Buffer.concat([this.#head, chunk.subarray(0, room)]);
    const rest = chunk.subarray(Math.max(0, room));
    // Kept copies: a slice would hold the whole chunk, and twice the tail saves a copy for each small chunk.
    if (rest.length >= tailBytes) this.#tail = Buffer.from(rest.subarray(-tailBytes));
    else if (rest.length > 0) this.#tail = Buffer.concat([this.#tail.subarray(-(tailBytes - rest.length)), rest]);
    this.#emit(this.#decoder.write(chunk));
  }

  /** Ends the text and says what was kept; the gap is marked in it. */
  finish(): KeptOutput {
    this.#emit(this.#decoder.end());
    if (this.#bytes === this.#head.length + this.#tail.length)
      return { text: Buffer.concat([this.#head, this.#tail]).toString('utf8'), bytes: this.#bytes, dropped: 0 };
    const head = this.#head.subarray(0, lineEnd(this.#head));
    const tail = this.#tail.subarray(lineStart(this.#tail));
    const dropped = this.#bytes - head.length - tail.length;
    const gap = `${endsLine(head) ? '' : '\n'}[… ${dropped} bytes left out …]\n`;
    return { text: head.toString('utf8') + gap + tail.toString('utf8'), bytes: this.#bytes, dropped };
  }

  #emit(text: string): void {
    if (text !== '') this.#onText(text);
  }
}

function endsLine(bytes: Buffer): boolean {
  return bytes.length === 0 || bytes[bytes.length - 1] === 10;
}

/**
 * Where the head ends: after its last line or word if that is near, else well before the cut. A word that was cut may be
 * the beginning of a secret, which nobody recognizes in a part.
 */
function lineEnd(bytes: Buffer): number {
  const newline = bytes.lastIndexOf(10);
  if (newline >= bytes.length - lineSlack) return newline + 1;
  const least = Math.max(0, bytes.length - lineSlack);
  for (let at = bytes.length; at > least; at -= 1) if (isBlank(bytes[at - 1])) return at;
  let end = least;
  while (end > 0 && isContinuation(bytes[end])) end -= 1;
  return end;
}

function lineStart(bytes: Buffer): number {
  const newline = bytes.indexOf(10);
  if (newline >= 0 && newline < lineSlack) return newline + 1;
  for (let at = 0; at < lineSlack; at += 1) if (isBlank(bytes[at])) return at;
  let start = Math.min(lineSlack, bytes.length);
  while (start < bytes.length && isContinuation(bytes[start])) start += 1;
  return start;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
