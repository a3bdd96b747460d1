import type { Category, Tier } from '../protocol/assessment.ts';

/** One program that will run. `from` is the index of the part that led to it: what covers that one covers this one. */
export interface SubjectPart {
  program: string;
  text: string;
  from: number | null;
}

/** What a policy looks at: one effect, described by what the static risk found. Paths are absolute and real. */
export interface Subject {
  kind: string;
  /** For commands, each program that will run, with its words as one text: `npm run lint`. Empty for other effects. */
  parts: readonly SubjectPart[];
  paths: readonly string[];
  /** Those of the paths that are folders, and so stand for all below them. */
  folders: readonly string[];
  hosts: readonly string[];
  /** Something is touched whose name is not known. */
  unknownPaths: boolean;
  unknownHosts: boolean;
  categories: readonly Category[];
  tier: Tier;
  /** The server and tool of an MCP call, `server/tool`. */
  tool: string | null;
  /** It reads or writes files by redirection, which is no word of any program. */
  redirected?: boolean;
  /** It sets variables for a program that can change what that does. */
  prefixed?: boolean;
  /** Something of the command could not be read, so that a rule which allows cannot know what it allows. */
  understood: boolean;
}
