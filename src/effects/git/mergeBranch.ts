import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { changesIn, filtersOf, pathList } from './changes.ts';
import type { GitReader } from './neutral.ts';
import { changeRef, isHash, readHead, readRef } from './refs.ts';
import { signCommit } from './signing.ts';
import { commitTree, whoOf } from './stepCommit.ts';
import { fields, type GitWriter, openWriter } from './writer.ts';

export interface MergeOptions {
  /** Of the person's own worktree. */
  git: GitReader;
  scratch: string;
  /** Short. */
  branch: string;
}

/**
 * What a merge of the branch into the one that is checked out would do. Paths are for people. `nothing`: it is in there
 * already. `forward`: the branch only has to be taken over.
 */
export type MergePlan =
  | { type: 'nothing' }
  | { type: 'conflicts'; files: string[] }
  | { type: 'forward' | 'merge'; changed: string[]; overlap: string[] };

export interface Merged {
  /** Where the person's branch now is. */
  commit: string;
  /** Its short name. */
  into: string;
  changed: string[];
  /** Files that were written as git holds them, since only the person's own git runs their filter (LFS). */
  unfiltered: string[];
  signing: 'none' | 'signed' | 'failed';
}

/** Looks only: what it has to compute stays outside the repository. Rejects with `isolation.notMergeable`. */
export async function planMerge(options: MergeOptions): Promise<MergePlan> {
  const { git, scratch } = options;
  const copy = join(git.repository.gitDir, 'index');
  const writer = await openWriter(git, { scratch, workTree: git.repository.top, index: { copy }, objects: 'own' });
  try {
    const found = await prepare(options, writer);
    if ('plan' in found) return found.plan;
    const { type, changed } = found;
    return { type, changed: changed.map(utf8), overlap: (await overlapOf(options, writer, found)).files.map(utf8) };
  } finally {
    await writer.close();
  }
}

/**
 * Merges the branch into the one that is checked out, files included; uncommitted changes elsewhere stay as they are.
 * No hook is run. It may be repeated after it was cut off at any point. Rejects with `isolation.conflicts`,
 * `isolation.overlap`, `isolation.notMergeable` or `isolation.failed`; then neither branch nor files have changed.
 */
export async function mergeBranch(options: MergeOptions): Promise<Merged> {
  const { git, scratch, branch } = options;
  const { top, gitDir } = git.repository;
  const writer = await openWriter(git, { scratch, workTree: top, index: join(gitDir, 'index') });
  try {
    const found = await prepare(options, writer);
    const into = found.ref.replace(/^refs\/heads\//, '');
    if ('plan' in found) {
      if (found.plan.type === 'nothing')
        return { commit: found.ours, into, changed: [], unfiltered: [], signing: 'none' };
      throw conflicts(branch, 'files' in found.plan ? found.plan.files : []);
    }
    const overlap = await overlapOf(options, writer, found);
    const [first] = overlap.files;
    if (first !== undefined)
      throw new GatehouseError(failures.isolationOverlap({ files: overlap.files.length, first: utf8(first) }));
    if (lstatSync(join(gitDir, 'index.lock'), { throwIfNoEntry: false }) !== undefined)
      throw unmergeable('locked', branch);
    const made = await commitOf(options, writer, found);
    // What a merge that was cut off has written already.
    if (overlap.there.length > 0) await writer.must(stage, { input: pathList(overlap.there) });
    await writer.must(['read-tree', '-m', '-u', found.ours, made.commit]);
    const why = `merge ${branch}: ${found.type === 'forward' ? 'Fast-forward' : 'Merge made by Gatehouse'}`;
    const change = { ref: found.ref, from: found.ours, to: made.commit, why, who: whoOf(git.person) };
    if (!(await changeRef(git.repository, change))) {
      await writer.call(['read-tree', '-m', '-u', made.commit, found.ours]);
      throw unmergeable('locked', branch);
    }
    const unfiltered = [...(await filtersOf(git, writer, found.changed)).keys()].map(utf8);
    return { ...made, into, changed: found.changed.map(utf8), unfiltered };
  } finally {
    await writer.close();
  }
}

const stage = ['update-index', '--add', '--remove', '--replace', '-z', '--stdin'];

interface Found {
  type: 'forward' | 'merge';
  ref: string;
  ours: string;
  theirs: string;
  tree: string;
  /** latin1, as all paths here. */
  changed: string[];
}

async function prepare(
  { git, branch }: MergeOptions,
  writer: GitWriter,
): Promise<Found | { plan: MergePlan; ref: string; ours: string }> {
  const { repository } = git;
  const head = readHead(repository);
  if (head === null || head.ref === null || head.commit === null) throw unmergeable('detached', branch);
  const { ref, commit: ours } = head;
  const theirs = readRef(repository, `refs/heads/${branch}`);
  if (theirs === null) throw unmergeable('branchGone', branch);
  if (pending.some(name => lstatSync(join(repository.gitDir, name), { throwIfNoEntry: false }) !== undefined))
    throw unmergeable('inProgress', branch);
  if (/^(true|yes|on|1)$/i.test((await git.settings()).get('core.sparsecheckout')?.at(-1) ?? ''))
    throw unmergeable('sparse', branch);
  await writer.setHead(ours);
  const isIn = async (one: string, other: string) =>
    (await writer.call(['merge-base', '--is-ancestor', one, other])).ok;
  if (ours === theirs || (await isIn(theirs, ours))) return { plan: { type: 'nothing' }, ref, ours };
  const type = (await isIn(ours, theirs)) ? 'forward' : 'merge';
  const tree = type === 'forward' ? `${theirs}^{tree}` : await mergedTree(writer, branch, ours, theirs);
  if (typeof tree !== 'string') return { plan: { type: 'conflicts', files: tree.conflicts }, ref, ours };
  const diff = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', ours, tree];
  return { type, ref, ours, theirs, tree, changed: fields(await writer.must(diff)) };
}

/** Of work that goes on in the person's worktree. */
const pending = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'rebase-merge', 'rebase-apply', 'sequencer'];

async function mergedTree(
  writer: GitWriter,
  branch: string,
  ours: string,
  theirs: string,
): Promise<string | { conflicts: string[] }> {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs];
  const { ok, stdout } = await writer.call(args);
  const [tree = '', ...files] = fields(stdout.toString('latin1'));
  // A git that does not know the option prints how it is used, and nothing else.
  if (!isHash(tree.trim())) throw unmergeable('oldGit', branch);
  return ok ? tree.trim() : { conflicts: [...new Set(files)].map(utf8) };
}

async function commitOf(
  { git, scratch, branch }: MergeOptions,
  writer: GitWriter,
  { type, ours, theirs, tree }: Found,
): Promise<Pick<Merged, 'commit' | 'signing'>> {
  if (type === 'forward') return { commit: theirs, signing: 'none' };
  const commit = await commitTree(writer, git, { tree, parents: [ours, theirs], message: `Merge branch '${branch}'` });
  const signed = await signCommit(commit, { git, scratch });
  if (signed === null) return { commit, signing: 'none' };
  return typeof signed === 'string' ? { commit: signed, signing: 'signed' } : { commit, signing: 'failed' };
}

/**
 * Of what would change, what the person has changed and not committed. `there` is no part of it: it is as it would be,
 * left by a merge that was cut off.
 */
async function overlapOf(
  { git, scratch }: MergeOptions,
  writer: GitWriter,
  { changed, ours, tree }: Found,
): Promise<{ files: string[]; there: string[] }> {
  const { top, gitDir } = git.repository;
  const targets = new Set(changed);
  const touched = new Set(changed.flatMap(path => [path, ...above(path)]));
  const dirty = [
    ...(await changesIn(writer)).map(({ path }) => path.replace(/\/$/, '')),
    ...(await changedUnseen(gitDir, top, { git, scratch }, writer)),
  ];
  const near = dirty.filter(path => touched.has(path) || above(path).some(folder => targets.has(folder)));
  // What git ignores stands in the way of a new file all the same.
  const added = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--diff-filter=A', ours, tree];
  const ignored = fields(await writer.must(added)).filter(
    path => !near.includes(path) && stands(`${utf8ToLatin1(top)}/${path}`),
  );
  const files = [...near, ...ignored];
  const staged = files.filter(path => targets.has(path));
  if (staged.length === 0) return { files, there: [] };
  const copy = join(gitDir, 'index');
  const trial = await openWriter(git, { scratch, workTree: top, index: { copy }, objects: 'own' });
  try {
    await trial.call(stage, { input: pathList(staged) });
    const differ = new Set(
      fields(await trial.must(['diff-index', '--cached', '-z', '--name-only', '--no-renames', tree])),
    );
    const there = staged.filter(path => !differ.has(path));
    return { files: files.filter(path => !there.includes(path)), there };
  } finally {
    await trial.close();
  }
}

/** What has changed of the files that git was told not to look at (`assume-unchanged`, `skip-worktree`). */
async function changedUnseen(
  gitDir: string,
  top: string,
  { git, scratch }: Pick<MergeOptions, 'git' | 'scratch'>,
  writer: GitWriter,
): Promise<string[]> {
  const unseen = fields(await writer.must(['ls-files', '-v', '-z'])).filter(entry => /^[a-zS] /.test(entry));
  if (unseen.length === 0) return [];
  const input = pathList(unseen.map(entry => entry.slice(2)));
  const trial = await openWriter(git, {
    scratch,
    workTree: top,
    index: { copy: join(gitDir, 'index') },
    objects: 'own',
  });
  try {
    // Each option is for a call of its own: of two, git heeds the last.
    for (const look of ['--no-assume-unchanged', '--no-skip-worktree'])
      await trial.must(['update-index', look, '-z', '--stdin'], { input });
    await trial.call(['update-index', '-q', '--refresh']);
    const changed = new Set(fields(await trial.must(['diff-files', '-z', '--name-only', '--no-renames'])));
    return unseen.map(entry => entry.slice(2)).filter(path => changed.has(path));
  } finally {
    await trial.close();
  }
}

/** Given as latin1. A file where a folder would have to be is none of its own. */
function stands(path: string): boolean {
  try {
    return lstatSync(Buffer.from(path, 'latin1'), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** The folders that a path lies in. */
function above(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

function utf8(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

function utf8ToLatin1(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1');
}

function conflicts(branch: string, files: readonly string[]): GatehouseError {
  return new GatehouseError(failures.isolationConflicts({ branch, files: files.length, first: files[0] ?? '' }));
}

function unmergeable(why: Parameters<typeof failures.isolationNotMergeable>[0]['why'], branch: string): GatehouseError {
  return new GatehouseError(failures.isolationNotMergeable({ why, branch }));
}
