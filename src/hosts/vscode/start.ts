import * as vscode from 'vscode';
import type { Run } from '../../agent/run.ts';
import type { Diagnostic } from '../../policy/rule.ts';
import type { Approver } from '../../ports/approver.ts';
import type { Doubter } from '../../ports/doubter.ts';
import { Limits } from '../../protocol/budget.ts';
import type { CommandOf, Mode } from '../../protocol/command.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import type { PlanFirst } from '../../protocol/plan.ts';
import type { RunSetup } from '../compose.ts';
import type { HostSetup } from '../parts.ts';
import { policySentence } from '../policySentences.ts';
import { createConfirmer } from './confirmTask.ts';
import { createEditor } from './diagnostics.ts';
import { type Choice, chooseEndpoint } from './endpoint.ts';
import type { Keys } from './keys.ts';
import { type Settings, settingSchemas } from './names.ts';
import { editorRipgrep } from './ripgrep.ts';
import { oneLine } from './safeText.ts';
import { isSample } from './sample.ts';
import type { TaskChoice } from './tasks/taskRuns.ts';

export interface StartDeps {
  context: vscode.ExtensionContext;
  keys: Keys;
  settings(): Settings;
  approver: Approver;
  version: string;
  env: NodeJS.ProcessEnv;
}

/** Who would answer a run in this folder, or in a person's own where there is none yet. */
export function endpointFor(deps: StartDeps, folder: vscode.Uri | null): Promise<Choice> {
  const { context, env } = deps;
  return chooseEndpoint({
    baseUrl: deps.settings().baseUrl,
    defaultBaseUrl: settingSchemas.baseUrl.parse('https://api.anthropic.com'),
    keys: deps.keys,
    env,
    sample: folder !== null && isSample(folder, context, env),
    script: vscode.Uri.joinPath(context.extensionUri, 'media', 'demo.rehearsal.yaml').fsPath,
  });
}

/** Starts a run in `folder`. Rejects with a GatehouseError that tells the person what to do. */
export async function startIn(
  folder: vscode.Uri,
  command: Omit<CommandOf<'start'>, 'prompt'> & ({ prompt: string } | { choice: TaskChoice }),
  deps: StartDeps,
): Promise<Run> {
  const setup = await setupFor(folder, folder.fsPath, deps);
  const { composeRun } = await import('../compose.ts');
  const settings = deps.settings();
  const model = command.model ?? settings.model;
  const limits = { ...limitsOf(settings, setup.endpoint.type === 'rehearsal'), ...command.limits };
  const run = await composeRun({
    ...setup,
    ...(await whatToDo(command, limits, settings.mode)),
    workspace: folder.fsPath,
    plan: planningFor(command.plan ?? settings.planFirst, settings.autoAcceptSteps),
    // A script has no model to choose.
    ...(model === '' || setup.endpoint.type === 'rehearsal' ? {} : { model }),
    ...(command.isolate === undefined ? {} : { isolate: command.isolate }),
    isolationSettings: {
      setup: settings['isolation.setup'] === '' ? null : settings['isolation.setup'],
      copy: settings['isolation.copy'],
      maxCopyMiB: settings['isolation.maxCopyMiB'],
    },
  });
  tidyBehind(run, setup, deps);
  return run;
}

function planningFor(first: PlanFirst, acceptSteps: number): NonNullable<RunSetup['plan']> {
  if (first === 'never') return false;
  return { acceptSteps, ...(first === 'always' ? { askAlways: true } : {}) };
}

type ToDo = Pick<RunSetup, 'prompt' | 'mode' | 'limits' | 'accept' | 'taskClass'>;

/** The person's words, or what a task class makes of what they have set. */
async function whatToDo(command: Parameters<typeof startIn>[1], limits: Limits, setting: Mode): Promise<ToDo> {
  const mode = command.mode ?? setting;
  if ('prompt' in command) return { prompt: command.prompt, mode, limits };
  const { taskSetup } = await import('../tasks/setup.ts');
  return taskSetup({ ...command.choice, mode, limits, typed: { limits: command.limits } });
}

/** A script of our own costs nothing, so no limit in dollars is about it. */
function limitsOf(settings: Settings, free: boolean): Limits {
  const set = {
    tokens: settings['limits.tokens'],
    usd: free ? null : settings['limits.usd'],
    usdPerDay: free ? null : settings['limits.usdPerDay'],
    files: settings['limits.files'],
    lines: settings['limits.lines'],
    refusals: settings['limits.refusals'],
    unreviewedLines: settings.stopAtUnreviewedLines === 0 ? null : settings.stopAtUnreviewedLines,
  };
  const given = Object.entries(set).filter(([, figure]) => figure !== null);
  return Limits.parse({
    turns: settings['limits.turns'],
    minutes: settings['limits.minutes'],
    ...Object.fromEntries(given),
  });
}

/** A run of before that goes on. */
export interface ResumeWanted {
  run: string;
  /** The open folder that it was started in, and the folder that it works in. */
  folder: vscode.Uri;
  root: string;
  limits: Limits;
  /** That of the workspace: where the run's own is stricter, that holds. */
  workspaceMode: Mode;
  /** What the person says to it before it goes on. */
  words?: string;
  doubter: Doubter;
}

/** Goes on with a run. Rejects with a GatehouseError that tells the person what to do. */
export async function resumeIn({ folder, root, ...wanted }: ResumeWanted, deps: StartDeps): Promise<Run> {
  const setup = await setupFor(folder, root, deps);
  const { composeResume } = await import('../compose.ts');
  const run = await composeResume({ ...setup, ...wanted });
  tidyBehind(run, setup, deps);
  return run;
}

/** Nobody waits for it, and it fails in silence: `gatehouse gc` tells why. */
function tidyBehind(run: Run, { home, env }: HostSetup, deps: StartDeps): void {
  const tidy = async (): Promise<void> => {
    await run.result;
    const { tidyDaily } = await import('../housekeeping/daily.ts');
    const settings = deps.settings();
    const told = { runs: settings['retention.runs'], days: settings['retention.days'] };
    const gigabytes = settings['retention.gigabytes'];
    await tidyDaily({
      home,
      env,
      retention: {
        ...(told.runs === null ? {} : { runs: told.runs }),
        ...(told.days === null ? {} : { days: told.days }),
        ...(gigabytes === null ? {} : { gigabytes }),
      },
    });
  };
  void tidy();
}

/** What every run is given here. `root` is the folder that it works in. */
async function setupFor(folder: vscode.Uri, root: string, deps: StartDeps): Promise<HostSetup> {
  const { env, version, approver } = deps;
  const choice = await endpointFor(deps, folder);
  if (choice.type === 'noKey') throw new GatehouseError(failures.noKey({}));
  // The agent, the SDK and the rest of the core are loaded when they are first needed, not when the panel opens.
  const { openHome } = await import('../../journal/home.ts');
  const ripgrep = await editorRipgrep();
  const { reviewer } = deps.settings();
  return {
    home: await openHome({ env, workspace: folder.fsPath }),
    approver,
    confirmer: createConfirmer(),
    editor: createEditor(root),
    endpoint: choice.endpoint,
    ...(ripgrep === undefined ? {} : { ripgrep }),
    env,
    version,
    stopRules: deps.settings().stopRules,
    sandbox: deps.settings().sandbox,
    testCommand: deps.settings().testCommand,
    reviewModel: deps.settings().reviewModel,
    ...(reviewer === 'default' ? {} : { reviewer }),
    window: deps.settings().contextWindow,
    compaction: deps.settings().compaction,
    onPolicy: diagnostics => tellPolicy(diagnostics),
    assets: vscode.Uri.joinPath(deps.context.extensionUri, 'dist').fsPath,
  };
}

/** What is wrong with the repository's policy, told once as a run starts: what could be read of it is in force. */
function tellPolicy(diagnostics: readonly Diagnostic[]): void {
  const [first] = diagnostics;
  if (first === undefined) return;
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : '';
  const where = `${first.file.split(/[/\\]/).slice(-2).join('/')}:${first.line}`;
  void vscode.window.showWarningMessage(`Gatehouse policy, ${where}: ${unlinked(policySentence(first))}${more}`);
}

/** Notifications run `command:` links: the text of a file must be none. */
function unlinked(text: string): string {
  return oneLine(text).replaceAll(/[[\]()]/g, ' ');
}
