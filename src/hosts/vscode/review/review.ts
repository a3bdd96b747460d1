import * as vscode from 'vscode';
import type { Home } from '../../../journal/home.ts';
import { unreviewedFiles } from '../../../journal/unreviewed.ts';
import type { EventBody, EventKind } from '../../../protocol/event.ts';
import type { Told } from '../../../protocol/panel.ts';
import type { ReviewFile } from '../../reviewFiles.ts';
import type { KeptDocuments } from '../keptDocuments.ts';
import type { Past } from '../past.ts';
import { readDisk } from '../proposals/proposal.ts';
import { isLive, type Runs } from '../runs.ts';
import { createReviewSource, type ReviewSource } from './source.ts';

export type ReviewedBody = Extract<EventBody, { kind: 'change.reviewed' }>;

/** What the newest run of this folder changed, and what of it the person has not looked at yet. */
export interface Review extends vscode.Disposable {
  /** To be told whatever is told of a run. */
  told(items: readonly Told[]): void;
  /** Looks again, soon. */
  refresh(): void;
  source: ReviewSource;
  /** The run, and its files with something to look at. */
  current(): { run: string; files: readonly ReviewFile[] } | null;
  /** Writes down that the person looked at it. `text`: what counts as looked at from here on; null: no file. */
  record(
    run: string,
    seen: readonly (Omit<ReviewedBody, 'kind' | 'baseline'> & { text: string | null })[],
  ): Promise<void>;
  /** Opens all that the run changed in one editor; false where there is nothing. */
  showAll(): Promise<boolean>;
}

export interface ReviewDeps {
  runs: Runs;
  past: Past;
  documents: KeptDocuments;
  home(): Promise<Home>;
  env: NodeJS.ProcessEnv;
  version: string;
  onFault(doing: string, error: unknown): void;
  /** The journal of a run that does not go on has grown. */
  onRecorded(run: string): Promise<void>;
}

/** Events after which something else is to be looked at. */
const telling: ReadonlySet<EventKind> = new Set([
  'run.started',
  'checkpoint.made',
  'change.reviewed',
  'restore.done',
  'run.ended',
]);

export function createReview(deps: ReviewDeps): Review {
  const source = createReviewSource();
  let state: { run: string; files: ReviewFile[]; all: ReviewFile[] } | null = null;
  let looking: Promise<void> | null = null;
  let again = false;
  /** Baselines that the person has just set: they hold until as many records of the path are read back. */
  const set = new Map<string, { text: string | null; records: number }>();
  let recorded = new Map<string, number>();
  // A file that the person put back by hand is not to be looked at any more, and comes back when it changes again.
  const saved = vscode.workspace.onDidSaveTextDocument(({ uri }) => {
    if (state?.all.some(({ path }) => path === uri.fsPath) === true) refresh();
  });

  function refresh(): void {
    again = true;
    looking ??= lookOften()
      .catch((error: unknown) => deps.onFault('The changes of a run', error))
      .finally(() => {
        looking = null;
      });
  }

  async function lookOften(): Promise<void> {
    while (again) {
      again = false;
      const found = await look();
      state = found;
      source.show(found?.files ?? []);
    }
  }

  async function look(): Promise<typeof state> {
    const held = deps.runs.list()[0];
    const run = held?.id ?? (await deps.past.list())[0]?.run;
    if (run === undefined) return null;
    const events = held?.events() ?? (await deps.past.events(run));
    const started = events.find(event => event.kind === 'run.started');
    // What a worktree of its own holds is looked at when it is merged.
    if (started === undefined || started.isolation !== undefined) return null;
    if (!events.some(event => event.kind === 'checkpoint.made')) return null;
    const [{ lookAtRun }, { reviewFiles }, { createBlobs }] = await Promise.all([
      import('../../restoring.ts'),
      import('../../reviewFiles.ts'),
      import('../../../journal/blobs.ts'),
    ]);
    const home = await deps.home();
    const restoring = await lookAtRun({ home, run, env: deps.env, version: deps.version });
    try {
      recorded = new Map();
      for (const event of restoring.events())
        if (event.kind === 'change.reviewed') recorded.set(event.path, (recorded.get(event.path) ?? 0) + 1);
      for (const [path, { records }] of set) if ((recorded.get(path) ?? 0) >= records) set.delete(path);
      const all = (await reviewFiles(restoring, createBlobs(home))).map(withSet);
      const unseen = unreviewedFiles(restoring.events());
      const files: ReviewFile[] = [];
      for (const file of all) {
        if (!unseen.has(file.path) || file.baseline === file.after) continue;
        const now = await readDisk(file.path).catch(() => null);
        if ((now?.text ?? null) !== file.baseline) files.push(file);
      }
      return { run, files, all };
    } finally {
      await restoring.close();
    }
  }

  function withSet(file: ReviewFile): ReviewFile {
    const own = set.get(file.path);
    return own === undefined ? file : { ...file, baseline: own.text };
  }

  return {
    source,
    refresh,
    told(items) {
      if (items.some(item => item.type === 'event' && telling.has(item.event.kind))) refresh();
    },
    current: () => state,
    async record(run, seen) {
      const { createBlobs } = await import('../../../journal/blobs.ts');
      const home = await deps.home();
      const blobs = createBlobs(home);
      const bodies: ReviewedBody[] = [];
      for (const { text, ...rest } of seen) {
        const baseline = text === null ? null : await blobs.put(new TextEncoder().encode(text));
        bodies.push({ kind: 'change.reviewed', ...rest, baseline });
      }
      for (const { path, text } of seen) {
        const records = (set.get(path)?.records ?? recorded.get(path) ?? 0) + 1;
        set.set(path, { text, records });
      }
      // What comes next is about this, however long it takes to be read back.
      if (state?.run === run) state = { ...state, files: state.files.map(withSet), all: state.all.map(withSet) };
      const held = deps.runs.get(run);
      if (held !== null && isLive(held)) {
        for (const { kind: _, ...body } of bodies) held.send({ type: 'reviewed', ...body });
        return;
      }
      const { recordReviewed } = await import('../../recordReviewed.ts');
      try {
        await recordReviewed({ home, run, version: deps.version }, bodies);
      } catch (error) {
        for (const { path } of seen) set.delete(path);
        refresh();
        throw error;
      }
      await deps.onRecorded(run);
      refresh();
    },
    async showAll() {
      if (looking !== null) await looking;
      if (state === null || state.all.length === 0) return false;
      const rows = state.all.map(({ path, before, after }) => {
        const uri = vscode.Uri.file(path);
        // The same path on both sides, so that none looks like a file that was renamed.
        const left =
          before === null ? undefined : deps.documents.add('before the run', uri.path.replace(/^\/+/, ''), before);
        return [uri, left, after === null ? undefined : uri];
      });
      await vscode.commands.executeCommand('vscode.changes', 'Gatehouse: all that the run changed', rows);
      return true;
    },
    dispose() {
      saved.dispose();
      source.dispose();
    },
  };
}
