import { Isolate } from '../../protocol/isolation.ts';
import type { PanelMessage } from '../../protocol/panel.ts';
import { PlanFirst } from '../../protocol/plan.ts';

export interface WaysDeps {
  /** What the editor keeps for the workspace outside of it, so that no repository chooses. */
  kept: { get(key: string): unknown; update(key: string, value: unknown): PromiseLike<void> };
  /** The person's setting, for workspaces where they have not chosen. */
  planFirst: () => PlanFirst;
  onChange: () => Promise<void>;
}

/** How new runs of this workspace begin, as the person has chosen in the panel: where they work, whether they plan. */
export interface Ways {
  isolate(): Isolate;
  planFirst(): PlanFirst;
  take(message: Extract<PanelMessage, { type: 'isolate' | 'planFirst' }>): Promise<void>;
}

export function createWays({ kept, planFirst, onChange }: WaysDeps): Ways {
  return {
    isolate: () => Isolate.safeParse(kept.get('isolate')).data ?? 'none',
    planFirst: () => PlanFirst.safeParse(kept.get('planFirst')).data ?? planFirst(),
    async take(message) {
      await kept.update(message.type, message.type === 'isolate' ? message.isolate : message.planFirst);
      await onChange();
    },
  };
}
