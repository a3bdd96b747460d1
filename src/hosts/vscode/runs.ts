import type { Run, RunCommand } from '../../agent/run.ts';
import type { RunEvent } from '../../protocol/event.ts';
import type { RunEntry, Told } from '../../protocol/panel.ts';
import { createDoubts, type Doubts } from './doubts.ts';
import { createFeed, createRecord, type Feed } from './feed.ts';

export interface HeldRun {
  id: string;
  title: string;
  /** The open folder that the run was started in. */
  folder: string;
  feed: Feed;
  /** Effects that wait for a decision, since the run was cut off in their middle. */
  doubts: Doubts;
  state(): RunEntry['state'];
  /** How many questions wait for the person. */
  asking(): number;
  events(): readonly RunEvent[];
  send(command: RunCommand): ReturnType<Run['send']>;
  /** Whether no process of it is alive. */
  idle(): boolean;
  /** Resolves when it goes on no more; at once for one that is only read. */
  over: Promise<unknown>;
}

/** What is told of a run besides itself. */
export interface RunAbout {
  title: string;
  folder: string;
  /** Of one that is resumed, which may have to ask at once. */
  doubts?: Doubts;
  /** Of one that is only read: another process goes on with it. */
  elsewhere?: boolean;
}

/** The runs of this window, live and ended, and which of them is on display. */
export interface Runs {
  add(run: Run, about: RunAbout): HeldRun;
  /** Holds a run that does not go on, by its journal; in the place of what was held of it. */
  read(run: string, events: readonly RunEvent[], about: RunAbout): HeldRun;
  get(run: string): HeldRun | null;
  /** The newest first. */
  list(): readonly HeldRun[];
  shown(): HeldRun | null;
  show(run: string | null): void;
  /**
   * Asks every run that is at work to stop, and resolves when those have ended. One that only waits for the person is
   * left as it is: what it asks is asked again when it goes on.
   */
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
  const noDoubts = createDoubts(() => undefined);

  function add(run: Run, about: RunAbout): HeldRun {
    let ended: RunEntry['state'] | null = null;
    let before = 'running 0';
    const doubts = about.doubts ?? noDoubts;
    const asking = (): number => (ended === null ? feed.questions().length + doubts.open().length : 0);
    const state = (): RunEntry['state'] => ended ?? (asking() > 0 ? 'waiting' : 'running');
    const feed = createFeed(run, items => {
      events.onTold(entry, items);
      const now = `${state()} ${asking()}`;
      if (now === before) return;
      before = now;
      events.onChange();
    });
    const entry: HeldRun = {
      id: run.id,
      title: about.title,
      folder: about.folder,
      feed,
      doubts,
      state,
      asking,
      events: () => run.events(),
      send: command => run.send(command),
      idle: () => run.processes().length === 0,
      over: settle(),
    };
    async function settle(): Promise<void> {
      ended = (await run.result).status;
      feed.dispose();
      events.onChange();
    }
    put(entry);
    shown = run.id;
    events.onChange();
    return entry;
  }

  function read(run: string, past: readonly RunEvent[], { title, folder, elsewhere }: RunAbout): HeldRun {
    const end = past.findLast(event => event.kind === 'run.ended' || event.kind === 'run.resumed');
    const entry: HeldRun = {
      id: run,
      title,
      folder,
      feed: createRecord(past),
      doubts: noDoubts,
      state: () => (elsewhere === true ? 'elsewhere' : end?.kind === 'run.ended' ? end.status : 'cutOff'),
      events: () => past,
      asking: () => 0,
      send: () => 'late',
      idle: () => true,
      over: Promise.resolve(),
    };
    put(entry);
    events.onChange();
    return entry;
  }

  function put(entry: HeldRun): void {
    held.get(entry.id)?.feed.dispose();
    held.set(entry.id, entry);
  }

  return {
    add,
    read,
    get: run => held.get(run) ?? null,
    list: () => [...held.values()].toReversed(),
    shown: () => (shown === null ? null : (held.get(shown) ?? null)),
    show(run) {
      shown = run;
      events.onChange();
    },
    async stopAll() {
      const live = [...held.values()].filter(each => isLive(each) && !(each.state() === 'waiting' && each.idle()));
      for (const each of live) each.send({ type: 'stop', by: 'host' });
      await Promise.all(live.map(({ over }) => over));
    },
  };
}

export function isLive(held: HeldRun): boolean {
  const state = held.state();
  return state === 'running' || state === 'waiting';
}
