import { isAbsolute, join, relative, sep } from 'node:path';
import { type FileVersion, lineOrigin } from '../checkpoints/lineOrigin.ts';
import { shownPath } from '../checkpoints/paths.ts';
import { decodeText } from '../effects/text.ts';
import { createBlobs } from '../journal/blobs.ts';
import { runIds } from '../journal/find.ts';
import { foldersOf } from '../journal/findHere.ts';
import type { Home } from '../journal/home.ts';
import { readJournal } from '../journal/read.ts';
import { createEffects } from '../journal/report/effects.ts';
import { type Purpose, purposesOf } from '../journal/report/reasons.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Snapshots } from '../ports/checkpoints.ts';
import type { Held, PathChange, SnapshotRef } from '../protocol/checkpoint.ts';
import type { Decision } from '../protocol/decision.ts';
import type { BlobRef, Effect } from '../protocol/effect.ts';
import type { RunEvent } from '../protocol/event.ts';
import { openSnapshotsOf } from './restoring.ts';

export interface WhySetup {
  home: Home;
  env: NodeJS.ProcessEnv;
  version: string;
  /** The file's real path, and its text as it stands. */
  file: string;
  text: string;
  /** From 1. */
  line: number;
}

/** What is known of the origin of a line. */
export type Why =
  | ({ type: 'written' } & WrittenBy)
  /** Something else wrote it after a run had changed the file, the last of which was this. */
  | { type: 'since'; run: string; at: number }
  /** It stood there before any run that is known changed the file; or no run has. */
  | { type: 'before'; runs: number }
  /** What would be needed to tell is not kept any more. */
  | { type: 'gone' };

export interface WrittenBy {
  run: string;
  /** The first line of what the person had asked for. */
  asked: string;
  at: number;
  effect: string;
  tool: string;
  value: Effect;
  /** Who or what let it happen; null where the journal does not tell. */
  decision: Decision | null;
  purpose: Purpose | null;
  /** The checkpoint that it made; the one before it is without the line. */
  checkpoint: number;
  /** The command that takes the file back to before it. */
  undo: string;
}

/** One change of the file by one run. */
interface Change {
  run: string;
  events: readonly RunEvent[];
  at: number;
  /** null for a restore. */
  effect: string | null;
  checkpoint: number;
}

/** Which run, step and effect a line comes from, and who let it happen. Only looks; journals that are refused are passed over. */
export async function whyLine(setup: WhySetup): Promise<Why> {
  const { home, file, text, line } = setup;
  const versions: FileVersion<Change>[] = [];
  const runs = new Set<string>();
  let gaps = false;
  for (const run of await runIds(home)) {
    const folders = await foldersOf(home, run);
    const way = folders === null ? null : below(folders.original ?? folders.workspace, file);
    if (way === null) continue;
    const events = await readJournal(home, run).then(
      read => read.events,
      () => [],
    );
    const found = await versionsOf({ ...setup, run, events, way });
    gaps ||= found.gaps;
    for (const version of found.versions) {
      versions.push(version);
      runs.add(run);
    }
  }
  versions.sort((a, b) => a.of.at - b.of.at);
  const origin = lineOrigin(text, line, versions);
  if (origin.type === 'written') return written(origin.of, below(rootOf(origin.of), file) ?? file, origin.of);
  if (gaps) return { type: 'gone' };
  return origin.type === 'since'
    ? { type: 'since', run: origin.of.run, at: origin.of.at }
    : { type: 'before', runs: runs.size };
}

function rootOf({ events }: Change): string {
  const started = events.find(event => event.kind === 'run.started');
  return started?.isolation?.original ?? started?.workspace ?? '';
}

/** With `/`; null where the file does not lie there. */
function below(folder: string, file: string): string | null {
  const way = relative(folder, file);
  return way === '' || way.startsWith('..') || isAbsolute(way) ? null : way.split(sep).join('/');
}

interface OneRun extends WhySetup {
  run: string;
  events: readonly RunEvent[];
  /** The file's path in the run's workspace, with `/`. */
  way: string;
}

async function versionsOf(setup: OneRun): Promise<{ versions: FileVersion<Change>[]; gaps: boolean }> {
  const { home, run, events, way } = setup;
  const workspace = events.find(event => event.kind === 'run.started')?.workspace ?? '';
  const path = join(workspace, way);
  const blobs = createBlobs(home);
  const edits = new Map<string, Extract<Effect, { kind: 'edit' }>>();
  const versions: FileVersion<Change>[] = [];
  let gaps = false;
  const opened: Promise<Snapshots | null>[] = [];
  /** Opened when the first state is looked at: a run that only edited needs none. */
  const snapshots = (): Promise<Snapshots | null> => {
    const [known] = opened;
    if (known !== undefined) return known;
    const opening = openSnapshotsOf({ ...setup, run: `${run} why` }, events, { gone: true }).then(
      each => each.snapshots,
      () => null,
    );
    opened.push(opening);
    return opening;
  };
  const add = async (of: Change, restore: boolean, texts: () => Promise<Texts | null>): Promise<void> => {
    const found = await texts().catch(() => undefined);
    if (found === undefined) gaps = true;
    else if (found !== null) versions.push({ of, restore, ...found });
  };
  const between = async (before: SnapshotRef, after: SnapshotRef): Promise<Texts | null> => {
    const held = await snapshots();
    if (held === null) throw new Error('no states are kept');
    const change = (await held.changes(before, after)).find(each => shownPath(each.path) === way);
    if (change === undefined) return null;
    return { before: await textAt(change.before, held, path), after: await textAt(change.after, held, path) };
  };
  for (const event of events) {
    const { at } = event;
    if (event.kind === 'effect.proposed' && event.value.kind === 'edit') edits.set(event.effect, event.value);
    else if (event.kind === 'restore.done') {
      const { checkpoint, before, after } = event;
      await add({ run, events, at, effect: null, checkpoint }, true, () => between(before, after));
    } else if (event.kind === 'checkpoint.made') {
      const { effect, checkpoint, before, after, paths } = event;
      const of: Change = { run, events, at, effect, checkpoint };
      const edit = edits.get(effect);
      if (before !== null && after !== null) {
        // More files than are named may have changed.
        if (paths === undefined || paths.includes(way) || paths.length < event.files)
          await add(of, false, () => between(before, after));
      } else if (edit?.path === path)
        await add(of, false, async () => ({
          before: await textOf(edit.base, blobs, path),
          after: await textOf(edit.next, blobs, path),
        }));
    }
  }
  for (const each of opened) await (await each)?.close();
  return { versions, gaps };
}

interface Texts {
  before: string | null;
  after: string | null;
}

async function textAt(side: PathChange['before'], snapshots: Snapshots, path: string): Promise<string | null> {
  const held: Held | null = side === null || side.type === 'special' ? null : side;
  if (held === null || held.type === 'folder' || held.type === 'link') return null;
  return decoded(path, await snapshots.read(held.id));
}

async function textOf(ref: BlobRef | null, blobs: Pick<Blobs, 'get'>, path: string): Promise<string | null> {
  return ref === null ? null : decoded(path, await blobs.get(ref));
}

/** null for what is no text. */
function decoded(path: string, bytes: Uint8Array): string | null {
  try {
    return decodeText(path, bytes).text;
  } catch {
    return null;
  }
}

function written({ run, events, at, checkpoint }: Change, way: string, { effect }: Change): Why {
  const effects = createEffects();
  for (const event of events) effects.add(event);
  const found = effects.all().find(each => each.effect === effect);
  const prompt = events.find(event => event.kind === 'run.started')?.prompt ?? '';
  if (found === undefined || effect === null) return { type: 'gone' };
  return {
    type: 'written',
    run,
    asked: prompt.split('\n').find(each => each.trim() !== '') ?? '',
    at,
    effect,
    tool: found.tool,
    value: found.value,
    decision: found.decisions.at(-1) ?? null,
    purpose: purposesOf(events).get(effect) ?? null,
    checkpoint,
    undo: `gatehouse undo ${run} --to ${checkpoint - 1} --path ${shellWord(way)}`,
  };
}

function shellWord(text: string): string {
  return /^[\w./@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
