import type { Content, Disk, Replaced } from '../ports/disk.ts';
import type { RawPath } from '../protocol/checkpoint.ts';
import { asFailure, type Failure, failures, GatehouseError } from '../protocol/failure.ts';
import type { Contents } from './contents.ts';
import { foldersAbove, isBelow, shownPath } from './paths.ts';
import { hasBytes } from './standing.ts';
import type { PathPlan } from './structure.ts';

export interface ApplyDeps {
  disk: Disk;
  contents: Pick<Contents, 'read'>;
}

/** How to take one step back. */
interface Back {
  path: RawPath;
  undo: () => Promise<unknown>;
}

/**
 * Makes all of the changes, or none: where one fails, those before it are taken back, the last first. Rejects with
 * `restore.changed` where something no longer stands as it was planned, else with `restore.failed`, whose `rolledBack`
 * tells whether everything stands as before. Returns a way to take all of it back.
 */
export async function applyChanges(changes: readonly PathPlan[], deps: ApplyDeps): Promise<() => Promise<void>> {
  const done: Back[] = [];
  const paths = changes.map(({ path }) => path);
  const back = async (why: Failure): Promise<void> => {
    await takeBack(done, why);
    await deps.disk.sync(paths);
  };
  let at: RawPath | null = null;
  try {
    for (const step of stepsOf(changes, deps)) {
      at = step.path;
      await step.act(back => done.push(back));
    }
    await deps.disk.sync(paths);
  } catch (error) {
    await back(failureAt(at, error));
    throw new GatehouseError(failureAt(at, error), error);
  }
  return () => back(failures.restoreFailed({ path: '', problem: '', rolledBack: true }));
}

function failureAt(path: RawPath | null, error: unknown): Failure {
  const failure = asFailure(error);
  if (failure.code === 'restore.changed' || failure.code === 'restore.failed') return failure;
  const problem = failure.code === 'internal' ? String(failure.args['problem'] ?? '') : failure.code;
  return failures.restoreFailed({ path: path === null ? '' : shownPath(path), problem, rolledBack: true });
}

/** Rejects with `restore.failed` where a step cannot be taken back; the others are taken back all the same. */
async function takeBack(done: readonly Back[], why: Failure): Promise<void> {
  let stuck: { path: RawPath; error: unknown } | null = null;
  for (const { path, undo } of done.toReversed())
    try {
      await undo();
    } catch (error) {
      stuck ??= { path, error };
    }
  if (stuck === null) return;
  const problem = `${why.code}, ${asFailure(stuck.error).code}`;
  throw new GatehouseError(
    failures.restoreFailed({ path: shownPath(stuck.path), problem, rolledBack: false }),
    stuck.error,
  );
}

type Note = (back: Back) => void;

interface Step {
  path: RawPath;
  /** Notes how each thing is taken back as soon as it is done. */
  act(note: Note): Promise<void>;
}

/** First what has to go, the deepest first; then what comes; then the folders that may be empty, and those that are. */
function stepsOf(changes: readonly PathPlan[], deps: ApplyDeps): Step[] {
  const gone = changes.filter(({ from, to }) => hasBytes(from) && !hasBytes(to)).toReversed();
  // What cannot be taken back comes last.
  const written = changes.filter(({ to }) => hasBytes(to)).sort((a, b) => Number(isLost(a)) - Number(isLost(b)));
  const emptied = changes.filter(({ from, to }) => to === null && !hasBytes(from) && from !== null).toReversed();
  const folders = changes.filter(({ to }) => to?.type === 'folder');
  const kept = new Set([...folders, ...written].flatMap(({ path }) => [path, ...foldersAbove(path)]));
  const cleared = written.filter(({ from }) => from?.type === 'folder' || from?.type === 'occupied');
  const step = (path: RawPath, act: Step['act']): Step => ({ path, act });
  const above = ({ path }: PathPlan): Step =>
    step(path, note => removeFolders(foldersAbove(path).toReversed(), kept, deps, note));
  return [
    ...gone.map(change => step(change.path, note => removeFile(change, deps, note))),
    ...cleared.map(({ path }) => step(path, note => clearFolder(path, changes, deps, note))),
    ...written.map(change => step(change.path, note => write(change, deps, note))),
    ...folders.map(({ path }) =>
      step(path, async note => noteFolders(path, await deps.disk.makeFolder(path), deps, note)),
    ),
    ...emptied.map(({ path }) => step(path, note => removeFolders([path], kept, deps, note))),
    ...gone.filter(({ to }) => to === null).map(above),
    ...emptied.map(above),
  ];
}

const isLost = ({ lost }: PathPlan): boolean => lost === true;

async function removeFile({ path, from }: PathPlan, deps: ApplyDeps, note: Note): Promise<void> {
  if (!hasBytes(from)) return;
  // Read first: what could not be put back is not taken away.
  const bytes = await deps.contents.read(from.id);
  const { mode } = await deps.disk.remove(path, from);
  note({ path, undo: () => deps.disk.put(path, contentOf(from.type, bytes, mode), null) });
}

async function write(change: PathPlan, deps: ApplyDeps, note: Note): Promise<void> {
  const { path, from, to } = change;
  if (!hasBytes(to)) return;
  const spared = (error: unknown): null => {
    if (isLost(change)) return null;
    throw error;
  };
  const before = hasBytes(from) ? await deps.contents.read(from.id).catch(spared) : null;
  const bytes = await deps.contents.read(to.id);
  const found = from?.type === 'folder' || from?.type === 'occupied' ? null : from;
  const replaced = await deps.disk.put(path, { type: to.type, bytes }, found);
  const unheld = from?.type === 'special' || (hasBytes(from) && before === null);
  const failure = failures.restoreFailed({ path: shownPath(path), problem: 'unheld', rolledBack: false });
  const undo = unheld
    ? () => Promise.reject(new GatehouseError(failure))
    : before === null || !hasBytes(from)
      ? () => deps.disk.remove(path, to)
      : () => deps.disk.put(path, contentOf(from.type, before, replaced.mode), to);
  noteFolders(path, replaced, deps, note);
  note({ path, undo });
}

function contentOf(type: Content['type'], bytes: Uint8Array, mode: number | null): Content {
  return { type, bytes, ...(mode === null ? {} : { mode }) };
}

function noteFolders(path: RawPath, { folders }: Replaced, { disk }: ApplyDeps, note: Note): void {
  for (const folder of folders) note({ path, undo: () => disk.removeFolder(folder) });
}

/** Empties the folder that a file takes the place of: by now nothing but folders is in it. */
async function clearFolder(path: RawPath, changes: readonly PathPlan[], deps: ApplyDeps, note: Note): Promise<void> {
  const inner = new Set<RawPath>();
  for (const change of changes)
    if (isBelow(change.path, path))
      for (const folder of [...foldersAbove(change.path), change.path]) if (isBelow(folder, path)) inner.add(folder);
  return removeFolders([...inner].sort().toReversed().concat(path), new Set(), deps, note);
}

/** Removes those that are empty, in this order. */
async function removeFolders(
  folders: readonly RawPath[],
  kept: ReadonlySet<RawPath>,
  { disk }: ApplyDeps,
  note: Note,
): Promise<void> {
  for (const folder of folders) {
    if (kept.has(folder)) continue;
    const mode = await disk.removeFolder(folder);
    if (mode !== null) note({ path: folder, undo: () => disk.makeFolder(folder, mode) });
  }
}
