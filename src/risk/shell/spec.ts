import type { Claim } from '../claim.ts';
import type { Category, Tier } from '../tier.ts';
import type { Rows } from './rows.ts';
import type { Invocation } from './script.ts';
import type { Word } from './word.ts';

/**
 * What a word on a command line is for. `argv`: it and all words after it are another program with its arguments.
 * `look`: only names, sizes and dates of it are seen. `command`: shell text. `url`: its host is reached and data comes
 * in. `directory`: all that the program does happens there (`env -C`); `project`: the same, and what that folder says is run
 * (`make -C`, `npm --prefix`). `load`: a file or folder with code or settings that is loaded. `ignore`: means nothing to us.
 */
export type Role =
  | 'ignore'
  | 'look'
  | 'read'
  | 'tree'
  | 'write'
  | 'append'
  | 'delete'
  | 'deleteTree'
  | 'command'
  | 'argv'
  | 'program'
  | 'script'
  | 'url'
  | 'host'
  | 'upload'
  | 'load'
  | 'project'
  | 'directory';

/** One judgment as data: tier, category and the code of its reason. */
export interface Note {
  tier: Tier;
  category: Category;
  code: string;
}

/** What a flag is. A string is the role of the value that it takes; notes apply when it is there. */
export interface Flag {
  /** Role of its value; absent: it takes none. */
  value?: Role;
  /** The value may only be attached (`-i.bak`, `--color=auto`), never the next word. */
  attached?: boolean;
  note?: Note;
  /** Changes what the operands are. */
  operands?: Operands;
  /** The rest of the words after this flag belong to it. */
  rest?: Role;
}

/**
 * Roles by position; the last repeats. `sourcesThenTarget`: all but the last are read, the last is written.
 * `movesThenTarget`: the same, and what was read is gone afterwards.
 */
export type Operands = Role | readonly Role[] | 'sourcesThenTarget' | 'movesThenTarget';

/** A program, or a subcommand of one, as data. What cannot be said as data is said by `inspect`. */
export interface Spec {
  operands?: Operands;
  /** By spelling: `'-o'`, `'-o --output'`. Single-letter flags may be bundled (`-xzf`), unless `longSingle`. */
  flags?: Rows<Flag>;
  /** `-name` is one flag and not four, as with find, java and terraform; two dashes mean the same where one is listed. */
  longSingle?: boolean;
  /** Long flags are never abbreviated, as with node and npx: `--watch` is not `--watch-path`. */
  exact?: boolean;
  /** Flags are compared without case, as tsc and MSBuild do. */
  caseless?: boolean;
  /** Values of flags that mean nothing to the table are looked at for where they lead, also where they are the next word. */
  values?: boolean;
  /** Flags end at the first operand, as with wrappers: what follows belongs to another program. */
  stopAtOperand?: boolean;
  /** A flag that is not in `flags` may do anything; the note says how bad. Absent: it does nothing. */
  unknownFlag?: Note;
  /** Applies whatever the arguments. */
  notes?: readonly Note[];
  /** Subcommands by their first operand; flags before it are `flags`. */
  sub?: Rows<Spec>;
  /** Subcommands may be abbreviated, as npm's, Composer's and Bundler's: `npm pub`. */
  abbreviates?: boolean;
  /** What a subcommand that is not in `sub` is. Required with `sub`. */
  otherSub?: Spec;
  /** What no subcommand at all is (default: harmless). */
  noSub?: Spec;
  /** Claims that data cannot express. Runs after the flags and operands were read, and adds to them. */
  inspect?: (call: Call) => Claim[];
  /** A script of this name in the workspace (`bin/rails`, `manage.py`) is this program, too: both are judged. */
  projectCopy?: boolean;
  /** Another spec that this one extends: its flags and notes are added. */
  like?: Spec;
}

/** An invocation after its words were sorted by a spec. */
export interface Call {
  /** The program, then the subcommands passed through: `['git', 'remote', 'add']`. */
  path: readonly string[];
  invocation: Invocation;
  /** All words after the subcommand. */
  words: readonly Word[];
  operands: readonly Word[];
  /** Flags that were given, by the spelling in the spec or as written, with their values in order. */
  flags: ReadonlyMap<string, readonly (Word | null)[]>;
  /** Whether any of these flags was given. */
  has(...flags: string[]): boolean;
  /** Values of these flags, in order. */
  values(...flags: string[]): Word[];
}

/** Programs by name. Names are what stands after the last `/`, without `.exe`. */
export type ProgramTable = Rows<Spec>;

export const note = (tier: Tier, category: Category, code: string): Note => ({ tier, category, code });
export const claimed = (n: Note, args?: Record<string, string | number>): Claim => ({
  does: 'note',
  tier: n.tier,
  category: n.category,
  code: n.code,
  ...(args === undefined ? {} : { args }),
});
