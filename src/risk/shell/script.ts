import type { Word } from './word.ts';

/** Where a command may stand: absolute paths (several after a `cd` that may fail), or unknown. */
export type Directories = readonly string[] | null;

export interface Redirect {
  /** `read`: `<`; `write`: `>`, `>|`, `&>`; `append`: `>>`, `&>>`; `both`: `<>`. Duplications (`2>&1`) are left out. */
  mode: 'read' | 'write' | 'append' | 'both';
  target: Word;
}

/** What a command reads from its standard input, as far as the text says. */
export type Stdin =
  | { type: 'inherited' }
  | { type: 'pipe'; from: Invocation | null }
  /** `raw`: as written, where a variable or a command in it leaves the text unknown. */
  | { type: 'text'; text: string | null; raw?: string }
  | { type: 'file'; target: Word };

/** One program that will run, or may. */
export interface Invocation {
  name: Word;
  args: Word[];
  /** `NAME=value` before the program. */
  env: { name: string; value: Word }[];
  redirects: Redirect[];
  stdin: Stdin;
  directories: Directories;
  /** One of PowerShell's own commands, by its full name in lower case; each argument with the elements of its list. */
  cmdlet?: { name: string; args: readonly (readonly Word[])[] };
}

export interface Assignment {
  name: string;
  value: Word;
  /** By `for`, `read` or another builtin and never exported here: it reaches a program where that had the variable before. */
  unexported?: true;
}

/** What a command line comes to. */
export interface Script {
  /** Every program that the tree shows, also inside substitutions, functions and branches. */
  invocations: Invocation[];
  /** Empty where the strict rule holds: nothing runs that is not in `invocations`. Else codes of what breaks it. */
  obscure: string[];
  /** Assignments that stay in the shell, so that later words see them. */
  assignments: Assignment[];
  /** Names that the text itself defines as functions or aliases. */
  defined: ReadonlySet<string>;
  /** Functions that start themselves in the background or through a pipe. */
  bombs: readonly string[];
}
