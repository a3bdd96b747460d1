import type { Asking } from './asking.ts';
import type { Findings } from './findings/findings.ts';
import type { Panel } from './panel.ts';
import type { Past } from './past.ts';
import { isLive, type Runs } from './runs.ts';

export interface ShowingDeps {
  runs: Runs;
  past: Past;
  panel: Panel;
  findings: Findings;
  asking: Asking;
  /** What else shows the journals of runs. */
  lists: readonly { refresh(): void }[];
  /** Shows how things stand, everywhere. */
  refresh: () => Promise<void>;
}

/** Which run is on display, and what is told of it. */
export interface Showing {
  /** Tells the panel all of the run on display anew. */
  replay(): void;
  tellDoubts(run: string): void;
  /** Puts a run of this window on display, or none. */
  show(run: string | null): void;
  /** Shows a run, from its journal where it is not of this window. */
  open(run: string): Promise<void>;
  /** As `open`, with the focus there. */
  reveal(run: string): Promise<void>;
  /** Goes to a question, the oldest where none is named, or it is closed. */
  question(question: string | null): Promise<void>;
  findings(): void;
  /** A run's journal has grown without the run: what is held of it is read anew. */
  reread(run: string): Promise<void>;
}

export function createShowing({ runs, past, panel, findings, asking, lists, refresh }: ShowingDeps): Showing {
  /** Counts what was put on display; a journal that took long to read must not replace what was chosen after it. */
  let chosen = 0;

  function replay(): void {
    const shown = runs.shown();
    const over = shown !== null && !isLive(shown);
    panel.post({ type: 'replay', run: shown?.id ?? null, items: shown?.feed.replay() ?? [], over });
    if (shown === null) return;
    tellDoubts(shown.id);
    asking.tellDenied(shown);
  }

  function tellDoubts(run: string): void {
    const held = runs.get(run);
    if (held !== null && runs.shown() === held) panel.post({ type: 'doubts', run, doubts: held.doubts.open() });
  }

  function show(run: string | null): void {
    chosen++;
    runs.show(run);
    replay();
  }

  async function open(run: string): Promise<void> {
    const mine = ++chosen;
    const before = runs.shown()?.id;
    const held = runs.get(run);
    if (held === null || !isLive(held)) {
      const found = await past.find(run);
      if (found === null) return;
      const about = { title: found.title, folder: found.folder.uri.fsPath, elsewhere: found.live };
      runs.read(run, await past.events(run), about);
      showFindings();
    }
    // A run that has begun meanwhile is on display without having been chosen.
    if (mine !== chosen || runs.shown()?.id !== before) return;
    show(run);
  }

  function showFindings(): void {
    findings.show(runs.list().map(held => held.events()));
  }

  async function reread(run: string): Promise<void> {
    for (const list of lists) list.refresh();
    const held = runs.get(run);
    if (held === null || isLive(held)) return refresh();
    runs.read(run, await past.events(run), { title: held.title, folder: held.folder });
    if (runs.shown()?.id === run) replay();
    showFindings();
  }

  async function showQuestion(question: string | null): Promise<void> {
    const held = runs.list();
    const asks = held.find(run => question !== null && run.feed.questions().includes(question));
    const waiting = asks ?? held.find(run => run.state() === 'waiting');
    if (waiting !== undefined && runs.shown() !== waiting) show(waiting.id);
    await panel.reveal();
    if (waiting === undefined) return;
    panel.post({ type: 'showQuestion', ...(asks === undefined || question === null ? {} : { question }) });
  }

  return {
    replay,
    tellDoubts,
    show,
    open,
    async reveal(run) {
      await open(run);
      await panel.reveal();
    },
    question: showQuestion,
    findings: showFindings,
    reread,
  };
}
