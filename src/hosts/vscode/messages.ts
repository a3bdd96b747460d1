import * as vscode from 'vscode';
import type { RunCommand } from '../../agent/run.ts';
import type { PanelAction, PanelMessage } from '../../protocol/panel.ts';
import { decidedSentence } from '../decidedWords.ts';
import type { Asking } from './asking.ts';
import type { Beginning } from './beginning.ts';
import { changeOf } from './change.ts';
import type { Choosing } from './choosing.ts';
import { type WaiveDeps, waive } from './findings/waive.ts';
import type { CommandId } from './names.ts';
import { openFile, openLink } from './open.ts';
import type { Panel } from './panel.ts';
import type { Proposals } from './proposals/proposals.ts';
import type { RunCommands } from './runCommands.ts';
import type { HeldRun, Runs } from './runs.ts';
import type { Showing } from './showing.ts';
import type { TaskRuns } from './tasks/taskRuns.ts';
import type { Ways } from './ways.ts';

type Button = Extract<PanelAction, 'setApiKey' | 'openSample' | 'openReport' | 'reviewChanges' | 'showLog' | 'newRun'>;

export interface MessagesDeps {
  runs: Runs;
  panel: Panel;
  showing: Showing;
  beginning: Beginning;
  choosing: Choosing;
  asking: Asking;
  proposals: Proposals;
  runCommands: RunCommands;
  tasks: TaskRuns;
  ways: Ways;
  waiving: WaiveDeps;
  env: NodeJS.ProcessEnv;
  /** Our commands that buttons of the panel stand for. */
  commands: { [B in Button as Extract<CommandId, `gatehouse.${B}`>]: () => void | Promise<void> };
  refresh: () => Promise<void>;
}

/** Does what a checked message of the panel asks for; rejects where that fails. */
export function createMessages(deps: MessagesDeps): (message: PanelMessage) => Promise<void> {
  const { runs, panel, showing, beginning, choosing, asking, proposals, tasks, commands } = deps;

  async function take(message: PanelMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        showing.replay();
        return deps.refresh();
      case 'takeFocus':
        return panel.reveal();
      case 'command':
        if (message.command.type === 'start') return beginning.begin(message.command);
        return pass(message.run, await proposals.meant(message.command));
      case 'show':
        return showing.open(message.run);
      case 'actOn':
        return deps.runCommands.act(message.run, message.action);
      case 'runTask':
        await tasks.run(message.task, message.input === '' ? {} : { input: message.input });
        return;
      case 'isolate':
      case 'planFirst':
        return deps.ways.take(message);
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
        const patch = held === null ? null : await changeOf(held.events(), question, deps.env);
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

  async function pass(run: string | null, clicked: RunCommand): Promise<void> {
    // They chose a new run, and the page did not show it yet when they pressed Enter.
    if (clicked.type === 'say' && runs.shown() === null)
      return beginning.begin({
        type: 'start',
        prompt: clicked.text,
        isolate: deps.ways.isolate(),
        plan: deps.ways.planFirst(),
      });
    // The panel has messages of its own for it, which hold for all runs of the workspace.
    if (clicked.type === 'setMode') return choosing.modes.choose(clicked.mode);
    if (clicked.type === 'waive' && run !== null)
      return waive({ run, finding: clicked.finding, reason: clicked.reason, surface: 'panel' }, deps.waiving);
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

  return take;
}

/** The folder that a run works in, links resolved. */
function rootOf(held: HeldRun): string {
  return held.events().find(event => event.kind === 'run.started')?.workspace ?? held.folder;
}
