import { z } from 'zod';
import { CommitHash } from './effect.ts';

/** Where a run works: in the workspace itself, or in a git worktree on a branch of its own. */
export const Isolate = z.enum(['none', 'worktree']);
export type Isolate = z.infer<typeof Isolate>;

/** A run's own worktree. Paths are real and absolute: `worktree` is its top, `original` the workspace that was named. */
export const Isolation = z.object({
  worktree: z.string(),
  /** Its short name: `gatehouse/…`. */
  branch: z.string(),
  /** The commit that it began at. */
  base: CommitHash,
  original: z.string(),
});
export type Isolation = z.infer<typeof Isolation>;

/** `merged` and `discarded`: worktree and branch are gone; `kept`: the branch stays. */
export const IsolationEnd = z.enum(['merged', 'kept', 'discarded']);
export type IsolationEnd = z.infer<typeof IsolationEnd>;

/** What the original has and the worktree was not given. `path` is relative to the repository's top. */
export const NotCopied = z.object({ path: z.string(), why: z.enum(['tooLarge', 'failed', 'environment']) });
export type NotCopied = z.infer<typeof NotCopied>;
