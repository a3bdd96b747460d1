import type { Snapshots } from '../ports/checkpoints.ts';
import type { Held, PathChange, RawPath, Unheld } from '../protocol/checkpoint.ts';
import type { EditEffect } from '../protocol/effect.ts';
import type { Contents } from './contents.ts';
import { foldersAbove, rawBelow } from './paths.ts';
import type { ChangeSource, Move } from './timeline.ts';

/** One path's step from what should stand there to what is to stand there. */
export interface Transition {
  path: RawPath;
  from: Held | Unheld | null;
  to: Held | Unheld | null;
  /** An edit of a file that was there: it says nothing of the execute bit, which stays as it stands. */
  contentOnly: boolean;
}

export interface OperationDeps {
  snapshots: Pick<Snapshots, 'changes' | 'manifest'>;
  contents: Contents;
  /** The workspace's real path. */
  root: string;
}

/** The paths that one operation changed, in its own direction. An edit outside the workspace, or in a `.git`, has none. */
export async function changesOf(source: ChangeSource, deps: OperationDeps): Promise<Transition[]> {
  if (source.type === 'snapshots') {
    const changes: PathChange[] = await deps.snapshots.changes(source.before, source.after);
    return changes.map(({ path, before, after }) => ({ path, from: before, to: after, contentOnly: false }));
  }
  const { edit } = source;
  const path = rawBelow(deps.root, edit.path);
  if (path === null) return [];
  const to: Held = { type: 'file', id: await deps.contents.learn(edit.next) };
  if (edit.base !== null) {
    const from: Held = { type: 'file', id: await deps.contents.learn(edit.base) };
    return [{ path, from, to, contentOnly: true }];
  }
  const filled = await filledFolders(path, source, deps);
  const folders = filled.map(each => ({
    path: each,
    from: { type: 'folder' } as const,
    to: null,
    contentOnly: false,
  }));
  return [...folders, { path, from: null, to, contentOnly: false }];
}

/** The folders that were held as empty until this new file came. */
async function filledFolders(
  path: RawPath,
  { snapshot, since }: { snapshot: Extract<ChangeSource, { type: 'edit' }>['snapshot']; since: readonly EditEffect[] },
  { snapshots, root }: OperationDeps,
): Promise<RawPath[]> {
  if (snapshot === null) return [];
  const empty = new Set((await snapshots.manifest(snapshot)).emptyFolders);
  for (const edit of since) {
    const other = rawBelow(root, edit.path);
    if (other !== null) for (const folder of foldersAbove(other)) empty.delete(folder);
  }
  return foldersAbove(path).filter(folder => empty.has(folder));
}

/** So many operations are looked up beside each other. */
const atOnce = 4;

/** Each path's steps along the way, in order. */
export async function transitionsAlong(way: readonly Move[], deps: OperationDeps): Promise<Map<RawPath, Transition[]>> {
  const byPath = new Map<RawPath, Transition[]>();
  for (let at = 0; at < way.length; at += atOnce) {
    const moves = way.slice(at, at + atOnce);
    const changes = await Promise.all(
      moves.map(async ({ operation: { source } }) => (source === null ? [] : changesOf(source, deps))),
    );
    for (const [index, { direction }] of moves.entries())
      for (const change of changes[index] ?? []) {
        const step = direction === 'forth' ? change : { ...change, from: change.to, to: change.from };
        const steps = byPath.get(change.path);
        if (steps === undefined) byPath.set(change.path, [step]);
        else steps.push(step);
      }
  }
  return byPath;
}
