import type { Grant } from '../gate/grants.ts';
import { emptySummary, fold, type RunSummary } from '../journal/fold.ts';
import { workOf } from '../journal/work.ts';
import type { Doubter, DoubtVerdict } from '../ports/doubter.ts';
import type { Limits } from '../protocol/budget.ts';
import type { SnapshotRef } from '../protocol/checkpoint.ts';
import type { Mode, ModeSurface } from '../protocol/command.ts';
import type { EditEffect, Effect } from '../protocol/effect.ts';
import type { RunEvent } from '../protocol/event.ts';
import { failures } from '../protocol/failure.ts';
import { conductRun } from './conduct.ts';
import type { Stage } from './course.ts';
import { type DoubtDeps, finishCall } from './doubts.ts';
import { cutCall } from './limits/cutCall.ts';
import { settleHeld } from './limits/spendBook.ts';
import type { Ending, Resumed } from './loop.ts';
import { maskAnswer } from './masking.ts';
import { openProcesses } from './resumePoint.ts';
import { resumedNote } from './resumeWords.ts';
import type { Run } from './run.ts';
import type { RunDeps } from './runDeps.ts';
import { endingOf, openScreen, screenWords } from './screening.ts';
import { sayOnResume } from './work/ask.ts';
import { planningOf, waitsWithPlan } from './work/plan.ts';

export interface ResumeOptions {
  version: string;
  /** All that the journal holds, which was verified. */
  earlier: readonly RunEvent[];
  /** Bytes of a torn last record that were cut off. */
  cutBytes: number;
  /** Raised by the person; what is left out stays as it was. */
  limits?: Limits;
  /** SHA-256 over the policy's sources as they are now. */
  policyDigest: string;
  /** Those that are still in force. */
  grants: readonly Grant[];
  /** What the person wants it to go on in, and where they said so; default: as it was. */
  mode?: { mode: Mode; by: ModeSurface };
  /** What the person says before it goes on: the answer to what the agent asked, or about the plan that it waits with. */
  words?: string;
  /** They accept the plan that it waits with, and none that comes later. */
  acceptPlan?: boolean;
  doubter: Doubter;
  /** Decides on an effect in doubt in the person's place. */
  onDoubt?: DoubtVerdict;
  /** Removes what a killed write of the effect left beside its file. */
  clean(effect: EditEffect): Promise<void>;
  /** Removes what the sandbox of a killed command left in the workspace; `before` is the state before the command. */
  sweep(before: SnapshotRef): Promise<void>;
  /** Takes back what a killed restore had done. To be called before anything else is looked at. */
  mend?(stage: Pick<Stage, 'recorder'>): Promise<void>;
}

/** Goes on with a run where it was cut off or had ended, and returns at once. `deps.journal` goes on after `earlier`. */
export function resumeRun(deps: RunDeps, options: ResumeOptions): Run {
  const { earlier } = options;
  const before = earlier.reduce(fold, emptySummary);
  const limits = { ...before.limits, ...options.limits };
  const was = before.mode ?? 'plan';
  const { mode, by } = options.mode ?? { mode: was, by: 'terminal' };
  return conductRun(deps, {
    mode,
    model: before.model,
    limits,
    planning: planningOf(earlier),
    ...(options.acceptPlan === true && waitsWithPlan(earlier) ? { acceptNow: workOf(earlier).number } : {}),
    ...(options.words !== undefined && waitsWithPlan(earlier) ? { aboutPlan: options.words } : {}),
    earlier,
    grants: options.grants,
    async begin(stage) {
      const { recorder } = stage;
      await relearn(deps, stage);
      await recorder.append({
        kind: 'run.resumed',
        gatehouse: options.version,
        cutBytes: options.cutBytes,
        ...(options.limits === undefined ? {} : { limits }),
        policyDigest: options.policyDigest,
      });
      if (mode !== was) await recorder.append({ kind: 'mode.changed', mode, by });
      const cut = cutCall(earlier, before.held, stage.session.messages, before.model, deps.prices ?? {});
      if (cut !== null) await recorder.append(cut);
      await settleHeld(recorder, cut === null ? before.held : before.held.filter(({ by }) => by !== 'agent'));
      await options.mend?.(stage);
      const processes = openProcesses(earlier);
      for (const process of processes.keys())
        await recorder.append({ kind: 'process.ended', process, exitCode: null, survivors: [] });
      // Only the time at work counts.
      const startedAt = deps.clock.now() - before.activeMs;
      const screening = { recorder, masker: deps.masker, ...(deps.confirmer ? { confirmer: deps.confirmer } : {}) };
      const open = openScreen(earlier);
      const ending = open === null ? null : await endingOf(open, screening, stage.signal);
      if (ending !== null) return { startedAt, ending };
      if (options.words !== undefined) {
        const said = await endingOf(await screenWords(options.words, 'later', screening), screening, stage.signal);
        if (said !== null) return { startedAt, ending: said };
        if (!waitsWithPlan(earlier)) await sayOnResume(options.words, stage);
      }
      return {
        startedAt,
        resumed: whatIsLeft(stage, deps, options, noteFor(before, [...processes.values()])),
      };
    },
  });
}

/** A run that was done goes on as a conversation: nothing was cut off. */
function noteFor({ status }: RunSummary, processes: readonly string[]): string | null {
  return status === 'done' ? null : resumedNote(processes);
}

function whatIsLeft(stage: Stage, deps: RunDeps, options: ResumeOptions, note: string | null): Resumed {
  const { recorder, call } = stage;
  const doubts: DoubtDeps = {
    call,
    recorder,
    workspace: deps.workspace,
    doubter: options.doubter,
    ...(options.onDoubt === undefined ? {} : { onDoubt: options.onDoubt }),
    clean: effect => options.clean(effect),
    sweep: before => options.sweep(before),
  };
  return {
    note,
    async finish(block, signal): Promise<'done' | 'halt' | Ending> {
      const finish = await finishCall(block, doubts, signal);
      switch (finish.type) {
        case 'done':
        case 'halt':
          return finish.type;
        case 'stop':
          return { type: 'stopped' };
        case 'undecided':
          return {
            type: 'waiting',
            failure: failures.runUndecided({ run: deps.id, effect: subjectOf(finish.value) }),
          };
      }
    },
  };
}

/**
 * The masker begins with nothing but its key: what the model wrote itself, and the secrets of the files that it was shown,
 * are told to it again, so that placeholders of before mean what they meant. Of a file that is gone nothing is known.
 */
async function relearn(deps: RunDeps, { recorder }: Stage): Promise<void> {
  const shown = new Set<string>();
  for (const event of recorder.events()) {
    if (event.kind === 'model.answered') maskAnswer(event.content, deps.masker);
    if (event.kind === 'effect.done' && (event.outcome.kind === 'read' || event.outcome.kind === 'edit'))
      shown.add(event.outcome.path);
  }
  for (const path of shown) {
    const look = await deps.workspace.look(path).catch(() => null);
    if (look === null) continue;
    const whole = new TextDecoder().decode(look.bytes);
    const part = { text: whole, from: 1, to: 1, totalLines: 1, cutLines: 0 };
    await deps.learn({ kind: 'read', path }, { kind: 'read', path, file: look.ref, whole, ...part }, path);
  }
}

/** What an effect is about, in one line. */
function subjectOf(value: Effect): string {
  switch (value.kind) {
    case 'exec':
    case 'push':
      return value.command.replaceAll(/\s*\n\s*/g, '; ');
    case 'edit':
    case 'read':
      return value.path;
    case 'fetch':
      return value.url;
    case 'restore':
      return `checkpoint ${value.checkpoint}`;
    case 'search':
      return value.pattern;
    case 'diagnostics':
      return value.path ?? '';
  }
}
