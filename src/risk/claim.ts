import type { Word } from './shell/word.ts';
import type { Category, Tier } from './tier.ts';

/**
 * One thing that a program would do, read from its arguments. Paths are words as the shell would pass them, relative to
 * the invocation's directories. Later stages turn `run`, `shell`, `script` and `task` into further claims.
 */
export type Claim =
  /** `look`: names, sizes and dates are seen, no content. */
  | { does: 'read'; path: Word; recursive?: boolean; look?: boolean }
  /**
   * `somewhere`: in this folder or below it, we do not know where; only where the folder lies counts, not its name.
   * `into`: where `path` is a folder, files of these names land in it; with none, of names that are not known. `leads`: `path` becomes a link to that.
   */
  | { does: 'write'; path: Word; append?: boolean; somewhere?: boolean; into?: readonly Word[]; leads?: Word }
  /**
   * `moved`: it lives on under another name, which lies at `to` where that is known. `byTask`: a task of the project does it,
   * which is there to take away what builds make.
   */
  | { does: 'delete'; path: Word; recursive?: boolean; moved?: boolean; to?: Word; byTask?: boolean }
  | { does: 'run'; argv: Word[]; env?: { name: string; value: Word }[]; directory?: Word; stdinArgs?: boolean }
  /**
   * A program that a runner such as npx takes from the project where `installed` is there (below the directory or one
   * above it), or else downloads from `registry`, unless `offline`. `latest`: a version or a source was named, so that it
   * is downloaded whatever is installed.
   */
  | {
      does: 'tool';
      argv: Word[];
      installed: string | null;
      registry: string;
      latest: boolean;
      offline?: boolean;
    }
  | { does: 'shell'; text: Word; directory?: Word }
  | { does: 'code'; language: Language; text: Word | null }
  /** A program file: its content is classified with it where it lies in the workspace. */
  | { does: 'script'; path: Word; language: Language | null }
  /**
   * A file or folder that a program takes code, plugins or settings with code from. What the project holds is its own; what
   * git does not hold is not trusted; what lies outside is another project's.
   */
  | { does: 'load'; path: Word }
  /** The value of an option of which we do not know what the program does with it: it may read, write or load it. `protectedOnly`: places of the project say nothing. */
  | { does: 'value'; path: Word; option: string; protectedOnly?: boolean }
  /**
   * A named task of the project: `npm run test`, `make build`. Its text is read from the manifest. The name '' is the
   * runner's default, its first; an `optional` one runs where the manifest has it, as the hooks of `npm install` do.
   */
  | {
      does: 'task';
      runner: 'npm' | 'make' | 'composer' | 'just' | 'deno';
      name: string;
      directory?: Word;
      args: Word[];
      optional?: boolean;
      /** Runs from the installed tools where the manifest has no such task: `yarn tsc`. */
      otherwise?: Word[];
    }
  /**
   * `host` null: unknown. `send` says that data leaves with it beyond the request itself. `judged`: a note beside it says
   * how bad that is, and this one only names the host.
   */
  | { does: 'net'; host: string | null; send: boolean; port?: number; judged?: boolean }
  /** A plain judgment of the table: at least this tier, for this reason. */
  | { does: 'note'; tier: Tier; category: Category; code: string; args?: Record<string, string | number> };

export type Language =
  | 'javascript'
  | 'python'
  | 'ruby'
  | 'perl'
  | 'php'
  | 'lua'
  | 'shell'
  | 'powershell'
  | 'sql'
  | 'awk'
  | 'sed'
  | 'other';
export type ClaimOf<D extends Claim['does']> = Extract<Claim, { does: D }>;
