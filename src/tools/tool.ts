import type { z } from 'zod';
import type { Outcome } from '../effects/outcome.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Git } from '../ports/git.ts';
import type { Masker } from '../ports/masker.ts';
import type { Restores } from '../ports/restores.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Digest, Effect } from '../protocol/effect.ts';

/** What a tool may look at while it turns arguments into an effect. Looking is all that it can do. */
export interface ToolContext {
  workspace: Workspace;
  blobs: Blobs;
  masker: Masker;
  /** Real path → SHA-256 of the file as this run last read or wrote it. */
  filesKnown: ReadonlyMap<string, Digest>;
  /** Where the workspace lies in a repository that can be read. */
  git?: Git;
  /** Where the workspace's states are held. */
  restores?: Pick<Restores, 'plan'>;
}

/** A tool of the contract in DESIGN. It neither touches the world nor asks anybody: it describes, and it tells. */
export interface Tool<I = unknown> {
  name: string;
  description: string;
  input: z.ZodType<I>;
  /** Arguments → effect. Rejects with a GatehouseError for the model where the arguments cannot become one. */
  prepare(input: I, context: ToolContext): Promise<Effect>;
  /** Outcome → text for the model, not yet masked. */
  present(outcome: Outcome, input: I): string;
}
