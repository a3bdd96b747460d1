import type { Run } from '../../agent/run.ts';
import type { RunEntry, Told } from '../../protocol/panel.ts';
import { createFeed, type Feed } from './feed.ts';

export interface HeldRun {
  run: Run;
  feed: Feed;
  title: string;
  /** The folder that the run works in. */
  folder: string;
  state: () => RunEntry['state'];
}

/** The runs of this window, live and ended, and which of them is on display. */
export interface Runs {
  add(run: Run, title: string, folder: string): HeldRun;
  get(run: string): HeldRun | null;
  /** The newest first. */
  list(): readonly HeldRun[];
  shown(): HeldRun | null;
  show(run: string | null): void;
  /** Asks every live run to stop, and resolves when all have ended. */
  stopAll(): Promise<void>;
}

export interface RunsEvents {
  /** Something of a run was observed; `held` is current. */
  onTold(held: HeldRun, items: Told[]): void;
  /** Which runs there are, how they stand, or which is shown. */
  onChange(): void;
}

export function createRuns(events: RunsEvents): Runs {
  const held = new Map<string, HeldRun>();
  let shown: string | null = null;

  function add(run: Run, title: string, folder: string): HeldRun {
    let ended: RunEntry['state'] | null = null;
    let before: RunEntry['state'] = 'running';
    const state = (): RunEntry['state'] => ended ?? (feed.questions().length > 0 ? 'waiting' : 'running');
    const feed = createFeed(run, items => {
      events.onTold(entry, items);
      if (state() === before) return;
      before = state();
      events.onChange();
    });
    const entry: HeldRun = { run, feed, title, folder, state };
    async function settle(): Promise<void> {
      ended = (await run.result).status;
      feed.dispose();
      events.onChange();
    }
    held.set(run.id, entry);
    void settle();
    shown = run.id;
    events.onChange();
    return entry;
  }

  return {
    add,
    get: run => held.get(run) ?? null,
    list: () => [...held.values()].toReversed(),
    shown: () => (shown === null ? null : (held.get(shown) ?? null)),
    show(run) {
      shown = run;
      events.onChange();
    },
    async stopAll() {
      const live = [...held.values()].filter(({ state }) => ['running', 'waiting'].includes(state()));
      for (const { run } of live) run.send({ type: 'stop', by: 'host' });
      await Promise.all(live.map(({ run }) => run.result));
    },
  };
}
