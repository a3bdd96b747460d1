import type { Signing, UnsignedBecause } from '../../protocol/signing.ts';
import type { ExecOutcome } from '../outcome.ts';
import type { GitReader } from './neutral.ts';
import { readHead } from './refs.ts';
import { findRepository, type Repository } from './repository.ts';
import { refsBefore, signNewCommits } from './signing.ts';

/** The workspace's repository, for effects that act in it as the person. */
export interface GitHands {
  reader: GitReader;
  /** A folder of ours outside the workspace. */
  scratch: string;
  /** Also pushes to a path on this machine; for tests. */
  allowFile?: boolean;
}

/**
 * Runs a command that may commit where no key is, and signs what it committed; see `signNewCommits`. `writes` are the
 * paths that it may write beyond its profile: other repositories are among them where a person let it commit there.
 */
export async function committing(
  { reader, scratch }: GitHands,
  { writes, signal }: { writes: readonly string[]; signal: AbortSignal },
  run: () => Promise<ExecOutcome>,
): Promise<ExecOutcome> {
  const before = refsBefore(reader);
  const others = otherRepositories(writes, reader);
  const headsBefore = others.map(head);
  const outcome = await run();
  const signs = reader.person?.flag('commit.gpgsign') === true;
  let signing: Signing = { type: 'nothing', left: [] };
  if (outcome.background !== null) {
    if (signs) signing = unsigned('git.inBackground');
  } else if (before !== null) signing = await signNewCommits(before, { git: reader, scratch, signal });
  else if (signs) signing = unsigned('git.unreadable');
  const elsewhere = others.flatMap((other, i) => {
    const now = head(other);
    return signs && now !== null && now !== headsBefore[i] ? [now] : [];
  });
  if (elsewhere.length > 0) signing = beside(signing, elsewhere);
  return signing.type === 'nothing' && signing.left.length === 0 ? outcome : { ...outcome, signing };
}

function unsigned(because: UnsignedBecause, commits: string[] = []): Signing {
  return { type: 'unsigned', because, commits, problem: '' };
}

/** With commits of other repositories, which are not signed. */
function beside(signing: Signing, elsewhere: string[]): Signing {
  if (signing.type === 'signed') return { ...signing, left: [...signing.left, ...elsewhere] };
  if (signing.type === 'unsigned') return { ...signing, commits: [...signing.commits, ...elsewhere] };
  return unsigned('git.otherRepository', [...elsewhere, ...signing.left]);
}

function otherRepositories(writes: readonly string[], { repository }: GitReader): Repository[] {
  const tops = new Set(writes.flatMap(path => /^(.+?)[\\/]\.git(?:[\\/]|$)/.exec(path)?.[1] ?? []));
  return [...tops].flatMap(top => {
    const found = top === repository.top ? null : findRepository(top);
    return found === null || found.gitDir === repository.gitDir ? [] : [found];
  });
}

function head(repository: Repository): string | null {
  return readHead(repository)?.commit ?? null;
}
