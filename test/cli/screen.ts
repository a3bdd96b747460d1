import { Writable } from 'node:stream';

const pattern = new RegExp(`${String.fromCharCode(27)}\\[(\\d*)([A-Za-z])|[^]`, 'gu');

/** A small terminal: understands what ours writes, wraps as real ones do, and throws on anything else. */
export class Screen extends Writable {
  readonly isTTY = true;
  readonly columns: number;
  #rows: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    super({ decodeStrings: false });
    this.columns = columns;
  }

  /** What stands there, without blanks at the ends of lines and empty lines at the end. */
  get text(): string {
    return this.#rows
      .map(row =>
        Array.from(row, cell => cell ?? ' ')
          .join('')
          .trimEnd(),
      )
      .join('\n')
      .trimEnd();
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    for (const [token, move, letter] of chunk.toString().matchAll(pattern))
      if (letter !== undefined) this.#control(letter, Number(move || '1'), token);
      else this.#put(token);
    done();
  }

  #control(letter: string, count: number, token: string): void {
    if (letter === 'A') this.#row = Math.max(0, this.#row - count);
    else if (letter === 'C') this.#column += count;
    else if (letter === 'D') this.#column = Math.max(0, this.#column - count);
    else if (letter === 'J') {
      this.#rows.length = this.#row + 1;
      this.#rows[this.#row]?.splice(this.#column);
    } else if (letter !== 'm') throw new Error(`an unknown sequence: ${JSON.stringify(token)}`);
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#nextRow();
    else if (/\p{Cc}/u.test(character)) throw new Error(`a control character: ${JSON.stringify(character)}`);
    else {
      if (this.#column >= this.columns) this.#nextRow();
      const row = this.#rows[this.#row];
      if (row !== undefined) row[this.#column] = character;
      this.#column += 1;
    }
  }

  #nextRow(): void {
    this.#row += 1;
    this.#column = 0;
    this.#rows[this.#row] ??= [];
  }
}
