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

/** What each role cost, calls that came to nothing included; those that were never asked are left out. */
export function costsOf(events: readonly RunEvent[]): RoleCost[] {
  const costs = new Map<Role, RoleCost>();
  let agent: Role = 'executor';
  for (const event of events) {
    if (event.kind === 'agent.begun') agent = event.agent;
    else if (event.kind === 'model.settled') add(event.by === 'agent' ? agent : event.by, 1, event);
    else if (event.kind === 'effect.reviewed' && event.settled !== true) add('gate', event.calls, event);
    else if (event.kind === 'review.finished' && event.settled !== true) add('reviewer', event.calls, event);
    else if (event.kind === 'model.answered' || event.kind === 'model.failed' || event.kind === 'model.retrying')
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
