import type { Operation } from '../../checkpoints/timeline.ts';
import type { Effect } from '../../protocol/effect.ts';
import type { PastRun } from './past.ts';
import { actionsOf } from './pastActions.ts';
import { counted, oneLine } from './safeText.ts';

/** What the view lists. A note stands where there is nothing else. */
export type CheckpointNode =
  | { type: 'folder'; name: string; path: string; runs: readonly PastRun[] }
  | { type: 'run'; run: PastRun }
  | { type: 'checkpoint'; run: PastRun; checkpoint: number; operation: Operation | null };

/** A node as it is drawn. `context` has a word for each thing that can be asked of it. */
export interface NodeWords {
  id: string;
  label: string;
  description: string;
  tooltip: string;
  icon: string;
  /** A colour of the theme. */
  color: string | null;
  context: string;
  /** For a screen reader, in the place of label and description. */
  spoken: string;
}

/** The runs by folder where there are several, else the runs alone. */
export function topNodes(runs: readonly PastRun[]): CheckpointNode[] {
  const byFolder = Map.groupBy(runs, run => run.folder.uri.fsPath);
  if (byFolder.size < 2) return runs.map(run => ({ type: 'run', run }));
  return [...byFolder].map(([path, mine]) => ({
    type: 'folder',
    name: mine[0]?.folder.name ?? path,
    path,
    runs: mine,
  }));
}

/** The newest checkpoint first, the start last. To have gone to another state as a whole is no state of its own. */
export function childrenOf(node: CheckpointNode): CheckpointNode[] {
  if (node.type === 'folder') return node.runs.map(run => ({ type: 'run', run }));
  if (node.type === 'checkpoint') return [];
  const { run } = node;
  const made = statesOf(run).map(
    (operation): CheckpointNode => ({ type: 'checkpoint', run, checkpoint: operation.checkpoint, operation }),
  );
  return [...made.toReversed(), { type: 'checkpoint', run, checkpoint: 0, operation: null }];
}

function statesOf({ timeline }: PastRun): Operation[] {
  return timeline.operations.filter(({ source }) => source !== null);
}

export function wordsOf(node: CheckpointNode, now: number): NodeWords {
  switch (node.type) {
    case 'folder':
      return {
        id: node.path,
        label: node.name,
        description: counted(node.runs.length, 'run'),
        tooltip: node.path,
        icon: 'root-folder',
        color: null,
        context: 'folder',
        spoken: `${node.name}, ${counted(node.runs.length, 'run')}`,
      };
    case 'run':
      return runWords(node.run, now);
    case 'checkpoint':
      return checkpointWords(node, now);
  }
}

const states: { [S in PastRun['status']]: { word: string; icon: string; color: string | null } } = {
  done: { word: 'done', icon: 'pass', color: 'testing.iconPassed' },
  failed: { word: 'failed', icon: 'error', color: 'errorForeground' },
  stopped: { word: 'stopped', icon: 'debug-stop', color: null },
  limit: { word: 'stopped at a limit', icon: 'warning', color: 'editorWarning.foreground' },
  waiting: { word: 'waits for an answer', icon: 'question', color: 'editorWarning.foreground' },
  unreachable: { word: 'model not reached', icon: 'debug-disconnect', color: 'errorForeground' },
  interrupted: { word: 'interrupted', icon: 'debug-pause', color: 'editorWarning.foreground' },
  unfinished: { word: 'cut off', icon: 'debug-pause', color: 'editorWarning.foreground' },
};

function runWords(run: PastRun, now: number): NodeWords {
  const { current, redo, last } = run.timeline;
  const gone = run.isolationEnd !== null;
  const state = run.live
    ? { word: 'going on', icon: 'sync', color: null }
    : gone && run.isolationEnd !== null
      ? { ...states[run.status], word: `branch ${run.isolationEnd}` }
      : states[run.status];
  const undone = last > 0 && current === 0 && redo !== null;
  const parts = [
    state.word,
    ...(undone ? ['undone'] : []),
    counted(statesOf(run).length, 'checkpoint'),
    timeOf(run.startedAt, now),
  ];
  const actions = actionsOf(run);
  const context = ['run', 'open', ...(last > 0 && !gone ? ['diff'] : []), ...actions];
  return {
    id: run.run,
    label: shortened(run.title),
    description: parts.join(' · '),
    tooltip: [
      run.title,
      `Run ${run.run}: ${state.word}`,
      ...(run.isolation === null ? [] : [`Branch ${oneLine(run.isolation.branch)}`]),
    ].join('\n'),
    icon: run.isolation !== null && !run.live ? 'git-branch' : state.icon,
    color: state.color,
    context: context.join(' '),
    spoken: `Run: ${run.title}, ${parts.join(', ')}`,
  };
}

/** Room is left for how it stands. */
function shortened(title: string): string {
  return title.length <= 24 ? title : `${title.slice(0, 23).trimEnd()}…`;
}

type CheckpointOf = Extract<CheckpointNode, { type: 'checkpoint' }>;

function checkpointWords({ run, checkpoint, operation }: CheckpointOf, now: number): NodeWords {
  const { timeline } = run;
  const here = timeline.stateOf(checkpoint) === timeline.current;
  const applied = timeline.applied(checkpoint);
  const label = operation === null ? 'The start' : labelOf(operation, run.root);
  const time = timeOf(operation?.at ?? run.startedAt, now);
  const lines = operation === null ? '' : linesOf(operation);
  const parts = [
    ...(here ? ['current'] : applied ? [] : ['undone']),
    ...(operation === null ? [] : [lines === '' ? counted(operation.files, 'file') : lines]),
    ...(operation?.cutOff === true ? ['cut off, may hold changes of yours'] : []),
    time,
  ];
  const context = ['checkpoint'];
  const gone = run.isolationEnd !== null;
  if (operation !== null) context.push('diff');
  if (!gone) context.push('compare');
  if (!gone && !run.newer) context.push('restore');
  const number = operation === null ? '' : `${checkpoint}. `;
  return {
    id: `${run.run}/${checkpoint}`,
    label: `${number}${label}`,
    description: parts.join(' · '),
    tooltip: [`Checkpoint ${checkpoint}`, label, parts.join(' · ')].join('\n'),
    icon: here ? 'circle-filled' : applied ? 'circle-large-outline' : 'circle-slash',
    color: here ? 'charts.blue' : applied ? null : 'disabledForeground',
    context: context.join(' '),
    spoken: `Checkpoint ${checkpoint}: ${label}, ${parts.join(', ')}`,
  };
}

function labelOf({ by }: Operation, root: string): string {
  if (by.type === 'effect') return effectLabel(by.value, root);
  const where = by.to === 0 ? 'the start' : `checkpoint ${by.to}`;
  return `${by.who === 'agent' ? 'The agent restored' : 'Restored'} ${by.whole ? where : `some files of ${where}`}`;
}

/** An effect in a few words, without anything that could hide a part of it. */
export function effectLabel(value: Effect, root: string): string {
  switch (value.kind) {
    case 'edit':
      return `${value.base === null ? 'Create' : 'Edit'} ${oneLine(below(value.path, root))}`;
    case 'exec':
      return `Run ${oneLine(value.command)}`;
    case 'push':
      return `Push to ${oneLine(value.remote)}`;
    case 'read':
      return `Read ${oneLine(below(value.path, root))}`;
    case 'search':
      return `Search ${oneLine(value.pattern)}`;
    case 'diagnostics':
      return 'Look at problems';
    case 'fetch':
      return `Read ${oneLine(value.url)}`;
    case 'restore':
      return `Restore files of checkpoint ${value.checkpoint}`;
  }
}

function below(path: string, root: string): string {
  const inside = path.startsWith(root) && /[\\/]/.test(path.charAt(root.length));
  return inside && root !== '' ? path.slice(root.length + 1) : path;
}

/** Lines of an edit; of a command they are not known without looking at its files. */
function linesOf({ source }: Operation): string {
  return source?.type === 'edit' ? `+${source.edit.added} −${source.edit.removed}` : '';
}

/** The time of today, else the day too. */
export function timeOf(at: number, now: number): string {
  const time = new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  if (new Date(at).toDateString() === new Date(now).toDateString()) return time;
  return `${new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short' })}, ${time}`;
}
