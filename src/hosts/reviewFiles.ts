import { join } from 'node:path';
import { changesOf, type Transition } from '../checkpoints/operations.ts';
import { shownPath } from '../checkpoints/paths.ts';
import type { Operation } from '../checkpoints/timeline.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { GitId } from '../protocol/checkpoint.ts';
import type { BlobRef } from '../protocol/effect.ts';
import type { EventOf } from '../protocol/event.ts';
import { rebased } from '../tools/changes.ts';
import type { OpenRestoring } from './restoring.ts';

/** A text file that a run changed. Each text is to the byte, byte order mark included; null: no such file. */
export interface ReviewFile {
  /** Absolute. */
  path: string;
  /** Before the run. */
  before: string | null;
  /** With what the person has seen since: what they allowed, kept, or restored. What differs from this is to be looked at. */
  baseline: string | null;
  /** As the run left it. */
  after: string | null;
}

type Looking = Pick<OpenRestoring, 'timeline' | 'events' | 'contents' | 'snapshots' | 'root'>;

/** The text files that a run changed and that are changed still, in the order of their first change. */
export async function reviewFiles(restoring: Looking, blobs: Pick<Blobs, 'get'>): Promise<ReviewFile[]> {
  const line = restoring.timeline();
  const done = line.ownWay(0).flatMap(({ operation, direction }) => (direction === 'back' ? [operation] : []));
  const reviewed = restoring.events().filter(event => event.kind === 'change.reviewed');
  const allowed = new Set(
    restoring
      .events()
      .flatMap(event => (event.kind === 'question.answered' && event.answer.verdict === 'allow' ? [event.effect] : [])),
  );
  const steps = [...done, ...reviewed].toSorted((a, b) => a.seq - b.seq);
  const files = new Map<string, ReviewFile | null>();
  for (const step of steps) {
    if ('kind' in step) await settle(step, files, blobs);
    else
      for (const change of await changesIn(step, restoring))
        await take(change, isSeen(step, allowed), files, restoring);
  }
  return [...files.values()].filter(file => file !== null).filter(({ before, after }) => before !== after);
}

/** Whether the person saw what the operation does before it was done. */
function isSeen({ by }: Operation, allowed: ReadonlySet<string>): boolean {
  if (by.type === 'restore') return by.who === 'person';
  return by.value.kind === 'edit' && allowed.has(by.effect);
}

async function changesIn({ source }: Operation, restoring: Looking): Promise<Transition[]> {
  return source === null ? [] : changesOf(source, restoring);
}

async function take(
  { path: raw, from, to }: Transition,
  seen: boolean,
  files: Map<string, ReviewFile | null>,
  restoring: Looking,
): Promise<void> {
  const path = join(restoring.root, shownPath(raw));
  const known = files.get(path);
  if (known === null) return;
  const [before, after] = [await textOf(from, restoring), await textOf(to, restoring)];
  // What is no text cannot be looked at line by line.
  if (before === undefined || after === undefined) return void files.set(path, null);
  const file = known ?? { path, before, baseline: before, after };
  files.set(path, { ...file, after, baseline: seen ? together(file.baseline, before, after) : file.baseline });
}

/** What was seen becomes part of the baseline; where it touches what was not, both are looked at as one. */
function together(baseline: string | null, before: string | null, after: string | null): string | null {
  if (baseline === before) return after;
  if (baseline === null || before === null || after === null) return baseline;
  return rebased(before, after, baseline) ?? baseline;
}

async function settle(
  event: EventOf<'change.reviewed'>,
  files: Map<string, ReviewFile | null>,
  blobs: Pick<Blobs, 'get'>,
): Promise<void> {
  const file = files.get(event.path);
  if (file === null || file === undefined) return;
  const baseline = await blobText(event.baseline, blobs);
  if (baseline !== undefined) files.set(event.path, { ...file, baseline });
}

async function blobText(ref: BlobRef | null, blobs: Pick<Blobs, 'get'>): Promise<string | null | undefined> {
  if (ref === null) return null;
  const bytes = await blobs.get(ref).catch(() => null);
  return bytes === null ? undefined : decode(bytes);
}

/** undefined for what is no text, or is not kept any more. */
async function textOf(side: Transition['from'], { contents }: Looking): Promise<string | null | undefined> {
  if (side === null || side.type === 'folder') return null;
  if (side.type !== 'file' && side.type !== 'executable') return undefined;
  const id: GitId = side.id;
  const bytes = await contents.read(id).catch(() => null);
  return bytes === null ? undefined : decode(bytes);
}

function decode(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, 8_000).includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
