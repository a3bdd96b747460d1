import * as vscode from 'vscode';
import type { RunCommand } from '../../agent/run.ts';
import type { CommandOf } from '../../protocol/command.ts';
import type { PanelAction, PanelMessage, PanelState } from '../../protocol/panel.ts';
import { createApprover } from './approver.ts';
import { changeOf } from './change.ts';
import { folders, pickFolder } from './folders.ts';
import { createKeyPrompts } from './keyPrompts.ts';
import { createKeys } from './keys.ts';
import type { CommandId, ContextKey } from './names.ts';
import { openFile, openLink } from './open.ts';
import { logFault } from './output.ts';
import { createPanel } from './panel.ts';
import { createReports } from './report.ts';
import { createRuns, type HeldRun } from './runs.ts';
import { isSample, openSample, sampleTask } from './sample.ts';
import { readSettings } from './settings.ts';
import { endpointFor, type StartDeps, startIn } from './start.ts';
import { createStatus } from './status.ts';

/** All of the extension that lives as long as the window: the runs, and what shows them. */
export interface Host extends vscode.Disposable {
  commands: { [C in CommandId]: (argument?: unknown) => void | Promise<void> };
  /** In a copy of the sample, the first time: opens the panel with the task ready to be sent. */
  welcome(): Promise<void>;
  /** Ends what runs; the window waits for it as long as the editor lets it. */
  shutDown(): Promise<void>;
}

const welcomed = 'welcomed';

const examples = [
  'Run the tests and mend what fails',
  'Explain how this project is built and tested',
  'Find dead code and remove it, with the tests green',
];

export function createHost(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, version: string): Host {
  const keys = createKeys(context.secrets);
  const status = createStatus();
  const reports = createReports();
  const runs = createRuns({
    onTold(held, items) {
      if (runs.shown() === held) panel.post({ type: 'told', run: held.run.id, items });
    },
    onChange: () => void refresh(),
  });
  const panel = createPanel({
    extension: context.extensionUri,
    onMessage: message => void guard('A request of the panel', () => take(message)),
    onStranger: () => log.warn('The panel sent a message that is none of ours; it was dropped.'),
  });
  const start: StartDeps = {
    context,
    keys,
    settings: () => readSettings(setting => log.warn(`The setting ${setting} does not fit; its default is used.`)),
    approver: createApprover(attract),
    version,
    env: process.env,
  };
  const keyPrompts = createKeyPrompts(keys, () => start.settings().baseUrl, log);
  let refreshes = 0;
  let toast = false;

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
    const asking = held.filter(run => run.state() === 'waiting').length;
    const shown = runs.shown();
    status.update(held);
    panel.badge(asking);
    setContext('gatehouse.asking', asking > 0);
    setContext('gatehouse.running', shown !== null && isLive(shown));
    setContext('gatehouse.hasRun', held.length > 0);
    const state = await stateNow();
    if (mine === refreshes) panel.post({ type: 'state', state });
  }

  async function stateNow(): Promise<PanelState> {
    const folder = folders()[0]?.uri ?? null;
    const settings = start.settings();
    const choice = await endpointFor(start, folder);
    const trusted = vscode.workspace.isTrusted;
    const sample = folder !== null && isSample(folder, context, process.env);
    const { origin } = new URL(settings.baseUrl);
    const rehearsal = choice.type === 'ready' && choice.endpoint.type === 'rehearsal';
    return {
      runs: runs.list().map(({ run, title, state }) => ({ run: run.id, title, state: state() })),
      shown: runs.shown()?.run.id ?? null,
      mode: settings.mode,
      model: settings.model,
      endpoint: rehearsal ? { type: 'rehearsal' } : { type: 'api', origin },
      obstacle: folder === null ? 'noFolder' : !trusted ? 'untrusted' : choice.type === 'noKey' ? 'noKey' : null,
      sample,
      examples: sample ? [sampleTask] : examples,
    };
  }

  function replay(): void {
    const shown = runs.shown();
    panel.post({ type: 'replay', run: shown?.run.id ?? null, items: shown?.feed.replay() ?? [] });
  }

  function show(run: string | null): void {
    runs.show(run);
    replay();
  }

  async function take(message: PanelMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        replay();
        return refresh();
      case 'command':
        if (message.command.type === 'start') return begin(message.command);
        return pass(message.run, message.command);
      case 'show':
        return show(message.run);
      case 'showChange': {
        const { run, question } = message;
        const held = runs.get(run);
        const patch = held === null ? null : await changeOf(held.run, question, start.env);
        if (patch !== null) panel.post({ type: 'change', run, question, patch });
        return;
      }
      case 'act':
        return act(message.action);
      case 'openFile': {
        const held = runs.get(message.run);
        if (held === null || !(await openFile(held.folder, message.path, message.line)))
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
      const folder = await pickFolder();
      if (folder === null) return panel.post({ type: 'compose', text: command.prompt });
      const run = await startIn(folder.uri, command, start);
      log.info(`Run ${run.id} started in ${folder.uri.fsPath}.`);
      runs.add(run, firstLine(command.prompt), folder.uri.fsPath);
      void run.result.then(({ status: how }) => log.info(`Run ${run.id} ended: ${how}.`));
      replay();
    } catch (error) {
      panel.post({ type: 'compose', text: command.prompt });
      throw error;
    }
  }

  function pass(run: string | null, command: RunCommand): void {
    const held = run === null ? null : runs.get(run);
    const outcome = held?.run.send(command.type === 'stop' ? { type: 'stop', by: 'person' } : command) ?? 'late';
    if (outcome === 'taken') return;
    if (command.type === 'say') {
      panel.post({ type: 'compose', text: command.text });
      panel.post({ type: 'problem', sentence: 'The run had ended before it could take that.' });
    }
    if (command.type === 'answer')
      panel.post({ type: 'problem', sentence: 'That question is closed: it was answered or withdrawn before.' });
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
      case 'showLog':
      case 'newRun':
        return commands[`gatehouse.${action}`]();
    }
  }

  /** Tells of a question where the panel cannot be seen. Its words are ours alone: a toast could hide part of others. */
  function attract(): void {
    if (panel.visible() || toast) return;
    toast = true;
    void guard('The notice of a question', async () => {
      const choice = await vscode.window.showInformationMessage('Gatehouse waits for your answer.', 'Review');
      toast = false;
      if (choice === 'Review') await showQuestion();
    });
  }

  async function showQuestion(): Promise<void> {
    const asking = runs.list().find(run => run.state() === 'waiting');
    if (asking !== undefined && runs.shown() !== asking) show(asking.run.id);
    await panel.reveal();
    if (asking !== undefined) panel.post({ type: 'showQuestion' });
  }

  const commands: Host['commands'] = {
    async 'gatehouse.newRun'(text) {
      show(null);
      await panel.reveal();
      panel.post({ type: 'compose', text: typeof text === 'string' ? text : null });
    },
    'gatehouse.stop'() {
      const live = [runs.shown(), ...runs.list()].find(held => held !== null && isLive(held));
      live?.run.send({ type: 'stop', by: 'person' });
    },
    'gatehouse.approve': showQuestion,
    'gatehouse.deny': showQuestion,
    async 'gatehouse.openReport'() {
      const held = runs.shown() ?? runs.list()[0];
      if (held !== undefined) await reports.open(held.run);
    },
    'gatehouse.setApiKey': () => keyPrompts.set(),
    'gatehouse.removeApiKey': () => keyPrompts.remove(),
    'gatehouse.openSample': () => openSample(context),
    'gatehouse.showLog': () => log.show(),
  };

  const changes = [
    vscode.workspace.onDidGrantWorkspaceTrust(() => void refresh()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void refresh()),
    vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('gatehouse')) void refresh();
    }),
    context.secrets.onDidChange(() => void refresh()),
  ];
  void refresh();

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
      for (const part of [...changes, panel, status, reports]) part.dispose();
    },
  };
}

function isLive(held: HeldRun): boolean {
  const state = held.state();
  return state === 'running' || state === 'waiting';
}

function setContext(key: ContextKey, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}

function firstLine(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
