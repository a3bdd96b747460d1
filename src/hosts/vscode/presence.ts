import { isLive, type Runs } from './runs.ts';

/** Tells each run of this window whether the person can see it: the panel is in view and shows that very run. */
export function createPresence(runs: Runs, visible: () => boolean): { update(): void } {
  /** Runs that were told that nobody looks. */
  const away = new Set<string>();
  return {
    update() {
      const seen = visible() ? runs.shown() : null;
      for (const held of runs.list()) {
        if (!isLive(held) || away.has(held.id) === (held !== seen)) continue;
        if (held === seen) away.delete(held.id);
        else away.add(held.id);
        held.send({ type: 'away', away: held !== seen });
      }
    },
  };
}
