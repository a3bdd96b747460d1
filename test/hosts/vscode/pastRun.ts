import assert from 'node:assert/strict';
import { buildTimeline } from '../../../src/checkpoints/timeline.ts';
import type { PastRun } from '../../../src/hosts/vscode/past.ts';
import { figuresOf } from '../../../src/journal/stats.ts';
import type { EventBody, RunEvent } from '../../../src/protocol/event.ts';
import { createScript, digest, edit, started } from '../../webview/events.ts';

const ref = { manifest: { sha256: digest, bytes: 10 }, files: 3, notHeld: 0 };

/** A run with as many edits as asked for, and what came after them. */
export function eventsWith(edits: number, more: readonly EventBody[] = []): RunEvent[] {
  const { event } = createScript();
  const bodies: EventBody[] = [started];
  for (let number = 1; number <= edits; number++) {
    const effect = `e${number}`;
    bodies.push(
      { kind: 'turn.started', turn: number },
      { kind: 'effect.proposed', effect, call: `c${number}`, tool: 'Edit', value: edit, digest },
      { kind: 'checkpoint.made', checkpoint: number, effect, before: null, after: null, files: 1 },
    );
  }
  return [...bodies, ...more].map(body => event(body)).flatMap(told => (told.type === 'event' ? [told.event] : []));
}

export function restored(checkpoint: number, to: number, whole = true): EventBody {
  const about = { restore: `r${checkpoint}`, checkpoint, to, whole, files: 1, conflicts: [] };
  return { kind: 'restore.done', by: 'person', before: ref, after: ref, ...about };
}

export function pastRun(events: readonly RunEvent[], more: Partial<PastRun> = {}): PastRun {
  const begun = events.find(event => event.kind === 'run.started');
  return {
    run: begun?.run ?? '',
    title: 'The tests fail',
    folder: folderAt('/project'),
    root: begun?.workspace ?? '',
    startedAt: begun?.at ?? 0,
    status: 'done',
    timeline: buildTimeline(events),
    figures: figuresOf(events) ?? assert.fail('no run.started'),
    goesOn: false,
    live: false,
    newer: false,
    isolation: null,
    isolationEnd: null,
    ...more,
  };
}

/** As much of a folder of the editor as is looked at. */
export function folderAt(path: string): PastRun['folder'] {
  return { uri: { fsPath: path }, name: path.slice(1), index: 0 } as PastRun['folder'];
}
