import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Signing, UnsignedBecause } from '../../protocol/signing.ts';
import { errnoOf } from '../errno.ts';
import { openParent } from '../folder.ts';
import { type Commit, isSameCommit, parseCommit } from './commit.ts';
import { listRefs } from './listRefs.ts';
import type { GitReader } from './neutral.ts';
import { alternates, makeNeutralFolder, type NeutralFolder } from './neutralFolder.ts';
import { isOn, type Person } from './person.ts';
import { callGit } from './program.ts';
import { changeRef, isHash, readHead } from './refs.ts';
import { smallBytes } from './repository.ts';

/** Where the refs stood before a command, so that what it committed can be told from what was there. */
export interface RefsBefore {
  ref: string | null;
  commit: string | null;
  tips: readonly string[];
}

export interface SigningOptions {
  git: GitReader;
  scratch: string;
  signal?: AbortSignal;
  /** For a passphrase or a touch; in ms. */
  timeoutMs?: number;
}

const maxCommits = 200;
const maxCommitBytes = 1024 * 1024;

/** To be taken before a command that may commit. null where the refs cannot be read; then nothing will be signed. */
export function refsBefore(git: GitReader): RefsBefore | null {
  const head = readHead(git.repository);
  if (head === null) return null;
  const tips = new Set(listRefs(git.repository).values());
  if (head.commit !== null) tips.add(head.commit);
  return { ...head, tips: [...tips] };
}

/**
 * Signs what a command committed in the sandbox, where no key is: the same commits again, made outside in a git directory
 * of ours by the person's own configuration, and then the branch moved to them if it is still where it was seen. Only
 * where the person's configuration has `commit.gpgSign`, and never a commit that somebody else committed. Whoever signs
 * is told of each new commit of a branch that is not signed.
 */
export async function signNewCommits(before: RefsBefore, options: SigningOptions): Promise<Signing> {
  const signing = await signBranch(before, options);
  if (signing.type === 'unsigned' || options.git.person?.flag('commit.gpgsign') !== true) return signing;
  const left = [...signing.left, ...(await onOtherBranches(before, options.git))];
  return { ...signing, left: [...new Set(left)] };
}

/** The part of it that is about the branch which is checked out. */
async function signBranch(before: RefsBefore, options: SigningOptions): Promise<Signing> {
  const { git } = options;
  const { person } = git;
  const head = readHead(git.repository);
  if (head === null || head.commit === null || head.commit === before.commit) return { type: 'nothing', left: [] };
  const fresh = await newCommits(git, [head.commit], before.tips);
  if (fresh === null || person === null) return unsigned('git.unreadable', [head.commit]);
  if (!person.flag('commit.gpgsign')) {
    const asked = fresh.length > 0 && isOn((await git.settings()).get('commit.gpgsign')?.at(-1));
    return asked ? unsigned('git.repositorySigns', fresh) : { type: 'nothing', left: [] };
  }
  const chosen = await choose(git, person, head.commit, fresh);
  if ('because' in chosen) return chosen;
  if (chosen.chain.length === 0) return { type: 'nothing', left: chosen.left };
  const hashes = chosen.chain.map(({ hash }) => hash);
  if (head.ref === null) return unsigned('git.detachedHead', hashes);
  const neutral = makeNeutralFolder(options.scratch, git.repository.objectFormat);
  try {
    const commits: { from: string; to: string }[] = [];
    let parents = chosen.chain[0]?.commit.parents ?? [];
    for (const { hash, commit } of chosen.chain) {
      const made = await sign(options, person, neutral, { ...commit, parents });
      if ('because' in made) return unsigned(made.because, hashes, made.problem);
      commits.push({ from: hash, to: made.to });
      parents = [made.to];
    }
    const to = parents[0] ?? head.commit;
    for (const commit of commits)
      if (!(await store(neutral.path, git.repository.commonDir, commit.to)))
        return unsigned('git.signingFailed', hashes, 'the objects folder cannot be written');
    const who = `${person.get('user.name') ?? ''} <${person.get('user.email') ?? ''}>`;
    const change = { ref: head.ref, from: head.commit, to, why: 'gatehouse: sign new commits', who };
    if (!(await changeRef(git.repository, change))) return unsigned('git.branchMoved', hashes);
    return { type: 'signed', ref: head.ref, from: head.commit, to, commits, left: chosen.left };
  } finally {
    await neutral.remove();
  }
}

/**
 * Signs one commit of the person, a merge as well. Resolves with the commit that stands for it, stored in the repository
 * and on no branch yet; with null where the person signs nothing.
 */
export async function signCommit(hash: string, options: SigningOptions): Promise<string | null | Unsigned> {
  const { git } = options;
  if (git.person?.flag('commit.gpgsign') !== true) return null;
  const { ok, stdout } = await git.read(['cat-file', 'commit', hash], { maxBytes: maxCommitBytes });
  const commit = ok ? parseCommit(stdout) : null;
  if (commit === null) return unsigned('git.unreadable', [hash]);
  const neutral = makeNeutralFolder(options.scratch, git.repository.objectFormat);
  try {
    const made = await sign(options, git.person, neutral, commit);
    if ('because' in made) return unsigned(made.because, [hash], made.problem);
    if (await store(neutral.path, git.repository.commonDir, made.to)) return made.to;
    return unsigned('git.signingFailed', [hash], 'the objects folder cannot be written');
  } finally {
    await neutral.remove();
  }
}

type Unsigned = Signing & { type: 'unsigned' };

function unsigned(because: UnsignedBecause, commits: string[], problem = ''): Signing & { type: 'unsigned' } {
  return { type: 'unsigned', because, commits, problem };
}

/** The commits of branches that are not checked out, as far as the command made them. */
async function onOtherBranches(before: RefsBefore, git: GitReader): Promise<string[]> {
  const head = readHead(git.repository);
  const known = new Set(before.tips);
  const tips = [...listRefs(git.repository)]
    .filter(([ref, hash]) => ref.startsWith('refs/heads/') && ref !== head?.ref && !known.has(hash))
    .map(([, hash]) => hash);
  if (tips.length === 0) return [];
  return (await newCommits(git, tips, [...known, ...(head?.commit ? [head.commit] : [])])) ?? tips;
}

/** Newest first; null where they cannot be read or are too many. */
async function newCommits(git: GitReader, from: readonly string[], tips: readonly string[]): Promise<string[] | null> {
  const { ok, stdout } = await git.read(
    ['rev-list', '--topo-order', `--max-count=${maxCommits + 1}`, '--ignore-missing', '--stdin'],
    { input: [...from, ...tips.filter(isHash).map(each => `^${each}`)].join('\n') },
  );
  const hashes = stdout.toString('utf8').split('\n').filter(Boolean);
  return ok && hashes.length <= maxCommits ? hashes : null;
}

interface Made {
  hash: string;
  commit: Commit;
}

/** From the tip down, as far as the commits are new, the person's own, and unsigned; oldest first. */
async function choose(
  git: GitReader,
  person: Person,
  tip: string,
  fresh: readonly string[],
): Promise<{ chain: Made[]; left: string[] } | (Signing & { type: 'unsigned' })> {
  const pending = new Set(fresh);
  const chain: Made[] = [];
  for (let hash: string | undefined = tip; hash !== undefined && pending.has(hash); ) {
    const { ok, stdout } = await git.read(['cat-file', 'commit', hash], { maxBytes: maxCommitBytes });
    const commit = ok ? parseCommit(stdout) : null;
    const unsignedYet = [...chain.map(made => made.hash), hash];
    if (commit === null) return unsigned('git.unreadable', unsignedYet);
    if (commit.signed || commit.committer.email !== utf8AsLatin1(person.get('user.email') ?? '')) break;
    if (commit.parents.length > 1) return unsigned('git.mergeCommits', unsignedYet);
    if (commit.unusual) return unsigned('git.unusualCommit', unsignedYet);
    pending.delete(hash);
    chain.unshift({ hash, commit });
    [hash] = commit.parents;
  }
  return { chain, left: [...pending] };
}

async function sign(
  options: SigningOptions,
  person: Person,
  neutral: NeutralFolder,
  commit: Commit,
): Promise<{ to: string } | { because: UnsignedBecause; problem: string }> {
  const { git, signal } = options;
  const env = {
    ...person.env,
    GIT_DIR: neutral.path,
    GIT_OBJECT_DIRECTORY: join(neutral.path, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: alternates(join(git.repository.commonDir, 'objects')),
    ...ident('AUTHOR', commit.author),
    ...ident('COMMITTER', commit.committer),
  };
  const call = (args: string[], input?: Buffer) =>
    callGit(git.program, {
      args: ['-c', 'core.hooksPath=/dev/null', '-c', 'i18n.commitEncoding=UTF-8', ...args],
      env,
      cwd: neutral.path,
      timeoutMs: options.timeoutMs ?? 120_000,
      maxBytes: maxCommitBytes,
      ...(input === undefined ? {} : { input }),
      ...(signal === undefined ? {} : { signal }),
    });
  const parents = commit.parents.flatMap(parent => ['-p', parent]);
  const made = await call(['commit-tree', '-S', ...parents, commit.tree], Buffer.from(commit.message, 'latin1'));
  const to = made.stdout.toString('utf8').trim();
  if (!made.ok || !isHash(to)) return { because: 'git.signingFailed', problem: made.stderr.trim() || (made.cut ?? '') };
  const again = await call(['cat-file', 'commit', to]);
  const result = again.ok ? parseCommit(again.stdout) : null;
  if (result === null || !result.signed) return { because: 'git.signingFailed', problem: made.stderr.trim() };
  return isSameCommit(commit, result) ? { to } : { because: 'git.signingAltered', problem: '' };
}

function ident(role: 'AUTHOR' | 'COMMITTER', { name, email, date }: Commit['author']): Record<string, string> {
  const utf8 = (text: string) => Buffer.from(text, 'latin1').toString('utf8');
  return { [`GIT_${role}_NAME`]: utf8(name), [`GIT_${role}_EMAIL`]: utf8(email), [`GIT_${role}_DATE`]: date };
}

function utf8AsLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Copies one object from our folder into the repository's, without following a link there. */
async function store(neutral: string, commonDir: string, hash: string): Promise<boolean> {
  const place = join('objects', hash.slice(0, 2), hash.slice(2));
  const bytes = smallBytes(join(neutral, place), maxCommitBytes);
  if (bytes === null) return false;
  const folder = await openParent(join(commonDir, place)).catch(() => null);
  if (folder === null) return false;
  const temporary = `tmp_obj_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  let handle: FileHandle | null = null;
  try {
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    handle = await open(folder.at(temporary), O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0), 0o444);
    await handle.writeFile(bytes);
    await handle.sync();
    await folder.check();
    await rename(folder.at(temporary), folder.at(hash.slice(2)));
    return true;
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') await unlink(folder.at(temporary)).catch(() => undefined);
    return false;
  } finally {
    await handle?.close();
    await folder.close();
  }
}
