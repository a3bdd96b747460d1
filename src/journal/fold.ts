import { addUsage, noUsage, type Usage } from '../protocol/budget.ts';
import type { Mode } from '../protocol/command.ts';
import type { RunEvent, RunStatus } from '../protocol/event.ts';
import type { Failure } from '../protocol/failure.ts';

/** What a run came to, so far. Times are Unix ms, durations ms. */
export interface RunSummary {
  run: string;
  workspace: string;
  prompt: string;
  mode: Mode | null;
  model: string;
  scripted: boolean;
  startedAt: number;
  /** Of the last event. */
  lastAt: number;
  /** null while the run has not ended, or goes on again. */
  status: RunStatus | null;
  exitCode: number | null;
  failure: Failure | null;
  /** Turns begun. */
  turns: number;
  usage: Usage;
  /** US dollars; null as soon as one call has no known price. */
  usd: number | null;
  /** Paths as the edits had them, in the order of their first change. */
  filesChanged: readonly string[];
  asks: number;
  denials: number;
  /** Calls that were answered, those that never became an effect included. */
  toolCalls: number;
  modelMs: number;
  effectMs: number;
}

export const emptySummary: RunSummary = {
  run: '',
  workspace: '',
  prompt: '',
  mode: null,
  model: '',
  scripted: false,
  startedAt: 0,
  lastAt: 0,
  status: null,
  exitCode: null,
  failure: null,
  turns: 0,
  usage: noUsage,
  usd: 0,
  filesChanged: [],
  asks: 0,
  denials: 0,
  toolCalls: 0,
  modelMs: 0,
  effectMs: 0,
};

/** The summary after one more event; neither argument is changed. */
export function fold(summary: RunSummary, event: RunEvent): RunSummary {
  return { ...summary, ...change(summary, event), lastAt: event.at };
}

function change(summary: RunSummary, event: RunEvent): Partial<RunSummary> {
  switch (event.kind) {
    case 'run.started': {
      const { run, workspace, prompt, mode, model, scripted } = event;
      return { run, workspace, prompt, mode, model, scripted, startedAt: event.at };
    }
    case 'run.resumed':
      return { status: null, exitCode: null, failure: null };
    case 'turn.started':
      return { turns: summary.turns + 1 };
    case 'model.answered':
      return { ...spent(summary, event), modelMs: summary.modelMs + event.durationMs };
    case 'model.failed':
    case 'model.retrying':
      return spent(summary, event);
    case 'effect.decided':
      return event.decision.verdict === 'deny' ? { denials: summary.denials + 1 } : {};
    case 'question.asked':
      return { asks: summary.asks + 1 };
    case 'effect.done':
      return { effectMs: summary.effectMs + event.durationMs, filesChanged: changed(summary.filesChanged, event) };
    case 'effect.failed':
      return { effectMs: summary.effectMs + event.durationMs };
    case 'tool.answered':
      return { toolCalls: summary.toolCalls + 1 };
    case 'run.ended':
      return { status: event.status, exitCode: event.exitCode, failure: event.failure };
    case 'person.said':
    case 'context.added':
    case 'effect.proposed':
    case 'effect.assessed':
    case 'effect.violated':
    case 'question.answered':
    case 'effect.intended':
    case 'process.ended':
    case 'limit.reached':
    case 'stop.requested':
      return {};
  }
}

/** A price that is not told of tokens that were used makes the sum unknown. */
function spent(
  { usage, usd }: RunSummary,
  call: { usage?: Usage | null | undefined; usd?: number | null | undefined },
): Pick<RunSummary, 'usage' | 'usd'> {
  if (call.usage === undefined || call.usage === null) return { usage, usd };
  const price = call.usd ?? null;
  return { usage: addUsage(usage, call.usage), usd: usd === null || price === null ? null : usd + price };
}

function changed(files: readonly string[], event: Extract<RunEvent, { kind: 'effect.done' }>): readonly string[] {
  if (event.outcome.kind !== 'edit' || files.includes(event.outcome.path)) return files;
  return [...files, event.outcome.path];
}
