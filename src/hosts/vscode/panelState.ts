import * as vscode from 'vscode';
import type { PanelState, PastEntry } from '../../protocol/panel.ts';
import { estimatesOf } from '../estimating.ts';
import { folders } from './folders.ts';
import type { GrantList } from './grantList.ts';
import type { Modes } from './modes.ts';
import type { PastRun } from './past.ts';
import { actionsOf } from './pastActions.ts';
import { isLive, type Runs } from './runs.ts';
import { isSample, sampleTask } from './sample.ts';
import { endpointFor, type StartDeps } from './start.ts';
import type { TaskRuns } from './tasks/taskRuns.ts';
import type { Ways } from './ways.ts';

export interface StateDeps {
  start: StartDeps;
  runs: Runs;
  ways: Pick<Ways, 'isolate' | 'planFirst'>;
  tasks: Pick<TaskRuns, 'shown'>;
  modes: Pick<Modes, 'current' | 'page'>;
  grants: Pick<GrantList, 'list'>;
}

const examples = [
  'Run the tests and mend what fails',
  'Explain how this project is built and tested',
  'Find dead code and remove it, with the tests green',
];

/** So many earlier runs are offered in the panel; the tree has all. */
const mostPast = 20;

/** All that the panel shows and that is not of one run. `past` are the runs of the open folders, the newest first. */
export async function panelState(deps: StateDeps, past: readonly PastRun[]): Promise<PanelState> {
  const { start, runs, ways, tasks, modes, grants } = deps;
  const folder = folders()[0]?.uri ?? null;
  const settings = start.settings();
  const choice = await endpointFor(start, folder);
  const trusted = vscode.workspace.isTrusted;
  const sample = folder !== null && isSample(folder, start.context, start.env);
  const { origin } = new URL(settings.baseUrl);
  const rehearsal = choice.type === 'ready' && choice.endpoint.type === 'rehearsal';
  const shown = runs.shown();
  const shownPast = shown === null || isLive(shown) ? undefined : past.find(({ run }) => run === shown.id);
  const earlier = past.filter(({ run }) => runs.get(run) === null);
  const cutOff = earlier.find(({ goesOn, live }) => goesOn && !live);
  // Only what was under way last is offered: an older one has been passed over already.
  const resumable = cutOff !== undefined && cutOff === past[0] && trusted ? cutOff : null;
  const estimates = estimatesOf(
    past.map(({ figures }) => figures),
    trusted ? tasks.shown() : [],
  );
  return {
    runs: runs.list().map(held => ({ run: held.id, title: held.title, state: held.state() })),
    shown: shown?.id ?? null,
    mode: modes.current(),
    autoPage: modes.page(),
    grants: await grants.list().catch(() => []),
    model: settings.model,
    endpoint: rehearsal ? { type: 'rehearsal' } : { type: 'api', origin },
    obstacle: folder === null ? 'noFolder' : !trusted ? 'untrusted' : choice.type === 'noKey' ? 'noKey' : null,
    sample,
    examples: sample ? [sampleTask] : examples,
    ...estimates,
    isolate: ways.isolate(),
    planFirst: ways.planFirst(),
    past: earlier.slice(0, mostPast).map(entryOf),
    resumable: resumable === null ? null : entryOf(resumable),
    actions: shownPast === undefined || !trusted ? [] : actionsOf(shownPast),
  };
}

function entryOf({ run, title, startedAt, status, live }: PastRun): PastEntry {
  const state = live ? 'elsewhere' : status === 'unfinished' ? 'cutOff' : status;
  return { run, title, startedAt, state };
}
