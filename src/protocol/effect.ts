import { z } from 'zod';

/** SHA-256 in lower-case hex. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/);
export type Digest = z.infer<typeof Digest>;

/** Names bytes in the blob store. Events hold these in place of bytes that were not masked. */
export const BlobRef = z.object({ sha256: Digest, bytes: z.number().int().nonnegative() });
export type BlobRef = z.infer<typeof BlobRef>;

/** Read lines of one file. `path` is absolute; `offset` is the first line, counted from 1; `limit` is in lines. */
export const ReadEffect = z.object({
  kind: z.literal('read'),
  path: z.string(),
  offset: z.number().int().positive().optional(),
  limit: z.number().int().positive().optional(),
});
export type ReadEffect = z.infer<typeof ReadEffect>;

export const SearchOutput = z.enum(['files_with_matches', 'content', 'count']);
export type SearchOutput = z.infer<typeof SearchOutput>;

/** List files by name (`by: 'name'`, a glob) or search their text (`by: 'content'`, a regular expression) below `root`. */
export const SearchEffect = z.object({
  kind: z.literal('search'),
  by: z.enum(['name', 'content']),
  pattern: z.string(),
  root: z.string(),
  glob: z.string().optional(),
  output: SearchOutput.optional(),
});
export type SearchEffect = z.infer<typeof SearchEffect>;

/**
 * Replace the whole content of one file. `base` is what the file held when the edit was computed (null: no such file);
 * `next` is what it will hold. `patch` is a unified diff with secrets masked, for people, and is never applied. `hunks`
 * counts the places that differ, and `blank` those that differ in nothing but white space at the ends of lines, which
 * editors do not show by themselves; records of earlier versions have neither.
 */
export const EditEffect = z.object({
  kind: z.literal('edit'),
  path: z.string(),
  base: BlobRef.nullable(),
  next: BlobRef,
  patch: z.string(),
  added: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
  hunks: z.number().int().nonnegative().optional(),
  blank: z.number().int().nonnegative().optional(),
});
export type EditEffect = z.infer<typeof EditEffect>;

/**
 * An edit that is not what was proposed first: the person changed it, its file had changed meanwhile, or both. `patch` is a
 * unified diff, with secrets masked, from what the file would have held to what it will hold.
 */
export const Revised = z.object({ by: z.array(z.enum(['person', 'disk'])).min(1), patch: z.string() });
export type Revised = z.infer<typeof Revised>;

/** Run a shell command in `cwd` (absolute). `timeoutMs` bounds a foreground command; a background one ends with the run. */
export const ExecEffect = z.object({
  kind: z.literal('exec'),
  command: z.string(),
  cwd: z.string(),
  timeoutMs: z.number().int().positive(),
  background: z.boolean(),
  description: z.string().optional(),
});
export type ExecEffect = z.infer<typeof ExecEffect>;

/** A full hash of a commit. */
export const CommitHash = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
export type CommitHash = z.infer<typeof CommitHash>;

/**
 * Push these commits to these branches of `remote`, as the person and outside the sandbox. `command` is what was asked
 * for, `shown` the address without its secrets; the address itself is read again when the push is made. `lease` is what
 * the branch over there must be at, for `--force-with-lease`.
 */
export const PushEffect = z.object({
  kind: z.literal('push'),
  command: z.string(),
  cwd: z.string(),
  remote: z.string(),
  shown: z.string(),
  refspecs: z.array(z.object({ sha: CommitHash, ref: z.string() })).min(1),
  force: z.boolean(),
  lease: CommitHash.nullable(),
  /** `-u` was asked for and will not be done: it would be written into the repository's configuration. */
  setUpstream: z.boolean(),
});
export type PushEffect = z.infer<typeof PushEffect>;

/**
 * Ask for one page of the web by GET, without cookies or credentials, and read its text. `url` is http or https as
 * browsers write it, without a user, a password or a fragment. `prompt` is what the agent looks for there, in its words.
 */
export const FetchEffect = z.object({ kind: z.literal('fetch'), url: z.string(), prompt: z.string().optional() });
export type FetchEffect = z.infer<typeof FetchEffect>;

/** Ask the editor for its problems, of one file (absolute `path`) or of all. */
export const DiagnosticsEffect = z.object({ kind: z.literal('diagnostics'), path: z.string().optional() });
export type DiagnosticsEffect = z.infer<typeof DiagnosticsEffect>;

/**
 * What a restore does to one file. `merged`: it keeps what was changed there since. `patch` is a unified diff with secrets
 * masked, for people; it and the lines are null where it is no text, is there to hold secrets, or where all would grow too long.
 */
export const RestoredFile = z.object({
  path: z.string(),
  change: z.enum(['added', 'removed', 'changed', 'mode']),
  merged: z.boolean(),
  added: z.number().int().nonnegative().nullable(),
  removed: z.number().int().nonnegative().nullable(),
  patch: z.string().nullable(),
});
export type RestoredFile = z.infer<typeof RestoredFile>;

/**
 * Take files of the workspace back to a checkpoint of the run: all, or those at and below `paths`. All paths are
 * absolute. `files` is what would change and `conflicts` what is left, since somebody changed the same place meanwhile;
 * `plan` is the digest of all that, by which the executor knows that it does what was shown.
 */
export const RestoreEffect = z.object({
  kind: z.literal('restore'),
  checkpoint: z.number().int().nonnegative(),
  paths: z.array(z.string()).optional(),
  /** The agent's own words. */
  reason: z.string(),
  /** Nothing is taken back but what the run itself did; else something that was taken back comes again. */
  own: z.boolean(),
  /** A person took files of the run back before, so that one which is not `own` may go against their decision. */
  person: z.boolean(),
  files: z.array(RestoredFile),
  conflicts: z.array(z.string()),
  plan: Digest,
});
export type RestoreEffect = z.infer<typeof RestoreEffect>;

/** What the agent wants to do to the world, as a value: card, diff, journal and executor all read this one. */
export const Effect = z.discriminatedUnion('kind', [
  ReadEffect,
  SearchEffect,
  EditEffect,
  ExecEffect,
  PushEffect,
  FetchEffect,
  RestoreEffect,
  DiagnosticsEffect,
]);
export type Effect = z.infer<typeof Effect>;
export type EffectKind = Effect['kind'];
export type EffectOf<K extends EffectKind> = Extract<Effect, { kind: K }>;
