import { z } from 'zod';
import { CommitHash } from './effect.ts';

/** Why commits of a command are left without a signature. */
export const unsignedReasons = [
  'git.detachedHead',
  'git.mergeCommits',
  'git.unusualCommit',
  'git.unreadable',
  'git.signingFailed',
  'git.signingAltered',
  'git.branchMoved',
  'git.repositorySigns',
  'git.inBackground',
  'git.otherRepository',
] as const;
export const UnsignedBecause = z.enum(unsignedReasons);
export type UnsignedBecause = z.infer<typeof UnsignedBecause>;

const commits = z.array(CommitHash);

/**
 * What became of the commits that a command made in the sandbox, where no key is. `left`: new ones that stay as they are,
 * since they are signed, somebody else's, or not on the branch that is checked out.
 */
export const Signing = z.discriminatedUnion('type', [
  /** Nothing was to be signed. */
  z.object({ type: z.literal('nothing'), left: commits }),
  /** The same commits were made again with signatures, and the branch moved to them. */
  z.object({
    type: z.literal('signed'),
    ref: z.string(),
    from: CommitHash,
    to: CommitHash,
    commits: z.array(z.object({ from: CommitHash, to: CommitHash })),
    left: commits,
  }),
  /** The branch stands where the command left it. `problem` is what git or the signing program said. */
  z.object({ type: z.literal('unsigned'), because: UnsignedBecause, commits, problem: z.string() }),
]);
export type Signing = z.infer<typeof Signing>;
