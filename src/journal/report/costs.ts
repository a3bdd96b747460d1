import { addUsage, noUsage, type Usage } from '../../protocol/budget.ts';
import type { RunEvent } from '../../protocol/event.ts';

/** Who used models in a run. `gate` is the model that looks at single effects, `reviewer` the one that reads the diff. */
export type Role = 'planner' | 'executor' | 'gate' | 'reviewer';

export interface RoleCost {
  role: Role;
  /** Answers and failures that were paid for. */
  calls: number;
  usage: Usage;
  /** US dollars; null as soon as one call had no known price. */
  usd: number | null;
}

/** How often the conversation was made shorter, by whose summary, and what those of the server cost. */
export interface Summaries {
  /** Old output was left out. */
  cleared: number;
  journal: number;
  server: number;
  /** US dollars, those that were not used included; null as soon as one had no known price. */
  usd: number | null;
}

export function summariesOf(events: readonly RunEvent[]): Summaries {
  const summaries: Summaries = { cleared: 0, journal: 0, server: 0, usd: 0 };
  for (const event of events) {
    if (event.kind === 'context.compacted')
      summaries[event.how === 'cleared' ? 'cleared' : event.block === undefined ? 'journal' : 'server'] += 1;
    else if (event.kind !== 'compaction.failed') continue;
    if (event.usage === undefined || event.usage === null) continue;
    const usd = event.usd ?? null;
    summaries.usd = summaries.usd === null || usd === null ? null : summaries.usd + usd;
  }
  return summaries;
}

/** What each role cost, calls that came to nothing included; those that were never asked are left out. */
export function costsOf(events: readonly RunEvent[]): RoleCost[] {
  const costs = new Map<Role, RoleCost>();
  let agent: Role = 'executor';
  for (const event of events) {
    if (event.kind === 'agent.begun') agent = event.agent;
    else if (event.kind === 'model.settled') add(event.by === 'agent' ? agent : event.by, 1, event);
    else if (event.kind === 'effect.reviewed' && event.settled !== true) add('gate', event.calls, event);
    else if (event.kind === 'review.finished' && event.settled !== true) add('reviewer', event.calls, event);
    else if (
      event.kind === 'model.answered' ||
      event.kind === 'model.failed' ||
      event.kind === 'model.retrying' ||
      event.kind === 'context.compacted' ||
      event.kind === 'compaction.failed'
    )
      add(agent, 1, event);
  }
  return [...costs.values()].filter(({ calls }) => calls > 0);

  function add(
    role: Role,
    calls: number,
    spent: { usage?: Usage | null | undefined; usd?: number | null | undefined },
  ): void {
    if (spent.usage === undefined || spent.usage === null) return;
    const before = costs.get(role) ?? { role, calls: 0, usage: noUsage, usd: 0 };
    const usd = before.usd === null || (spent.usd ?? null) === null ? null : before.usd + (spent.usd ?? 0);
    costs.set(role, { role, calls: before.calls + calls, usage: addUsage(before.usage, spent.usage), usd });
  }
}
