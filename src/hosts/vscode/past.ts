import * as vscode from 'vscode';
import { buildTimeline, type Timeline } from '../../checkpoints/timeline.ts';
import { emptySummary, fold } from '../../journal/fold.ts';
import type { Home } from '../../journal/home.ts';
import { whyOver } from '../../journal/resumable.ts';
import { figuresOf, type RunFigures } from '../../journal/stats.ts';
import type { RunEvent, RunStatus } from '../../protocol/event.ts';
import type { Isolation, IsolationEnd } from '../../protocol/isolation.ts';
import { folders } from './folders.ts';
import { titleOf } from './safeText.ts';

/** A run of one of the open folders, as its journal tells it. */
export interface PastRun {
  run: string;
  title: string;
  /** The open folder that it was started in. */
  folder: vscode.WorkspaceFolder;
  /** The folder that it works in: that one, or a worktree. */
  root: string;
  startedAt: number;
  /** `unfinished`: its journal has no end. */
  status: RunStatus | 'unfinished';
  timeline: Timeline;
  figures: RunFigures;
  /** Whether it can go on without new words, as far as the journal tells. */
  goesOn: boolean;
  /** Whether some process goes on with it right now. */
  live: boolean;
  /** Whether a later version of this program wrote it: then it can be read only. */
  newer: boolean;
  isolation: Isolation | null;
  isolationEnd: IsolationEnd | null;
}

export interface Past {
  /** Of the open folders, the newest first. Journals that are refused are passed over. */
  list: () => Promise<PastRun[]>;
  find(run: string): Promise<PastRun | null>;
  /** All that its journal tells. Rejects as `readJournal` does. */
  events(run: string): Promise<readonly RunEvent[]>;
  home: () => Promise<Home>;
}

/** So many of the newest runs of all workspaces are looked at. */
const lookedAt = 200;

type Told = Omit<PastRun, 'folder' | 'live'> & { original: string };

export function createPast(env: NodeJS.ProcessEnv): Past {
  /** What a journal of this size and time says; null where it was refused. */
  const known = new Map<string, { size: number; mtime: number; told: Told | null }>();

  async function home(): Promise<Home> {
    const { openHome } = await import('../../journal/home.ts');
    const workspace = folders()[0]?.uri.fsPath;
    return openHome({ env, ...(workspace === undefined ? {} : { workspace }) });
  }

  async function tell(at: Home, run: string): Promise<Told | null> {
    const { journalPath } = await import('../../journal/home.ts');
    const stat = await vscode.workspace.fs.stat(vscode.Uri.file(journalPath(at, run))).then(
      found => found,
      () => null,
    );
    if (stat === null) return null;
    const before = known.get(run);
    if (before !== undefined && before.size === stat.size && before.mtime === stat.mtime) return before.told;
    const told = await read(at, run).catch(() => null);
    known.set(run, { size: stat.size, mtime: stat.mtime, told });
    return told;
  }

  async function list(): Promise<PastRun[]> {
    if (folders().length === 0) return [];
    const [{ runIds }, { openWorkspace }, { runOwner }] = await Promise.all([
      import('../../journal/find.ts'),
      import('../../effects/workspace.ts'),
      import('../../agent/lock.ts'),
    ]);
    const at = await home();
    const roots = new Map<string, vscode.WorkspaceFolder>();
    for (const folder of folders()) {
      const workspace = await openWorkspace(folder.uri.fsPath).catch(() => null);
      if (workspace !== null) roots.set(workspace.root, folder);
    }
    const found: PastRun[] = [];
    for (const run of (await runIds(at)).toReversed().slice(0, lookedAt)) {
      const told = await tell(at, run);
      const folder = told === null ? undefined : roots.get(told.original);
      if (told === null || folder === undefined) continue;
      const { original: _, ...rest } = told;
      found.push({ ...rest, folder, live: (await runOwner(at, run)) !== null });
    }
    return found;
  }

  return {
    home,
    list,
    find: async run => (await list()).find(each => each.run === run) ?? null,
    async events(run) {
      const { readJournal } = await import('../../journal/read.ts');
      return (await readJournal(await home(), run)).events;
    },
  };
}

/** null where the journal does not tell how the run began. */
async function read(home: Home, run: string): Promise<Told | null> {
  const { readJournal } = await import('../../journal/read.ts');
  const { events, unknown } = await readJournal(home, run);
  const summary = events.reduce(fold, emptySummary);
  const started = events.find(event => event.kind === 'run.started');
  const figures = figuresOf(events);
  if (started === undefined || figures === null) return null;
  const ended = events.findLast(event => event.kind === 'isolation.ended');
  const isolation = started.isolation ?? null;
  return {
    run,
    title: titleOf(summary.prompt),
    original: isolation?.original ?? started.workspace,
    root: started.workspace,
    startedAt: started.at,
    status: summary.status ?? 'unfinished',
    timeline: buildTimeline(events),
    figures,
    goesOn: unknown === 0 && ended === undefined && whyOver(summary, false) === null,
    newer: unknown > 0,
    isolation,
    isolationEnd: ended?.how ?? null,
  };
}
