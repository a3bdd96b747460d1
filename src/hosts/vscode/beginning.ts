import * as vscode from 'vscode';
import type { Run } from '../../agent/run.ts';
import type { CommandOf } from '../../protocol/command.ts';
import { modeOf } from '../tasks/modeOf.ts';
import type { Asking } from './asking.ts';
import { pickFolder } from './folders.ts';
import type { Modes } from './modes.ts';
import type { Panel } from './panel.ts';
import type { Past, PastRun } from './past.ts';
import { resume } from './resume.ts';
import type { Runs } from './runs.ts';
import { titleOf } from './safeText.ts';
import type { Showing } from './showing.ts';
import { type StartDeps, startIn } from './start.ts';
import type { TaskChoice } from './tasks/taskRuns.ts';
import type { Ways } from './ways.ts';

export interface BeginningDeps {
  start: StartDeps;
  runs: Runs;
  past: Past;
  panel: Panel;
  modes: Modes;
  ways: Ways;
  showing: Showing;
  asking: Asking;
  log: vscode.LogOutputChannel;
  refresh: () => Promise<void>;
}

/** How runs begin in this window, and go on. */
export interface Beginning {
  /** Begins with what was written in the panel; where nothing comes of it, the text is there again. */
  begin(command: CommandOf<'start'>): Promise<void>;
  /** Begins with a task class; null where the person has yet to answer something. */
  beginTask(folder: vscode.Uri, choice: TaskChoice): Promise<Run | null>;
  goOn(run: PastRun): Promise<void>;
}

export function createBeginning(deps: BeginningDeps): Beginning {
  const { start, runs, past, panel, modes, ways, showing, asking, log, refresh } = deps;
  async function goOn(run: PastRun): Promise<void> {
    if (!vscode.workspace.isTrusted) throw new Error('a run was to go on in an untrusted workspace');
    const onDoubts = (id: string): void => {
      showing.tellDoubts(id);
      void refresh();
      if ((runs.get(id)?.doubts.open().length ?? 0) > 0)
        asking.attract('Gatehouse: a run was cut off in the middle of something. Decide what becomes of it.');
    };
    const held = await resume(run, { start, mode: () => modes.current(), past, runs, onDoubts });
    if (held === null) return;
    log.info(`Run ${held.id} goes on in ${run.root}.`);
    void held.over.then(() => log.info(`Run ${held.id} ended: ${held.state()}.`));
    showing.replay();
    await panel.reveal();
  }

  async function begin(command: CommandOf<'start'>): Promise<void> {
    try {
      if (!vscode.workspace.isTrusted) throw new Error('a run was asked for in an untrusted workspace');
      const mode = command.mode ?? modes.current();
      if (!(await modes.mayStart(mode))) return panel.post({ type: 'compose', text: command.prompt });
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
    const mode = modes.current();
    if (!(await modes.mayStart(modeOf(choice.task, mode)))) return null;
    const run = await startIn(
      folder,
      { type: 'start', choice, mode, isolate: ways.isolate(), plan: ways.planFirst() },
      start,
    );
    hold(run, choice.task.title, folder);
    return run;
  }

  function hold(run: Run, title: string, folder: vscode.Uri): void {
    log.info(`Run ${run.id} started in ${folder.fsPath}.`);
    runs.add(run, { title: titleOf(title), folder: folder.fsPath });
    void run.result.then(({ status: how }) => log.info(`Run ${run.id} ended: ${how}.`));
    showing.replay();
  }

  return { begin, beginTask, goOn };
}
