import { LimitName, type Limits } from '../../protocol/budget.ts';
import type { CapReason, Mode, ModeSurface } from '../../protocol/command.ts';
import type { EventKind, EventOf, RunEvent } from '../../protocol/event.ts';
import type { RuleFinding } from '../../protocol/stopRule.ts';

/** A record that a rule rests on. `effect`: the one that it is about; `what`: what it says, where it is about none. */
export interface ReportedEvidence {
  seq: number;
  kind: EventKind | null;
  effect: string | null;
  what: string;
}

/**
 * What led a run another way than its agent went, in order: a rule that told the agent or stopped it, a limit that was
 * reached or set anew (`on`: when the person was asked or as they went on with the run), a mode that the person chose, and
 * what keeps the run from Auto; null where nothing does any more.
 */
export type ReportedSteering = { seq: number; at: number } & (
  | { type: 'nudged' | 'stopped'; rule: RuleFinding['rule']; args: RuleFinding['args']; evidence: ReportedEvidence[] }
  | { type: 'reached'; limit: LimitName; used: number; allowed: number; next: number | null }
  | { type: 'raised'; limit: LimitName; from: number | null; to: number; on: 'asking' | 'resume' }
  | { type: 'mode'; from: Mode; to: Mode; by: ModeSurface }
  | { type: 'capped'; reason: CapReason | null; why: string | null }
);

export function steeringOf(events: readonly RunEvent[]): ReportedSteering[] {
  const evidence = createEvidence(events);
  const steering: ReportedSteering[] = [];
  let mode: Mode = 'ask';
  let limits: Limits = {};

  const ruled =
    (type: 'nudged' | 'stopped') =>
    ({ seq, at, rule, args, evidence: found }: EventOf<'rule.nudged'> | EventOf<'rule.stopped'>): void => {
      steering.push({ seq, at, type, rule, args, evidence: found.map(evidence) });
    };

  const on: { [K in EventKind]?: (event: EventOf<K>) => void } = {
    'run.started': event => {
      ({ mode, limits } = event);
    },
    'run.resumed': ({ seq, at, limits: set = limits }) => {
      for (const limit of LimitName.options) {
        const [from, to] = [limits[limit] ?? null, set[limit]];
        if (to !== undefined && to !== from) steering.push({ seq, at, type: 'raised', on: 'resume', limit, from, to });
      }
      limits = set;
    },
    'limit.raised': ({ seq, at, limit, from, to }) => {
      limits = { ...limits, [limit]: to };
      steering.push({ seq, at, type: 'raised', on: 'asking', limit, from, to });
    },
    'limit.reached': ({ seq, at, limit, used, allowed, next = null }) => {
      steering.push({ seq, at, type: 'reached', limit, used, allowed, next });
    },
    'rule.nudged': ruled('nudged'),
    'rule.stopped': ruled('stopped'),
    'mode.changed': ({ seq, at, mode: to, by }) => {
      steering.push({ seq, at, type: 'mode', from: mode, to, by });
      mode = to;
    },
    'mode.capped': ({ seq, at, reason, why = null }) => {
      steering.push({ seq, at, type: 'capped', reason, why });
    },
  };

  for (const event of events) {
    const take = on[event.kind] as ((event: RunEvent) => void) | undefined;
    take?.(event);
  }
  return steering;
}

/** Reads records by their number. */
function createEvidence(events: readonly RunEvent[]): (seq: number) => ReportedEvidence {
  const bySeq = new Map(events.map(event => [event.seq, event]));
  const byCall = new Map<string, string>();
  for (const event of events) if (event.kind === 'effect.proposed') byCall.set(event.call, event.effect);
  return seq => {
    const event = bySeq.get(seq);
    if (event === undefined) return { seq, kind: null, effect: null, what: '' };
    const { kind } = event;
    if (kind === 'tool.answered') return { seq, kind, effect: byCall.get(event.call) ?? null, what: event.tool };
    const effect = 'effect' in event ? event.effect : null;
    return { seq, kind, effect: kind === 'result.flagged' ? null : effect, what: saidIn(event) };
  };
}

function saidIn(event: RunEvent): string {
  const table: { [K in EventKind]?: (event: EventOf<K>) => string } = {
    'acceptance.checked': ({ results }) =>
      results.map(({ command, passed }) => `${command}: ${passed ? 'passed' : 'not passed'}`).join('; '),
    'step.completed': ({ step, title }) => `step ${step}: ${title}`,
    'result.flagged': ({ source }) => `orders were read in ${source}`,
    'wishes.read': ({ files }) => files.map(({ path }) => path).join(', '),
  };
  const say = table[event.kind] as ((event: RunEvent) => string) | undefined;
  return say?.(event) ?? '';
}
