import type { Ending } from '../../../src/agent/loop.ts';
import type { Recorder } from '../../../src/agent/recorder.ts';
import { createEndReview, type EndReviewDeps } from '../../../src/agent/reviewer/atEnd.ts';
import { type DiffFile, diffFile } from '../../../src/agent/reviewer/diff.ts';
import { createJudge } from '../../../src/policy/decide.ts';
import type { Rule } from '../../../src/policy/rule.ts';
import type { Snapshots } from '../../../src/ports/checkpoints.ts';
import type { Model, ModelRequest } from '../../../src/ports/model.ts';
import { type PathChange, RawPath } from '../../../src/protocol/checkpoint.ts';
import type { EventBody, RunEvent } from '../../../src/protocol/event.ts';
import { handClock, memoryJournal, stillSnapshots } from '../../support/fakes.ts';

export const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 };

export const file = (path: string, before: string | null, after: string | null): DiffFile =>
  diffFile(path, before, after);

export const judge = (...rules: Rule[]) => createJudge({ rules, trustedHosts: [] }, '/w');

export const say = (code: string): string => `About ${code}.`;

/** A model that answers each call as it is told, and keeps what it was asked. */
export function reportingModel(answer: (text: string, call: number) => unknown): Model & { asked: ModelRequest[] } {
  const asked: ModelRequest[] = [];
  return {
    asked,
    async respond(request) {
      asked.push(request);
      const [block] = request.messages[0]?.content ?? [];
      const input = answer(block?.type === 'text' ? String(block.text) : '', asked.length);
      const content =
        typeof input === 'string'
          ? [{ type: 'text' as const, text: input }]
          : [{ type: 'tool_use' as const, id: 'x', name: 'ReportFindings', input }];
      return { content, stopReason: 'tool_use', model: 'm', usage, usd: 0.5, requestBytes: 1, repeatedBytes: 0 };
    },
  };
}

export const noMasker = { mask: (text: string) => ({ text, count: 0 }) };

/** A workspace whose files a test may change, as snapshots see it: `before` is how it was when the run began. */
export function world(before: Record<string, string>) {
  const now: Record<string, string> = { ...before };
  const ids = new Map<string, string>();
  const hash = (text: string): string => {
    const id = ids.size.toString(16).padStart(40, '0');
    const known = [...ids].find(([, each]) => each === text)?.[0];
    if (known === undefined) ids.set(id, text);
    return known ?? id;
  };
  const held = (text: string | undefined): PathChange['before'] =>
    text === undefined ? null : { type: 'file', id: hash(text) };
  const snapshots: Snapshots = {
    ...stillSnapshots(),
    changes: async () =>
      [...new Set([...Object.keys(before), ...Object.keys(now)])]
        .sort()
        .filter(path => before[path] !== now[path])
        .map(path => ({ path: RawPath.parse(path), before: held(before[path]), after: held(now[path]) })),
    read: async id => new TextEncoder().encode(ids.get(id) ?? ''),
  };
  return { now, snapshots };
}

export interface Stage {
  check(): Promise<'end' | 'goOn' | Ending>;
  events: readonly RunEvent[];
  append(body: EventBody): Promise<RunEvent>;
  kinds(): string[];
  stop(): void;
}

/** An end of a run with this reviewer. `paths` are those that the run changed. */
export async function stageOf(
  { model, snapshots, paths }: { model: Model | null; snapshots: Snapshots; paths: string[] },
  more: Partial<EndReviewDeps> = {},
): Promise<Stage> {
  const review = createEndReview({
    mode: 'block',
    snapshots,
    root: '/w',
    home: '/home/me',
    policy: judge(),
    ask: null,
    hear: async () => true,
    sentence: say,
    reviewer: { model, modelName: 'm', clock: handClock(), masker: noMasker },
    ...more,
  });
  const journal = memoryJournal();
  const append = async (body: EventBody): Promise<RunEvent> => {
    const event = await journal.append(body);
    review.apply(event);
    return event;
  };
  const recorder: Recorder = {
    append,
    emit: () => undefined,
    observe: () => () => undefined,
    events: () => journal.events,
  };
  const ref = { manifest: { sha256: '0'.repeat(64), bytes: 0 }, files: 0, notHeld: 0 };
  await append({ kind: 'snapshot.taken', snapshot: ref, phase: 'start', effect: null, durationMs: 0 });
  await append({
    kind: 'checkpoint.made',
    checkpoint: 1,
    effect: 'e1',
    before: ref,
    after: ref,
    files: paths.length,
    paths,
  });
  const stop = new AbortController();
  return {
    check: () => review.check(recorder, stop.signal),
    events: journal.events,
    append,
    kinds: () => journal.events.slice(2).map(({ kind }) => kind),
    stop: () => stop.abort(),
  };
}
