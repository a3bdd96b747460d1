import type { Doubter, DoubtVerdict } from '../ports/doubter.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { SnapshotRef } from '../protocol/checkpoint.ts';
import type { EditEffect, Effect, RestoreEffect } from '../protocol/effect.ts';
import type { EventOf, OutcomeRecord } from '../protocol/event.ts';
import type { ToolUseBlock } from '../protocol/message.ts';
import { presentOutcome } from '../tools/table.ts';
import { answerCall, type CallDeps, performCall, withCheckpoint } from './call.ts';
import type { Recorder } from './recorder.ts';
import { type CutEffect, pointOf } from './resumePoint.ts';
import { lostResult, skippedResult } from './resumeWords.ts';
import { withRevision } from './revisionWords.ts';

export interface DoubtDeps {
  call: CallDeps;
  recorder: Recorder;
  workspace: Workspace;
  doubter: Doubter;
  /** Decides in the person's place. */
  onDoubt?: DoubtVerdict;
  /** Removes what a killed write of the effect left beside its file. */
  clean(effect: EditEffect): Promise<void>;
  /** Removes what the sandbox of a killed command left in the workspace; `before` is the state before the command. */
  sweep(before: SnapshotRef): Promise<void>;
}

/** `undecided`: a person has to say what becomes of the effect, and nobody did. */
export type Finish = { type: 'done' | 'halt' | 'stop' } | { type: 'undecided'; value: Effect };

type Doubted = EventOf<'effect.doubted'>;

/**
 * Goes on with a call that was cut off, from the point that is written down. What was begun and may have been done is not
 * done again unless what is on disk shows that it was not, or the person says so.
 */
export async function finishCall(block: ToolUseBlock, deps: DoubtDeps, signal: AbortSignal): Promise<Finish> {
  const point = pointOf(block.id, deps.recorder.events());
  const again = async (): Promise<Finish> => ({ type: await performCall(block, deps.call, signal) });
  switch (point.type) {
    case 'fresh':
      return again();
    case 'skipped':
      return answered(block, skippedResult(point.changed), deps, true);
    case 'ended':
      if (isLook(point.cut.value)) return again();
      return ended(block, point.cut, point.end, deps);
    case 'doubt': {
      const { cut } = point;
      if (isLook(cut.value) || cut.readOnly) {
        await doubted(cut, 'undone', 'evidence', [], deps);
        return again();
      }
      if (cut.value.kind === 'restore') {
        const end = restoreEnd(cut, deps);
        if (end === 'open') return decided(block, cut, deps, signal, again);
        if (end !== 'none') return restoreDone(block, cut, cut.value, end, deps);
        await doubted(cut, 'undone', 'evidence', [], deps);
        return again();
      }
      const found = cut.value.kind === 'edit' ? await evidence(cut.value, deps) : 'neither';
      if (cut.value.kind === 'edit' && found !== 'neither') {
        await doubted(cut, found, 'evidence', found === 'done' ? [shown(cut.value.path, deps)] : [], deps);
        if (found === 'undone') return again();
        return editDone(block, cut, cut.value, deps);
      }
      return decided(block, cut, deps, signal, again);
    }
  }
}

/** What only looks is done again: it changes nothing, and its answer is better than that it was lost. */
function isLook(value: Effect): boolean {
  return value.kind === 'read' || value.kind === 'search' || value.kind === 'diagnostics';
}

async function ended(
  block: ToolUseBlock,
  cut: CutEffect,
  end: EventOf<'effect.done'> | EventOf<'effect.failed'>,
  deps: DoubtDeps,
): Promise<Finish> {
  const broken = cut.value.kind === 'restore' && end.kind === 'effect.failed';
  if ((cut.value.kind === 'exec' || broken) && !cut.checkpointed) await deps.call.holding.cutOff(cut);
  if (end.kind === 'effect.failed')
    return answered(block, numbered(deps.call.sayFailure(end.failure), cut, deps), deps, true);
  const { outcome } = end;
  if (outcome.kind === 'edit') {
    if (!cut.checkpointed) await deps.call.holding.after(cut.effect, cut.value, outcome);
    return answered(block, numbered(toldEdit(block, outcome, cut), cut, deps), deps);
  }
  if (outcome.kind === 'restore')
    return answered(block, withCheckpoint(told(block, outcome), outcome.checkpoint), deps);
  return answered(block, numbered([lostResult(outcome), ...triedIn(cut)].join(' '), cut, deps), deps);
}

function told({ name, input }: ToolUseBlock, outcome: Extract<OutcomeRecord, { kind: 'edit' | 'restore' }>): string {
  return presentOutcome(name, input, outcome) ?? lostResult(outcome);
}

function toldEdit(
  block: ToolUseBlock,
  outcome: Extract<OutcomeRecord, { kind: 'edit' }>,
  { revised }: CutEffect,
): string {
  const text = told(block, outcome);
  return revised === null ? text : withRevision(text, revised);
}

/** With the number of the checkpoint that the effect made, where it made one. */
function numbered(text: string, { effect }: CutEffect, { recorder }: DoubtDeps): string {
  const made = recorder.events().findLast(event => event.kind === 'checkpoint.made' && event.effect === effect);
  return withCheckpoint(text, made?.kind === 'checkpoint.made' ? made.checkpoint : null);
}

function triedIn({ violations }: CutEffect): string[] {
  const tried = violations.flatMap(each =>
    each.type === 'host' ? [`${each.host}:${each.port}`] : each.type === 'write' ? [each.path] : [],
  );
  return tried.length === 0 ? [] : [`It was refused what it tried beyond its permit: ${tried.join(', ')}.`];
}

/** The file says how far an edit came: it is replaced in one step. */
async function evidence(value: EditEffect, deps: DoubtDeps): Promise<'done' | 'undone' | 'neither'> {
  await deps.clean(value);
  const look = await deps.workspace.look(value.path).catch(() => 'unreadable' as const);
  if (look === 'unreadable') return 'neither';
  if (look?.ref.sha256 === value.next.sha256) return 'done';
  return (look?.ref.sha256 ?? null) === (value.base?.sha256 ?? null) ? 'undone' : 'neither';
}

async function editDone(block: ToolUseBlock, cut: CutEffect, value: EditEffect, deps: DoubtDeps): Promise<Finish> {
  const outcome = { kind: 'edit' as const, path: value.path, file: value.next };
  await deps.recorder.append({ kind: 'effect.done', effect: cut.effect, outcome, durationMs: 0 });
  if (!cut.checkpointed) await deps.call.holding.after(cut.effect, value, outcome);
  return answered(block, numbered(toldEdit(block, outcome, cut), cut, deps), deps);
}

/** How a restore that was begun ended, by what is written down of it; what a crash had left of it was taken back. */
function restoreEnd({ effect }: CutEffect, { recorder }: DoubtDeps): EventOf<'restore.done'> | 'open' | 'none' {
  const events = recorder.events();
  const since = events.findLastIndex(event => event.kind === 'effect.intended' && event.effect === effect);
  const begun = events.slice(since).find(event => event.kind === 'restore.intended' && event.by === 'agent');
  if (begun?.kind !== 'restore.intended') return 'none';
  for (const event of events)
    if ((event.kind === 'restore.done' || event.kind === 'restore.failed') && event.restore === begun.restore)
      return event.kind === 'restore.done' ? event : 'none';
  return 'open';
}

async function restoreDone(
  block: ToolUseBlock,
  cut: CutEffect,
  value: RestoreEffect,
  { checkpoint, files, conflicts }: EventOf<'restore.done'>,
  deps: DoubtDeps,
): Promise<Finish> {
  const outcome = { kind: 'restore' as const, checkpoint, files, conflicts };
  const changed = value.files.map(({ path }) => shown(path, deps));
  await doubted(cut, 'done', 'evidence', changed, deps);
  await deps.recorder.append({ kind: 'effect.done', effect: cut.effect, outcome, durationMs: 0 });
  return answered(block, withCheckpoint(told(block, outcome), checkpoint), deps);
}

/** The person sees what really changed and decides; nothing is changed before. */
async function decided(
  block: ToolUseBlock,
  cut: CutEffect,
  deps: DoubtDeps,
  signal: AbortSignal,
  again: () => Promise<Finish>,
): Promise<Finish> {
  const { effect, value } = cut;
  if (value.kind === 'exec' && cut.before !== null) await deps.sweep(cut.before);
  const changed = value.kind === 'edit' ? [shown(value.path, deps)] : await deps.call.holding.cutOff(cut);
  const asked = deps.onDoubt ?? (await deps.doubter.decide({ effect, value, changed }, signal).catch(() => null));
  if (signal.aborted) return { type: 'stop' };
  if (asked === null) return { type: 'undecided', value };
  await doubted(cut, asked, deps.onDoubt === undefined ? 'person' : 'option', changed ?? [], deps);
  switch (asked) {
    case 'redo':
      return again();
    case 'skip':
      return answered(block, skippedResult(changed), deps, true);
    case 'stop':
      return { type: 'stop' };
  }
}

async function doubted(
  { effect }: CutEffect,
  verdict: Doubted['verdict'],
  by: Doubted['by'],
  changed: readonly string[],
  { recorder }: DoubtDeps,
): Promise<void> {
  await recorder.append({ kind: 'effect.doubted', effect, verdict, by, changed: [...changed] });
}

async function answered(block: ToolUseBlock, text: string, { call }: DoubtDeps, isError = false): Promise<Finish> {
  await answerCall(block, text, isError, call);
  return { type: 'done' };
}

function shown(path: string, { workspace }: DoubtDeps): string {
  return path.startsWith(`${workspace.root}/`) ? path.slice(workspace.root.length + 1) : path;
}
