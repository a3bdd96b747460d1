import * as vscode from 'vscode';
import { createAsking } from './asking.ts';
import { createBeginning } from './beginning.ts';
import { createCheckpointTree } from './checkpointTree.ts';
import { choices, createChoosing } from './choosing.ts';
import { type Commands, createCommands } from './commands.ts';
import { setContext } from './contextKeys.ts';
import { createDrill } from './drill.ts';
import { createFindings } from './findings/findings.ts';
import { folders } from './folders.ts';
import { createKeptDocuments } from './keptDocuments.ts';
import { createKeyPrompts } from './keyPrompts.ts';
import { createKeys } from './keys.ts';
import { createMessages } from './messages.ts';
import type { CommandId } from './names.ts';
import { logFault } from './output.ts';
import { createPanel } from './panel.ts';
import { createPast } from './past.ts';
import { createProposalCommands } from './proposals/commands.ts';
import { createProposals } from './proposals/proposals.ts';
import { createReports } from './report.ts';
import { createReviewCommands } from './review/commands.ts';
import { createReview } from './review/review.ts';
import { createRunCommands } from './runCommands.ts';
import { createRuns } from './runs.ts';
import { isSample, sampleTask } from './sample.ts';
import { readSettings } from './settings.ts';
import { createShowing } from './showing.ts';
import { createSizes } from './sizes.ts';
import { createStanding } from './standing.ts';
import type { StartDeps } from './start.ts';
import { createStatus } from './status.ts';
import { createTaskCommands } from './tasks/palette.ts';
import { createTaskProvider } from './tasks/provider.ts';
import { createTaskRuns } from './tasks/taskRuns.ts';
import { createWays } from './ways.ts';

/** All of the extension that lives as long as the window: the runs, and what shows them. */
export interface Host extends vscode.Disposable {
  commands: Commands<CommandId>;
  /** In a copy of the sample, the first time: opens the panel with the task ready to be sent. */
  welcome(): Promise<void>;
  /** Ends what runs; the window waits for it as long as the editor lets it. */
  shutDown(): Promise<void>;
}

const welcomed = 'welcomed';

/** Kinds of events after which the list of runs and checkpoints is another one. */
const listed: ReadonlySet<string> = new Set([
  'run.started',
  'run.resumed',
  'run.ended',
  'checkpoint.made',
  'restore.done',
  'isolation.ended',
]);

/** Kinds of events after which other findings are open. */
const reviewed: ReadonlySet<string> = new Set([
  'review.finished',
  'finding.fixed',
  'finding.waived',
  'isolation.ended',
]);

export function createHost(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, version: string): Host {
  const keys = createKeys(context.secrets);
  const status = createStatus();
  const runs = createRuns({
    onTold(held, items) {
      if (runs.shown() === held) panel.post({ type: 'told', run: held.id, items });
      proposals.told(held, items);
      review.told(items);
      if (items.some(item => item.type === 'event' && reviewed.has(item.event.kind))) showing.findings();
      asking.tellDenied(
        held,
        items.flatMap(item => (item.type === 'event' ? [item.event.kind] : [])),
      );
      if (items.some(item => item.type === 'event' && listed.has(item.event.kind))) tree.refresh();
      if (items.some(item => item.type === 'event' && choices.has(item.event.kind))) void refresh();
    },
    onChange() {
      choosing.looked();
      void refresh();
    },
  });
  const panel = createPanel({
    extension: context.extensionUri,
    onVisibility: () => choosing.looked(),
    onMessage: message => void taking(() => take(message)),
    onStranger: () => log.warn('The panel sent a message that is none of ours; it was dropped.'),
  });
  const past = createPast(process.env);
  const asking = createAsking({
    runs,
    panel,
    home: past.home,
    assets: vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath,
    review: question => showing.question(question),
    onFault: error => tellFault('The notice of a question', error),
  });
  const start: StartDeps = {
    context,
    keys,
    settings: () => readSettings(setting => log.warn(`The setting ${setting} does not fit; its default is used.`)),
    approver: asking.approver,
    version,
    env: process.env,
  };
  const choosing = createChoosing({ start, runs, past, panel, onChange: () => void refresh() });
  const reports = createReports({ home: past.home, env: start.env, version });
  const findings = createFindings();
  const waiving = { runs, home: past.home, env: start.env, onChanged: reread };
  const documents = createKeptDocuments();
  const tree = createCheckpointTree(past, createSizes(past.home));
  const opening = { documents, home: past.home, env: start.env, version };
  const runCommands = createRunCommands({
    past,
    runs,
    restoring: { ...opening, runs, onChanged: reread },
    looking: opening,
    nodeOf: argument => tree.nodeOf(argument),
    openRun: run => showing.reveal(run),
    resume: run => beginning.goOn(run),
    onChanged: reread,
  });
  const proposals = createProposals({
    runs,
    documents,
    home: past.home,
    meant: (held, command) => asking.meant(held, command),
    onFault: tellFault,
  });
  const review = createReview({
    ...opening,
    runs,
    past,
    onFault: tellFault,
    onRecorded: reread,
  });
  const reviewCommands = createReviewCommands(review, { ...opening, runs, onChanged: reread });
  const showing = createShowing({ runs, past, panel, findings, asking, lists: [tree, review], refresh });
  const { modes } = choosing;
  const ways = createWays({
    kept: context.workspaceState,
    planFirst: () => start.settings().planFirst,
    onChange: refresh,
  });
  const beginning = createBeginning({ start, runs, past, panel, modes, ways, showing, asking, log, refresh });
  const { marks, mark, ...proposalCommands } = createProposalCommands(proposals);
  proposals.onDidChange(() => {
    const waiting = proposals.pending().length;
    setContext('gatehouse.editsWait', waiting > 0);
    setContext('gatehouse.severalEdits', waiting > 1);
    mark();
  });
  const tasks = createTaskRuns({
    env: start.env,
    start: (folder, choice) => beginning.beginTask(folder, choice),
    showText: (name, text) => documents.show(name, text),
    onChange: () => void refresh(),
  });
  const provider = createTaskProvider(tasks);
  const drill = createDrill(context.extensionUri, version, process.env);
  const keyPrompts = createKeyPrompts(keys, () => start.settings().baseUrl, log);
  const stand = createStanding({
    start,
    runs,
    ways,
    tasks,
    past,
    panel,
    status,
    choosing,
  });

  function tellFault(doing: string, error: unknown): void {
    panel.post({ type: 'problem', sentence: logFault(log, doing, error) });
  }

  async function taking(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      tellFault('A request of the panel', error);
    }
  }

  function reread(run: string): Promise<void> {
    return showing.reread(run);
  }

  function refresh(): Promise<void> {
    return stand();
  }

  const shared = { runs, panel, showing, choosing, tasks, waiving };
  const commands: Host['commands'] = {
    ...createCommands({ ...shared, start, past, reports, findings, tree, keyPrompts, drill, log }),
    ...createTaskCommands(tasks),
    ...runCommands.commands,
    ...proposalCommands,
    ...reviewCommands,
  };
  const take = createMessages({
    ...shared,
    beginning,
    ways,
    asking,
    proposals,
    runCommands,
    env: start.env,
    commands,
    refresh,
  });

  const changes = [
    review,
    vscode.workspace.onDidGrantWorkspaceTrust(() => void refresh()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      tree.refresh();
      void refresh();
    }),
    vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('gatehouse')) void refresh();
    }),
    context.secrets.onDidChange(() => void refresh()),
  ];
  void refresh();
  review.refresh();

  return {
    commands,
    async welcome() {
      const folder = folders()[0]?.uri;
      if (folder === undefined || !isSample(folder, context, process.env) || context.workspaceState.get(welcomed))
        return;
      await context.workspaceState.update(welcomed, true);
      await commands['gatehouse.newRun'](sampleTask);
    },
    shutDown: () => runs.stopAll(),
    dispose() {
      const parts = [panel, status, choosing, reports, tree, documents, proposals, marks, tasks, provider];
      for (const part of [...changes, findings, drill, ...parts]) part.dispose();
    },
  };
}
