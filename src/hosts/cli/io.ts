import type { Readable, Writable } from 'node:stream';

export type Input = Readable & { isTTY?: boolean; setRawMode?(on: boolean): unknown };
export type Output = Writable & { isTTY?: boolean; columns?: number };

/** All that the command line touches of its process, so that tests can hold it. */
export interface Io {
  stdin: Input;
  stdout: Output;
  stderr: Output;
  env: NodeJS.ProcessEnv;
  /** Absolute. */
  cwd: string;
  version: string;
  /** The script that this process runs, where it may be started again. */
  program?: string;
  /** Aborted by the first Ctrl-C, by SIGTERM, SIGHUP or SIGQUIT, and when nobody reads stdout any more. */
  interrupt: AbortSignal;
  /** Does what Ctrl-C does, where the terminal hands that over as a key. */
  ctrlC(): void;
}

export function printLine(out: Output, line = ''): void {
  out.write(`${line}\n`);
}

/** One line of JSON. Characters that could act on a terminal are escaped, which changes nothing for who parses it. */
export function printJson(out: Output, value: unknown): void {
  const text = JSON.stringify(value).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, character =>
    Array.from({ length: character.length }, (_, index) => escaped(character.charCodeAt(index))).join(''),
  );
  printLine(out, text);
}

const escaped = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;

/** Columns of a terminal; unlimited where the output goes elsewhere. */
export function widthOfOutput(out: Output): number {
  return out.isTTY === true ? Math.max(20, out.columns ?? 80) : Number.POSITIVE_INFINITY;
}
