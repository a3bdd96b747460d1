import * as vscode from 'vscode';
import type { Run, RunCommand } from '../../agent/run.ts';
import type { CommandOf } from '../../protocol/command.ts';
import { Isolate } from '../../protocol/isolation.ts';
import type { PanelAction, PanelMessage } from '../../protocol/panel.ts';
import { decidedSentence } from '../decidedWords.ts';
import { modeOf } from '../tasks/modeOf.ts';
import { createAsking } from './asking.ts';
import { changeOf } from './change.ts';
import { createCheckpointTree } from './checkpointTree.ts';
import { choices, createChoosing } from './choosing.ts';
import { createDrill } from './drill.ts';
import { createFindings } from './findings/findings.ts';
import { askToWaive, waive } from './findings/waive.ts';
import { folders, pickFolder } from './folders.ts';
import { createKeptDocuments } from './keptDocuments.ts';
import { createKeyPrompts } from './keyPrompts.ts';
import { createKeys } from './keys.ts';
import type { CommandId, ContextKey } from './names.ts';
import { openFile, openLink } from './open.ts';
import { logFault } from './output.ts';
import { createPanel } from './panel.ts';
import { panelState } from './panelState.ts';
import { createPast, type PastRun } from './past.ts';
import { createProposalCommands } from './proposals/commands.ts';
import { createProposals } from './proposals/proposals.ts';
import { createReports } from './report.ts';
import { resume } from './resume.ts';
import { createReviewCommands } from './review/commands.ts';
import { createReview } from './review/review.ts';
import { createRunCommands } from './runCommands.ts';
import { createRuns, type HeldRun, isLive } from './runs.ts';
import { titleOf } from './safeText.ts';
import { isSample, openSample, sampleTask } from './sample.ts';
import { readSettings } from './settings.ts';
import { createSizes } from './sizes.ts';
import { type StartDeps, startIn } from './start.ts';
import { createStatus } from './status.ts';
import { createTaskProvider } from './tasks/provider.ts';
import { createTaskRuns, type TaskChoice } from './tasks/taskRuns.ts';
import { showWhy } from './whyLine.ts';

/** All of the extension that lives as long as the window: the runs, and what shows them. */
export interface Host extends vscode.Disposable {
  commands: { [C in CommandId]: (argument?: unknown, ...more: unknown[]) => void | Promise<void> };
  /** In a copy of the sample, the first time: opens the panel with the task ready to be sent. */
  welcome(): Promise<void>;
  /** Ends what runs; the window waits for it as long as the editor lets it. */
  shutDown(): Promise<void>;
}

const welcomed = 'welcomed';
const isolateKey = 'isolate';

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
      if (items.some(item => item.type === 'event' && reviewed.has(item.event.kind))) showFindings();
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
    onMessage: message => void guard('A request of the panel', () => take(message)),
    onStranger: () => log.warn('The panel sent a message that is none of ours; it was dropped.'),
  });
  const past = createPast(process.env);
  const asking = createAsking({
    runs,
    panel,
    home: past.home,
    assets: vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath,
    review: showQuestion,
    onFault: error => panel.post({ type: 'problem', sentence: logFault(log, 'The notice of a question', error) }),
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
    async openRun(run) {
      await open(run);
      await panel.reveal();
    },
    resume: goOn,
    onChanged: reread,
  });
  const proposals = createProposals({
    runs,
    documents,
    home: past.home,
    meant: (held, command) => asking.meant(held, command),
    onFault: (doing, error) => panel.post({ type: 'problem', sentence: logFault(log, doing, error) }),
  });
  const review = createReview({
    ...opening,
    runs,
    past,
    onFault: (doing, error) => panel.post({ type: 'problem', sentence: logFault(log, doing, error) }),
    onRecorded: reread,
  });
  const reviewCommands = createReviewCommands(review, { ...opening, runs, onChanged: reread });
  const { marks, mark, ...proposalCommands } = createProposalCommands(proposals);
  proposals.onDidChange(() => {
    const waiting = proposals.pending().length;
    setContext('gatehouse.editsWait', waiting > 0);
    setContext('gatehouse.severalEdits', waiting > 1);
    mark();
  });
  const tasks = createTaskRuns({ env: start.env, start: beginTask, onChange: () => void refresh() });
  const provider = createTaskProvider(tasks);
  const drill = createDrill(context.extensionUri, version, process.env);
  const keyPrompts = createKeyPrompts(keys, () => start.settings().baseUrl, log);
  let refreshes = 0;

  async function guard(doing: string, work: () => void | Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      panel.post({ type: 'problem', sentence: logFault(log, doing, error) });
    }
  }

  /** Shows how things stand, everywhere. The last of several that overlap wins. */
  async function refresh(): Promise<void> {
    const mine = ++refreshes;
    const held = runs.list();
    const questions = held.reduce((all, run) => all + run.asking(), 0);
    const shown = runs.shown();
    status.update(held);
    choosing.show();
    panel.badge(questions);
    setContext('gatehouse.asking', questions > 0);
    setContext('gatehouse.running', shown !== null && isLive(shown));
    setContext('gatehouse.hasRun', held.length > 0);
    const state = await panelState({ start, runs, isolate, tasks, ...choosing }, await past.list().catch(() => []));
    if (mine === refreshes) panel.post({ type: 'state', state });
  }

  /** The person's choice for this workspace. It is kept outside of it, so that no repository makes it. */
  function isolate(): Isolate {
    const kept = Isolate.safeParse(context.workspaceState.get(isolateKey));
    return kept.success ? kept.data : 'none';
  }

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
    runs.show(run);
    replay();
  }

  /** Shows a run, from its journal where it is not of this window. */
  async function open(run: string): Promise<void> {
    const held = runs.get(run);
    if (held === null || !isLive(held)) {
      const found = await past.find(run);
      if (found === null) return;
      const about = { title: found.title, folder: found.folder.uri.fsPath, elsewhere: found.live };
      runs.read(run, await past.events(run), about);
      showFindings();
    }
    show(run);
  }

  function showFindings(): void {
    findings.show(runs.list().map(held => held.events()));
  }

  /** A run's journal has grown without the run: what is held of it is read anew. */
  async function reread(run: string): Promise<void> {
    tree.refresh();
    review.refresh();
    const held = runs.get(run);
    if (held === null || isLive(held)) return refresh();
    runs.read(run, await past.events(run), { title: held.title, folder: held.folder });
    if (runs.shown()?.id === run) replay();
    showFindings();
  }

  async function goOn(run: PastRun): Promise<void> {
    if (!vscode.workspace.isTrusted) throw new Error('a run was to go on in an untrusted workspace');
    const onDoubts = (id: string): void => {
      tellDoubts(id);
      void refresh();
      if ((runs.get(id)?.doubts.open().length ?? 0) > 0)
        asking.attract('Gatehouse: a run was cut off in the middle of something. Decide what becomes of it.');
    };
    const held = await resume(run, { start, past, runs, onDoubts });
    if (held === null) return;
    log.info(`Run ${held.id} goes on in ${run.root}.`);
    void held.over.then(() => log.info(`Run ${held.id} ended: ${held.state()}.`));
    replay();
    await panel.reveal();
  }

  async function take(message: PanelMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        replay();
        return refresh();
      case 'command':
        if (message.command.type === 'start') return begin(message.command);
        return pass(message.run, await proposals.meant(message.command));
      case 'show':
        return open(message.run);
      case 'actOn':
        return runCommands.act(message.run, message.action);
      case 'runTask':
        await tasks.run(message.task, message.input === '' ? {} : { input: message.input });
        return;
      case 'isolate':
        await context.workspaceState.update(isolateKey, message.isolate);
        return refresh();
      case 'mode':
      case 'autoPage':
      case 'revokeGrant': {
        const sentence = await choosing.take(message);
        if (sentence !== null) panel.post({ type: 'problem', sentence });
        return;
      }
      case 'decide':
        if (runs.get(message.run)?.doubts.settle(message.effect, message.nonce, message.verdict) !== true)
          panel.post({ type: 'problem', sentence: 'That was decided before.' });
        return;
      case 'checkRule':
        return asking.checkRule(message);
      case 'showChange': {
        const { run, question } = message;
        const held = runs.get(run);
        const patch = held === null ? null : await changeOf(held.events(), question, start.env);
        if (patch !== null) panel.post({ type: 'change', run, question, patch });
        return;
      }
      case 'openDiff':
        if (!(await proposals.show(message.question)))
          panel.post({ type: 'problem', sentence: 'That question is closed: it was answered or withdrawn before.' });
        return;
      case 'act':
        return act(message.action);
      case 'openFile': {
        const held = runs.get(message.run);
        if (held === null || !(await openFile(rootOf(held), message.path, message.line)))
          panel.post({ type: 'problem', sentence: 'That file is not there, or not in the folder of the run.' });
        return;
      }
      case 'openLink':
        if (!(await openLink(message.url)))
          panel.post({ type: 'problem', sentence: 'Only web addresses (http and https) are opened from here.' });
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
    }
  }

  async function begin(command: CommandOf<'start'>): Promise<void> {
    try {
      if (!vscode.workspace.isTrusted) throw new Error('a run was asked for in an untrusted workspace');
      const mode = command.mode ?? choosing.modes.current();
      if (!(await choosing.modes.mayStart(mode))) return panel.post({ type: 'compose', text: command.prompt });
      const folder = await pickFolder();
      if (folder === null) return panel.post({ type: 'compose', text: command.prompt });
      hold(await startIn(folder.uri, { ...command, mode }, start), command.prompt, folder.uri);
    } catch (error) {
      panel.post({ type: 'compose', text: command.prompt });
      throw error;
    }
  }

  /** A task class says what is to be done; the rest is as the person has it for this workspace. */
  async function beginTask(folder: vscode.Uri, choice: TaskChoice): Promise<Run | null> {
    if (!vscode.workspace.isTrusted) throw new Error('a task was asked for in an untrusted workspace');
    await panel.reveal();
    const mode = choosing.modes.current();
    if (!(await choosing.modes.mayStart(modeOf(choice.task, mode)))) return null;
    const run = await startIn(folder, { type: 'start', choice, mode, isolate: isolate() }, start);
    hold(run, choice.task.title, folder);
    return run;
  }

  function hold(run: Run, title: string, folder: vscode.Uri): void {
    log.info(`Run ${run.id} started in ${folder.fsPath}.`);
    runs.add(run, { title: titleOf(title), folder: folder.fsPath });
    void run.result.then(({ status: how }) => log.info(`Run ${run.id} ended: ${how}.`));
    replay();
  }

  async function pass(run: string | null, clicked: RunCommand): Promise<void> {
    // The panel has messages of its own for it, which hold for all runs of the workspace.
    if (clicked.type === 'setMode') return choosing.modes.choose(clicked.mode);
    if (clicked.type === 'waive' && run !== null)
      return waive({ run, finding: clicked.finding, reason: clicked.reason, surface: 'panel' }, waiving);
    const held = run === null ? null : runs.get(run);
    const command = held === null ? clicked : await asking.meant(held, clicked);
    if (command === null) return;
    const outcome = held?.send(command.type === 'stop' ? { type: 'stop', by: 'person' } : command) ?? 'late';
    if (outcome === 'taken') return;
    if (command.type === 'say') {
      panel.post({ type: 'compose', text: command.text });
      panel.post({ type: 'problem', sentence: 'The run had ended before it could take that.' });
    }
    if (command.type.startsWith('answer'))
      panel.post({
        type: 'problem',
        sentence:
          held !== null && command.type === 'answer'
            ? decidedSentence(held.events(), command.question)
            : 'That question is closed: it was answered or withdrawn before.',
      });
  }

  async function act(action: PanelAction): Promise<void> {
    switch (action) {
      case 'openSettings':
        await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:gatehouse.gatehouse');
        return;
      case 'openFolder':
        await vscode.commands.executeCommand('workbench.action.files.openFolder');
        return;
      case 'manageTrust':
        await vscode.commands.executeCommand('workbench.trust.manage');
        return;
      case 'setApiKey':
      case 'openSample':
      case 'openReport':
      case 'reviewChanges':
      case 'showLog':
      case 'newRun':
        return commands[`gatehouse.${action}`]();
    }
  }

  /** Goes to a question, the oldest where none is named, or it is closed. */
  async function showQuestion(question: string | null): Promise<void> {
    const held = runs.list();
    const asks = held.find(run => question !== null && run.feed.questions().includes(question));
    const waiting = asks ?? held.find(run => run.state() === 'waiting');
    if (waiting !== undefined && runs.shown() !== waiting) show(waiting.id);
    await panel.reveal();
    if (waiting === undefined) return;
    panel.post({ type: 'showQuestion', ...(asks === undefined || question === null ? {} : { question }) });
  }

  const commands: Host['commands'] = {
    async 'gatehouse.newRun'(text) {
      show(null);
      await panel.reveal();
      panel.post({ type: 'compose', text: typeof text === 'string' ? text : null });
    },
    async 'gatehouse.runTask'() {
      await tasks.run(null, {});
    },
    'gatehouse.stop'() {
      const live = [runs.shown(), ...runs.list()].find(held => held !== null && isLive(held));
      live?.send({ type: 'stop', by: 'person' });
    },
    'gatehouse.toggleAuto': () => choosing.modes.toggle(),
    // Anybody can call these: they open the question and never answer it.
    'gatehouse.approve': () => showQuestion(null),
    'gatehouse.deny': () => showQuestion(null),
    async 'gatehouse.openReport'() {
      const held = runs.shown() ?? runs.list()[0];
      if (held !== undefined) await reports.open(held.id, held.events());
    },
    ...runCommands.commands,
    ...proposalCommands,
    ...reviewCommands,
    'gatehouse.waiveFinding': argument => askToWaive(argument, findings, waiving),
    'gatehouse.whyLine': () =>
      showWhy({
        home: past.home,
        env: start.env,
        version,
        async openRun(run) {
          await open(run);
          await panel.reveal();
        },
        openReport: async run => reports.open(run, await past.events(run)),
      }),
    'gatehouse.refreshCheckpoints': () => tree.refresh(),
    'gatehouse.setApiKey': () => keyPrompts.set(),
    'gatehouse.removeApiKey': () => keyPrompts.remove(),
    'gatehouse.openSample': () => openSample(context),
    'gatehouse.drill': () => drill.run(),
    'gatehouse.showLog': () => log.show(),
  };

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

/** The folder that a run works in, links resolved. */
function rootOf(held: HeldRun): string {
  return held.events().find(event => event.kind === 'run.started')?.workspace ?? held.folder;
}

function setContext(key: ContextKey, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
