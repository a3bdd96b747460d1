import type { Choosing } from './choosing.ts';
import { setContext } from './contextKeys.ts';
import type { Panel } from './panel.ts';
import { panelState, type StateDeps } from './panelState.ts';
import type { Past, PastRun } from './past.ts';
import { isLive } from './runs.ts';
import type { Status } from './status.ts';

export interface StandingDeps extends Omit<StateDeps, 'modes' | 'grants'> {
  past: Past;
  panel: Panel;
  status: Status;
  choosing: Choosing;
}

/** Shows how things stand, everywhere. The last of several that overlap wins. */
export function createStanding({ past, panel, status, choosing, ...deps }: StandingDeps): () => Promise<void> {
  let refreshes = 0;
  /** As it was listed last; null before that. */
  let known: readonly PastRun[] | null = null;
  return async () => {
    const mine = ++refreshes;
    const held = deps.runs.list();
    const questions = held.reduce((all, run) => all + run.asking(), 0);
    const shown = deps.runs.shown();
    status.update(held);
    choosing.show();
    panel.badge(questions);
    setContext('gatehouse.asking', questions > 0);
    setContext('gatehouse.running', shown !== null && isLive(shown));
    setContext('gatehouse.hasRun', held.length > 0);
    const post = async (listed: readonly PastRun[]): Promise<void> => {
      const state = await panelState({ ...deps, ...choosing }, listed);
      if (mine === refreshes) panel.post({ type: 'state', state });
    };
    const listing = past.list().catch(() => []);
    // Reading journals may take seconds, and nobody is to wait for them who has just entered a key or chosen a mode.
    if (known !== null) await post(known);
    known = await listing;
    await post(known);
  };
}
