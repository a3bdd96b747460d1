import { join } from 'node:path';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import type { Signing } from '../../protocol/signing.ts';
import { changesIn, type Filters, filtersOf, pathList } from './changes.ts';
import { installIndex } from './indexFile.ts';
import type { GitReader } from './neutral.ts';
import { holdsLinks } from './objects.ts';
import type { Person } from './person.ts';
import { changeRef, isHash, readHead } from './refs.ts';
import { refsBefore, signNewCommits } from './signing.ts';
import { fields, type GitWriter, openWriter } from './writer.ts';

export interface StepCommitOptions {
  /** The worktree's own. */
  git: GitReader;
  scratch: string;
  /** Short; the one that has to be checked out. */
  branch: string;
  message: string;
  signal?: AbortSignal;
}

export interface StepCommit {
  /** null where there was nothing to commit. */
  commit: string | null;
  files: number;
  /**
   * Changed and not in it, relative to the worktree's top: repositories inside, and files whose attributes name a filter
   * that only the person's own git runs (LFS).
   */
  left: string[];
  signing: Signing;
}

/**
 * Makes one commit of all that changed in a worktree and is not ignored, as the person, without hooks and filters, and
 * signed where the person signs. Rejects with `isolation.…`; then nothing is committed.
 */
export async function commitStep(options: StepCommitOptions): Promise<StepCommit> {
  const { git, branch, scratch } = options;
  const { repository } = git;
  const ref = `refs/heads/${branch}`;
  const head = readHead(repository);
  if (head?.ref !== ref || head.commit === null)
    throw new GatehouseError(failures.isolationNotMergeable({ why: 'branchLeft', branch }));
  if (holdsLinks(repository.commonDir)) throw failed('a link stands in the folder of objects');
  const copy = join(repository.gitDir, 'index');
  const writer = await openWriter(git, { scratch, workTree: repository.top, index: { copy } });
  try {
    await writer.setHead(head.commit);
    const { add, left } = await sortChanges(git, writer);
    if (add.length > 0)
      await writer.must(['update-index', '--add', '--remove', '--replace', '-z', '--stdin'], { input: pathList(add) });
    const tree = (await writer.must(['write-tree'])).trim();
    const diff = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', `${head.commit}^{tree}`, tree];
    const files = fields(await writer.must(diff)).length;
    if (files === 0) return { commit: null, files, left, signing: { type: 'nothing', left: [] } };
    const before = refsBefore(git);
    const made = await commitTree(writer, git, { tree, parents: [head.commit], message: options.message });
    const why = `commit: ${options.message.split('\n')[0] ?? ''}`;
    if (!(await changeRef(repository, { ref, from: head.commit, to: made, why, who: whoOf(git.person) })))
      throw failed(`${branch} could not be moved`);
    await installIndex(writer.index, repository.gitDir);
    const { signal } = options;
    const how = { git, scratch, ...(signal === undefined ? {} : { signal }) };
    const signing: Signing = before === null ? { type: 'nothing', left: [] } : await signNewCommits(before, how);
    return { commit: signing.type === 'signed' ? signing.to : made, files, left, signing };
  } finally {
    await writer.close();
  }
}

/** What can be committed here, byte by byte of its name, and what cannot, for people. */
async function sortChanges(git: GitReader, writer: GitWriter): Promise<{ add: string[]; left: string[] }> {
  const changes = await changesIn(writer);
  const inner = changes.filter(({ path }) => path.endsWith('/')).map(({ path }) => path);
  const rest = changes.filter(({ path }) => !path.endsWith('/'));
  const filters: Filters = await filtersOf(
    git,
    writer,
    rest.map(({ path }) => path),
  );
  // Taking a file away takes no filter.
  const isLeft = (path: string, worktree: string) => worktree !== 'D' && filters.has(path);
  const left = rest.filter(({ path, worktree }) => isLeft(path, worktree)).map(({ path }) => path);
  return {
    add: rest.filter(({ path, worktree }) => !isLeft(path, worktree)).map(({ path }) => path),
    left: [...inner, ...left].map(path => Buffer.from(path, 'latin1').toString('utf8')),
  };
}

/** A commit on no branch yet, by the person and unsigned. */
export async function commitTree(
  writer: GitWriter,
  git: GitReader,
  { tree, parents, message }: { tree: string; parents: readonly string[]; message: string },
): Promise<string> {
  const { name, email } = identityOf(git.person);
  const env = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
  const args = ['commit-tree', ...parents.flatMap(parent => ['-p', parent]), tree];
  const hash = (await writer.must(args, { env, input: `${message.trimEnd()}\n` })).trim();
  if (!isHash(hash)) throw failed('git made no commit');
  return hash;
}

/** The person as their git knows them, else Gatehouse. */
export function identityOf(person: Person | null): { name: string; email: string } {
  const [name, email] = [person?.get('user.name'), person?.get('user.email')];
  return name && email ? { name, email } : { name: 'Gatehouse', email: 'gatehouse@localhost' };
}

export function whoOf(person: Person | null): string {
  const { name, email } = identityOf(person);
  return `${name} <${email}>`;
}

function failed(problem: string): GatehouseError {
  return new GatehouseError(failures.isolationFailed({ problem }));
}
