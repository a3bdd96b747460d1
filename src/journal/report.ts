import type { Tier } from '../protocol/assessment.ts';
import type { Answer } from '../protocol/command.ts';
import type { ProfileName, Violation } from '../protocol/containment.ts';
import type { Decision } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import type { EventOf, OutcomeRecord, RestoredBy, RunEvent, Survivor } from '../protocol/event.ts';
import type { Failure } from '../protocol/failure.ts';
import type { Isolation, IsolationEnd } from '../protocol/isolation.ts';
import { isText } from '../protocol/message.ts';
import { emptySummary, fold, type RunSummary } from './fold.ts';

/** One proposed effect and all that became of it. */
export interface ReportedEffect {
  effect: string;
  tool: string;
  value: Effect;
  /** In the order they were taken; the last one holds. */
  decisions: Decision[];
  /** What a person answered, where one was asked. */
  answer: Answer | null;
  /** `inDoubt`: it was begun and nothing says that it ended. */
  state: 'proposed' | 'decided' | 'inDoubt' | 'done' | 'failed';
  outcome: OutcomeRecord | null;
  failure: Failure | null;
  durationMs: number | null;
  /** How bad it was by itself, and the sandbox profile that held it, where it is a command. */
  tier: Tier | null;
  profile: ProfileName | null;
  /** What it tried beyond its permit. */
  violations: Violation[];
}

/** What a run was asked, did and cost, as data; `gatehouse report --format json` prints this. */
export interface Report {
  summary: RunSummary;
  gatehouse: string;
  /** The person's words, the prompt first. */
  asked: { at: number; text: string }[];
  effects: ReportedEffect[];
  /** Edits that were made, by path in the order of first change. */
  changes: { path: string; edits: { effect: string; patch: string; added: number; removed: number }[] }[];
  /** The last text that the model wrote. */
  lastWords: string;
  limits: { limit: string; used: number; allowed: number }[];
  stops: string[];
  resumed: number;
  survivors: Survivor[];
  /** Where it worked in a worktree of its own: the branch, and what became of it. null: in the workspace itself. */
  isolation: ReportedIsolation | null;
  /** The states that the workspace can be taken back to, and how it was, in order. */
  checkpoints: ReportedCheckpoint[];
}

/** `effect` made a checkpoint; or the workspace was taken `to` one, which makes another; or that was tried and taken back. */
export type ReportedCheckpoint = { at: number } & (
  | { type: 'made'; checkpoint: number; effect: string; files: number }
  | {
      type: 'restored';
      checkpoint: number;
      to: number;
      whole: boolean;
      by: RestoredBy;
      files: number;
      conflicts: readonly string[];
    }
  | { type: 'failed'; failure: Failure }
  | { type: 'rewound'; to: number }
);

export interface ReportedIsolation extends Isolation {
  /** The commits that were made of its changes, oldest first; not those that the agent made itself. */
  commits: string[];
  ended: IsolationEnd | null;
  /** The branch that it was merged into. */
  into: string | null;
}

export function buildReport(events: readonly RunEvent[]): Report {
  let summary = emptySummary;
  const effects = new Map<string, ReportedEffect>();
  const report: Report = {
    summary,
    gatehouse: '',
    asked: [],
    effects: [],
    changes: [],
    lastWords: '',
    limits: [],
    stops: [],
    resumed: 0,
    survivors: [],
    isolation: null,
    checkpoints: [],
  };
  for (const event of events) {
    summary = fold(summary, event);
    addToReport(report, event);
    report.checkpoints.push(...checkpointOf(event));
    if ('effect' in event && event.kind !== 'snapshot.taken' && event.kind !== 'result.flagged')
      addToEffects(effects, event);
  }
  report.summary = summary;
  report.effects = [...effects.values()];
  report.changes = changesOf(report.effects);
  return report;
}

function addToReport(report: Report, event: RunEvent): void {
  if (event.kind === 'run.started') {
    report.gatehouse = event.gatehouse;
    if (event.isolation !== undefined) report.isolation = { ...event.isolation, commits: [], ended: null, into: null };
    report.asked.push({ at: event.at, text: event.prompt });
  } else if (event.kind === 'run.resumed') report.resumed++;
  else if (event.kind === 'person.said') report.asked.push({ at: event.at, text: event.text });
  else if (event.kind === 'model.answered') {
    const text = event.content.flatMap(block => (isText(block) ? [block.text] : [])).join('\n');
    if (text.trim() !== '') report.lastWords = text;
  } else if (event.kind === 'limit.reached')
    report.limits.push({ limit: event.limit, used: event.used, allowed: event.allowed });
  else if (event.kind === 'isolation.committed') report.isolation?.commits.push(event.commit);
  else if (event.kind === 'isolation.ended' && report.isolation !== null)
    Object.assign(report.isolation, { ended: event.how, into: event.into });
  else if (event.kind === 'stop.requested') report.stops.push(event.by);
  else if (event.kind === 'run.ended') report.survivors = event.survivors;
}

function checkpointOf(event: RunEvent): ReportedCheckpoint[] {
  const { at } = event;
  if (event.kind === 'checkpoint.made')
    return [{ at, type: 'made', checkpoint: event.checkpoint, effect: event.effect, files: event.files }];
  if (event.kind === 'restore.done') {
    const { checkpoint, to, whole, by, files, conflicts } = event;
    return [{ at, type: 'restored', checkpoint, to, whole, by, files, conflicts }];
  }
  if (event.kind === 'restore.failed') return [{ at, type: 'failed', failure: event.failure }];
  if (event.kind === 'conversation.rewound') return [{ at, type: 'rewound', to: event.checkpoint }];
  return [];
}

type EffectEvent = Extract<RunEvent, { effect: string }>;

function addToEffects(effects: Map<string, ReportedEffect>, event: EffectEvent): void {
  if (event.kind === 'effect.proposed') effects.set(event.effect, newEffect(event));
  const found = effects.get(event.effect);
  if (found === undefined) return;
  switch (event.kind) {
    case 'effect.proposed':
    case 'question.asked':
      return;
    case 'effect.assessed':
      found.tier = event.assessment.tier;
      found.profile = event.assessment.parts.length > 0 ? event.terms.profile : null;
      return;
    case 'effect.violated':
      found.violations.push(...event.violations);
      return;
    case 'effect.decided':
      found.decisions.push(event.decision);
      found.state = 'decided';
      return;
    case 'question.answered':
      found.answer = event.answer;
      return;
    case 'effect.intended':
      found.state = 'inDoubt';
      return;
    case 'effect.done':
      Object.assign(found, { state: 'done', outcome: event.outcome, durationMs: event.durationMs });
      return;
    case 'effect.failed':
      Object.assign(found, { state: 'failed', failure: event.failure, durationMs: event.durationMs });
      return;
    case 'checkpoint.made':
    case 'effect.doubted':
    case 'effect.reviewed':
    case 'denial.lifted':
    case 'denial.used':
    case 'grant.given':
      return;
  }
}

function newEffect(event: EventOf<'effect.proposed'>): ReportedEffect {
  return {
    effect: event.effect,
    tool: event.tool,
    value: event.value,
    decisions: [],
    answer: null,
    state: 'proposed',
    outcome: null,
    failure: null,
    durationMs: null,
    tier: null,
    profile: null,
    violations: [],
  };
}

function changesOf(effects: readonly ReportedEffect[]): Report['changes'] {
  const byPath = new Map<string, Report['changes'][number]>();
  for (const { effect, value, state } of effects) {
    if (value.kind !== 'edit' || state !== 'done') continue;
    const change = byPath.get(value.path) ?? { path: value.path, edits: [] };
    change.edits.push({ effect, patch: value.patch, added: value.added, removed: value.removed });
    byPath.set(value.path, change);
  }
  return [...byPath.values()];
}
