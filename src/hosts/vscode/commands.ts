import type * as vscode from 'vscode';
import type { Choosing } from './choosing.ts';
import type { Drill } from './drill.ts';
import type { Findings } from './findings/findings.ts';
import { askToWaive, type WaiveDeps } from './findings/waive.ts';
import type { KeyPrompts } from './keyPrompts.ts';
import type { CommandId } from './names.ts';
import type { Panel } from './panel.ts';
import type { Past } from './past.ts';
import type { Reports } from './report.ts';
import { isLive, type Runs } from './runs.ts';
import { openSample } from './sample.ts';
import type { Showing } from './showing.ts';
import type { StartDeps } from './start.ts';
import type { TaskRuns } from './tasks/taskRuns.ts';
import { showWhy } from './whyLine.ts';

export type Commands<C extends CommandId> = {
  [Id in C]: (argument?: unknown, ...more: unknown[]) => void | Promise<void>;
};

/** Those that are no business of checkpoints, proposed edits or what a run changed. */
type Id =
  | 'gatehouse.newRun'
  | 'gatehouse.runTask'
  | 'gatehouse.stop'
  | 'gatehouse.toggleAuto'
  | 'gatehouse.approve'
  | 'gatehouse.deny'
  | 'gatehouse.openReport'
  | 'gatehouse.waiveFinding'
  | 'gatehouse.whyLine'
  | 'gatehouse.refreshCheckpoints'
  | 'gatehouse.setApiKey'
  | 'gatehouse.removeApiKey'
  | 'gatehouse.openSample'
  | 'gatehouse.drill'
  | 'gatehouse.showLog';

export interface CommandsDeps {
  start: StartDeps;
  runs: Runs;
  past: Past;
  panel: Panel;
  showing: Showing;
  choosing: Choosing;
  reports: Reports;
  findings: Findings;
  waiving: WaiveDeps;
  tasks: TaskRuns;
  tree: { refresh(): void };
  keyPrompts: KeyPrompts;
  drill: Drill;
  log: vscode.LogOutputChannel;
}

export function createCommands(deps: CommandsDeps): Commands<Id> {
  const { start, runs, past, panel, showing, choosing, reports, findings, tasks, tree, keyPrompts, drill, log } = deps;
  return {
    async 'gatehouse.newRun'(text) {
      showing.show(null);
      // A page that is there takes the focus itself, unless the person writes in it already.
      if (!panel.visible()) await panel.reveal();
      panel.post({ type: 'compose', text: typeof text === 'string' ? text : null, offer: true });
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
    'gatehouse.approve': () => showing.question(null),
    'gatehouse.deny': () => showing.question(null),
    async 'gatehouse.openReport'() {
      const held = runs.shown() ?? runs.list()[0];
      if (held !== undefined) await reports.open(held.id, held.events());
    },
    'gatehouse.waiveFinding': argument => askToWaive(argument, findings, deps.waiving),
    'gatehouse.whyLine': () =>
      showWhy({
        home: past.home,
        env: start.env,
        version: start.version,
        openRun: run => showing.reveal(run),
        openReport: async run => reports.open(run, await past.events(run)),
      }),
    'gatehouse.refreshCheckpoints': () => tree.refresh(),
    'gatehouse.setApiKey': () => keyPrompts.set(),
    'gatehouse.removeApiKey': () => keyPrompts.remove(),
    'gatehouse.openSample': () => openSample(start.context),
    'gatehouse.drill': () => drill.run(),
    'gatehouse.showLog': () => log.show(),
  };
}
