import type { Tier } from '../../protocol/assessment.ts';
import type { Answer } from '../../protocol/command.ts';
import type { ProfileName, Violation } from '../../protocol/containment.ts';
import type { Decision } from '../../protocol/decision.ts';
import type { Effect, Revised } from '../../protocol/effect.ts';
import type { EventOf, OutcomeRecord, RunEvent } from '../../protocol/event.ts';
import type { Failure } from '../../protocol/failure.ts';
import type { Purpose } from './reasons.ts';

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
  /** Who or what made another edit of it than was proposed. */
  revised: Revised['by'];
}

/** Edits that were made to one file, in order. */
export interface ReportedChange {
  path: string;
  edits: { effect: string; patch: string; added: number; removed: number; purpose: Purpose | null }[];
}

/** The effects of a run, told event by event. */
export function createEffects(): { add(event: RunEvent): void; all(): ReportedEffect[] } {
  const effects = new Map<string, ReportedEffect>();
  return {
    add(event) {
      if ('effect' in event && event.kind !== 'snapshot.taken' && event.kind !== 'result.flagged')
        addToEffects(effects, event);
    },
    all: () => [...effects.values()],
  };
}

type EffectEvent = Extract<RunEvent, { effect: string }>;

function addToEffects(effects: Map<string, ReportedEffect>, event: EffectEvent): void {
  const before = effects.get(event.effect);
  if (event.kind === 'effect.proposed' && (event.revised === undefined || before === undefined))
    effects.set(event.effect, newEffect(event));
  const found = effects.get(event.effect);
  if (found === undefined) return;
  switch (event.kind) {
    case 'effect.proposed':
      found.value = event.value;
      found.revised = event.revised?.by ?? [];
      return;
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
    revised: [],
  };
}

/** By path, in the order of first change. */
export function changesOf(
  effects: readonly ReportedEffect[],
  purposes: ReadonlyMap<string, Purpose>,
): ReportedChange[] {
  const byPath = new Map<string, ReportedChange>();
  for (const { effect, value, state } of effects) {
    if (value.kind !== 'edit' || state !== 'done') continue;
    const change = byPath.get(value.path) ?? { path: value.path, edits: [] };
    change.edits.push({
      effect,
      patch: value.patch,
      added: value.added,
      removed: value.removed,
      purpose: purposes.get(effect) ?? null,
    });
    byPath.set(value.path, change);
  }
  return [...byPath.values()];
}
