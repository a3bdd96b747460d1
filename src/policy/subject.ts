import type { Category, Tier } from '../risk/tier.ts';

/** What a policy looks at: one effect, described by what the static risk found. Paths are absolute and real. */
export interface Subject {
  kind: string;
  /** For commands, each program that will run, with its words as one text: `npm run lint`. Empty for other effects. */
  parts: readonly { program: string; text: string }[];
  paths: readonly string[];
  hosts: readonly string[];
  categories: readonly Category[];
  tier: Tier;
  /** The server and tool of an MCP call, `server/tool`. */
  tool: string | null;
  /** Something of the command could not be read, so that a rule which allows cannot know what it allows. */
  understood: boolean;
}
