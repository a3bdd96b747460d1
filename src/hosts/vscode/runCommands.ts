import * as vscode from 'vscode';
import type { IsolationEnd } from '../../protocol/isolation.ts';
import type { RunAction } from '../../protocol/panel.ts';
import type { CheckpointNode } from './checkpointNodes.ts';
import { type EndDeps, endWorktree } from './endWorktree.ts';
import { type Looked, type LookingDeps, showChanges } from './looking.ts';
import type { CommandId } from './names.ts';
import type { Past, PastRun } from './past.ts';
import { actionsOf } from './pastActions.ts';
import { type RestoreDeps, restore } from './restore.ts';
import { pickRun } from './resume.ts';
import type { Runs } from './runs.ts';

type Id = Extract<
  CommandId,
  | 'gatehouse.undoRun'
  | 'gatehouse.redoRun'
  | 'gatehouse.resumeRun'
  | 'gatehouse.openRun'
  | 'gatehouse.showChanges'
  | 'gatehouse.compareWithWorkspace'
  | 'gatehouse.restoreFiles'
  | 'gatehouse.restoreConversation'
  | 'gatehouse.mergeRun'
  | 'gatehouse.keepBranch'
  | 'gatehouse.discardRun'
>;

export interface RunCommandsDeps {
  past: Past;
  runs: Runs;
  restoring: RestoreDeps;
  looking: LookingDeps;
  /** The node of our tree that a command was called with; null for anything else. */
  nodeOf(argument: unknown): CheckpointNode | null;
  /** Shows a run in the panel, with the focus there. */
  openRun(run: string): Promise<void>;
  resume: (run: PastRun) => Promise<void>;
  onChanged: (run: string) => Promise<void>;
}

export interface RunCommands {
  commands: { [C in Id]: (argument?: unknown) => Promise<void> };
  /** What a button of the panel asks of a run. */
  act(run: string, action: RunAction): Promise<void>;
}

type Doing = 'undo' | 'redo' | 'resume' | 'merge' | 'keep' | 'discard';

/** What can be done with runs of before, from the tree, the palette and the panel alike. */
export function createRunCommands(deps: RunCommandsDeps): RunCommands {
  const { past } = deps;
  const end: EndDeps = {
    home: past.home,
    env: deps.restoring.env,
    showChanges: run => look(run, { of: 'run' }),
    onChanged: deps.onChanged,
  };

  async function look(run: string, looked: Looked): Promise<void> {
    const sentence = await showChanges(run, looked, deps.looking);
    if (sentence !== null) void vscode.window.showInformationMessage(sentence);
  }

  const ending = (how: IsolationEnd) => (run: PastRun) => endWorktree(run.run, how, end);
  const doings: { [D in Doing]: (run: PastRun) => Promise<void> } = {
    undo: run => restore({ run: run.run, to: 0, what: 'files' }, deps.restoring),
    redo: run => restore({ run: run.run, to: 'redo', what: 'files' }, deps.restoring),
    resume: deps.resume,
    merge: ending('merged'),
    keep: ending('kept'),
    discard: ending('discarded'),
  };

  /**
   * Anybody can call a command, with anything: only our own tree's nodes name a run. Else the person picks, also where
   * there is one alone and it would begin at once.
   */
  async function pick(doing: Doing, argument: unknown): Promise<PastRun | null> {
    const node = deps.nodeOf(argument);
    if (node !== null) return node.type === 'folder' ? null : past.find(node.run.run);
    const all = (await past.list()).filter(run => actionsOf(run).includes(doing));
    const shown = all.find(({ run }) => run === deps.runs.shown()?.id);
    if (shown !== undefined && doing !== 'resume') return shown;
    return pickRun(all, { ...words[doing], always: doing === 'resume' });
  }

  const command =
    (doing: Doing) =>
    async (argument: unknown): Promise<void> => {
      const run = await pick(doing, argument);
      if (run !== null) await doings[doing](run);
    };
  const at = (act: (run: string, checkpoint: number) => Promise<void>) => async (argument: unknown) => {
    const node = deps.nodeOf(argument);
    if (node?.type === 'checkpoint') await act(node.run.run, node.checkpoint);
  };

  const commands: RunCommands['commands'] = {
    'gatehouse.undoRun': command('undo'),
    'gatehouse.redoRun': command('redo'),
    'gatehouse.resumeRun': command('resume'),
    async 'gatehouse.openRun'(argument) {
      const node = deps.nodeOf(argument);
      if (node !== null && node.type !== 'folder') await deps.openRun(node.run.run);
    },
    async 'gatehouse.showChanges'(argument) {
      const node = deps.nodeOf(argument);
      if (node?.type === 'run') await look(node.run.run, { of: 'run' });
      if (node?.type === 'checkpoint') await look(node.run.run, { of: 'checkpoint', checkpoint: node.checkpoint });
    },
    'gatehouse.compareWithWorkspace': at((run, checkpoint) => look(run, { of: 'workspace', checkpoint })),
    'gatehouse.restoreFiles': at((run, to) => restore({ run, to, what: 'files' }, deps.restoring)),
    'gatehouse.restoreConversation': at((run, to) => restore({ run, to, what: 'both' }, deps.restoring)),
    'gatehouse.mergeRun': command('merge'),
    'gatehouse.keepBranch': command('keep'),
    'gatehouse.discardRun': command('discard'),
  };

  return {
    commands,
    async act(run, action) {
      const found = await past.find(run);
      if (found !== null) await doings[action](found);
    },
  };
}

const words: { [D in Doing]: { title: string; none: string } } = {
  undo: { title: 'the run to undo', none: 'No run of this folder has changes to undo.' },
  redo: { title: 'the run to redo', none: 'Nothing was undone, so there is nothing to redo.' },
  resume: { title: 'the run to go on with', none: 'No run of this folder was cut off or stopped.' },
  merge: { title: 'the worktree to merge', none: 'No run of this folder has a worktree of its own.' },
  keep: { title: 'the worktree whose branch stays', none: 'No run of this folder has a worktree of its own.' },
  discard: { title: 'the worktree to discard', none: 'No run of this folder has a worktree of its own.' },
};
