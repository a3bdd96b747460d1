import { join } from 'node:path';
import { addUsage, type CallOf, type Limits, noUsage, type Usage } from '../protocol/budget.ts';
import type { CapReason, Mode } from '../protocol/command.ts';
import type { EventOf, RunEvent, RunStatus } from '../protocol/event.ts';
import type { Failure } from '../protocol/failure.ts';

export interface Hold {
  hold: string;
  by: CallOf;
  usage: Usage;
  /** US dollars; null where the price of the model is not known. */
  usd: number | null;
}

/** What a run came to, so far. Times are Unix ms, durations ms. */
export interface RunSummary {
  run: string;
  workspace: string;
  prompt: string;
  /** As the person chose it last. */
  mode: Mode | null;
  /** Why it is not in Auto whatever they chose; null where nothing keeps it from that. */
  cap: CapReason | null;
  model: string;
  scripted: boolean;
  limits: Limits;
  startedAt: number;
  /** Of the last event; what a person undoes after the run's end does not count. */
  lastAt: number;
  /** null while the run has not ended, or goes on again. */
  status: RunStatus | null;
  exitCode: number | null;
  failure: Failure | null;
  /** Turns that the model was asked for. */
  turns: number;
  usage: Usage;
  /** US dollars; null as soon as one call has no known price. */
  usd: number | null;
  /** Calls of models that are under way, with the most that each can take; after a crash, those that nobody knows the end of. */
  held: readonly Hold[];
  /** Absolute paths, in the order of their first change: what edits and commands changed, ignored files left out. */
  filesChanged: readonly string[];
  /** That edits and commands added or removed, those that were taken back later included. */
  linesChanged: number;
  /** The edit that was proposed last. */
  editing: { effect: string; lines: number } | null;
  /** The last checkpoint's number; 0 is the start. */
  checkpoints: number;
  asks: number;
  denials: number;
  /** Calls that were answered, those that never became an effect included. */
  toolCalls: number;
  modelMs: number;
  effectMs: number;
  /** Processor time of commands, as far as the system tells. */
  cpuMs: number;
  /** How long it was at work: from its start, and from each time it was resumed, to the last event before the next. */
  activeMs: number;
}

export const emptySummary: RunSummary = {
  run: '',
  workspace: '',
  prompt: '',
  mode: null,
  cap: null,
  model: '',
  scripted: false,
  limits: {},
  startedAt: 0,
  lastAt: 0,
  status: null,
  exitCode: null,
  failure: null,
  turns: 0,
  usage: noUsage,
  usd: 0,
  held: [],
  filesChanged: [],
  linesChanged: 0,
  editing: null,
  checkpoints: 0,
  asks: 0,
  denials: 0,
  toolCalls: 0,
  modelMs: 0,
  effectMs: 0,
  cpuMs: 0,
  activeMs: 0,
};

/** The summary after one more event; neither argument is changed. */
export function fold(summary: RunSummary, event: RunEvent): RunSummary {
  const activeMs = summary.activeMs + (afterPause(event) ? 0 : Math.max(0, event.at - summary.lastAt));
  const afterword = isBetween(event) || (summary.status !== null && mayComeAfter(event));
  return {
    ...summary,
    ...change(summary, event),
    ...(afterword ? {} : { lastAt: event.at, activeMs }),
  };
}

/** Whether nobody knows how long the run has rested before the event. */
function afterPause(event: RunEvent): boolean {
  if ('by' in event && event.by === 'agent') return false;
  return event.kind === 'run.started' || event.kind === 'run.resumed' || isUndo(event) || isBetween(event);
}

/** Whether it was written while nothing of the run was going on, perhaps long after a crash. */
function isBetween(event: RunEvent): boolean {
  return event.kind === 'isolation.ended' || ('between' in event && event.between === true);
}

/** Earlier versions did not mark what came after a run's end. */
function mayComeAfter(event: RunEvent): boolean {
  return isUndo(event) || event.kind === 'grant.revoked' || event.kind === 'finding.waived';
}

/** What a person may do to a run that is not going on. */
function isUndo({ kind }: RunEvent): boolean {
  return (
    kind === 'restore.intended' ||
    kind === 'restore.done' ||
    kind === 'restore.failed' ||
    kind === 'conversation.rewound' ||
    kind === 'change.reviewed'
  );
}

function change(summary: RunSummary, event: RunEvent): Partial<RunSummary> {
  switch (event.kind) {
    case 'run.started': {
      const { run, workspace, prompt, mode, model, scripted, limits } = event;
      return { run, workspace, prompt, mode, model, scripted, limits, startedAt: event.at };
    }
    case 'run.resumed':
      return { status: null, exitCode: null, failure: null, limits: event.limits ?? summary.limits };
    case 'limit.raised':
      return { limits: { ...summary.limits, [event.limit]: event.to } };
    case 'mode.changed':
      return { mode: event.mode };
    case 'mode.capped':
      return { cap: event.reason };
    case 'turn.started':
      return { turns: summary.turns + 1 };
    case 'model.held': {
      const { hold, by, usage, usd } = event;
      return { held: [...summary.held, { hold, by, usage, usd }] };
    }
    case 'model.settled':
      return { ...spent(summary, event), held: summary.held.filter(({ hold }) => hold !== event.hold) };
    case 'model.answered':
      return { ...spent(summary, event), ...agentTold(summary), modelMs: summary.modelMs + event.durationMs };
    case 'model.failed':
      // A limit stood before the call.
      if (event.failure.code === 'run.limitReached') return { ...agentTold(summary), turns: summary.turns - 1 };
      return { ...spent(summary, event), ...agentTold(summary) };
    case 'model.retrying':
      return { ...spent(summary, event), ...agentTold(summary) };
    case 'effect.reviewed':
    case 'review.finished':
      return event.settled === true ? {} : spent(summary, event);
    case 'compaction.failed':
      return { ...spent(summary, event), ...agentTold(summary) };
    case 'context.compacted': {
      const modelMs = summary.modelMs + (event.durationMs ?? 0);
      return { ...spent(summary, event), ...agentTold(summary), modelMs };
    }
    case 'effect.proposed':
      return { editing: editingOf(event) };
    case 'effect.decided':
      return event.decision.verdict === 'deny' ? { denials: summary.denials + 1 } : {};
    case 'question.asked':
    case 'denials.asked':
    case 'plan.asked':
    case 'person.asked':
      return { asks: summary.asks + 1 };
    case 'effect.done':
      return {
        effectMs: summary.effectMs + event.durationMs,
        cpuMs: summary.cpuMs + (event.outcome.kind === 'exec' ? (event.outcome.cpuMs ?? 0) : 0),
        filesChanged: changed(summary.filesChanged, event),
        ...(event.outcome.kind === 'edit' && summary.editing?.effect === event.effect
          ? { linesChanged: summary.linesChanged + summary.editing.lines, editing: null }
          : {}),
      };
    case 'effect.failed':
      return { effectMs: summary.effectMs + event.durationMs };
    case 'tool.answered':
      return { toolCalls: summary.toolCalls + 1 };
    case 'checkpoint.made':
      return {
        checkpoints: event.checkpoint,
        linesChanged: summary.linesChanged + (event.lines === undefined ? 0 : event.lines.added + event.lines.removed),
        filesChanged: withPaths(
          summary.filesChanged,
          (event.paths ?? []).map(path => join(summary.workspace, path)),
        ),
      };
    case 'restore.done':
      return { checkpoints: event.checkpoint };
    case 'run.ended':
      return {
        status: event.status,
        exitCode: event.exitCode,
        failure: event.failure,
        cpuMs: summary.cpuMs + (event.cpuMs ?? 0),
      };
    case 'result.flagged':
    case 'prompt.screened':
    case 'prompt.confirmed':
    case 'wishes.read':
    case 'person.said':
    case 'context.added':
    case 'compaction.asked':
    case 'effect.assessed':
    case 'effect.violated':
    case 'question.answered':
    case 'denials.answered':
    case 'denial.lifted':
    case 'denial.used':
    case 'change.reviewed':
    case 'instructions.read':
    case 'instructions.kept':
    case 'policy.ruleKept':
    case 'effect.intended':
    case 'process.ended':
    case 'snapshot.taken':
    case 'restore.intended':
    case 'restore.failed':
    case 'conversation.rewound':
    case 'effect.doubted':
    case 'grant.given':
    case 'grant.revoked':
    case 'person.away':
    case 'isolation.prepared':
    case 'isolation.committed':
    case 'isolation.commitFailed':
    case 'isolation.ended':
    case 'acceptance.checked':
    case 'limit.warned':
    case 'agent.begun':
    case 'plan.submitted':
    case 'plan.edited':
    case 'plan.changesAsked':
    case 'plan.rejected':
    case 'plan.accepted':
    case 'tests.checked':
    case 'tests.fell':
    case 'step.completed':
    case 'person.answered':
    case 'review.started':
    case 'review.held':
    case 'finding.fixed':
    case 'finding.waived':
    case 'limit.reached':
    case 'rule.nudged':
    case 'rule.stopped':
    case 'stop.requested':
      return {};
  }
}

/** Their calls come one after the other. */
function agentTold({ held }: RunSummary): Pick<RunSummary, 'held'> {
  return { held: held.filter(({ by }) => by !== 'agent') };
}

/** What a run may have cost that goes on nowhere: calls that nobody knows the end of count as all that they could take. */
export function spentAtMost(summary: RunSummary): Pick<RunSummary, 'usage' | 'usd'> {
  return summary.held.reduce<Pick<RunSummary, 'usage' | 'usd'>>((sum, hold) => spent(sum, hold), summary);
}

/** A price that is not told of tokens that were used makes the sum unknown. */
function spent(
  { usage, usd }: Pick<RunSummary, 'usage' | 'usd'>,
  call: { usage?: Usage | null | undefined; usd?: number | null | undefined },
): Pick<RunSummary, 'usage' | 'usd'> {
  if (call.usage === undefined || call.usage === null) return { usage, usd };
  const price = call.usd ?? null;
  return { usage: addUsage(usage, call.usage), usd: usd === null || price === null ? null : usd + price };
}

function editingOf({ effect, value }: EventOf<'effect.proposed'>): RunSummary['editing'] {
  return value.kind === 'edit' ? { effect, lines: value.added + value.removed } : null;
}

function changed(files: readonly string[], event: Extract<RunEvent, { kind: 'effect.done' }>): readonly string[] {
  return event.outcome.kind === 'edit' ? withPaths(files, [event.outcome.path]) : files;
}

function withPaths(files: readonly string[], paths: readonly string[]): readonly string[] {
  const known = new Set(files);
  const more = paths.filter(path => !known.has(path));
  return more.length === 0 ? files : [...files, ...more];
}
