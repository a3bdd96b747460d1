import * as vscode from 'vscode';
import type { Run } from '../../agent/run.ts';
import type { Diagnostic } from '../../policy/rule.ts';
import type { Approver } from '../../ports/approver.ts';
import type { CommandOf } from '../../protocol/command.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { policySentence } from '../policySentences.ts';
import { createEditor } from './diagnostics.ts';
import { type Choice, chooseEndpoint } from './endpoint.ts';
import type { Keys } from './keys.ts';
import { type Settings, settingSchemas } from './names.ts';
import { editorRipgrep } from './ripgrep.ts';
import { isSample } from './sample.ts';

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
export async function startIn(folder: vscode.Uri, command: CommandOf<'start'>, deps: StartDeps): Promise<Run> {
  const { env, version, approver } = deps;
  const choice = await endpointFor(deps, folder);
  if (choice.type === 'noKey') throw new GatehouseError(failures.noKey({}));
  // The agent, the SDK and the rest of the core are loaded when they are first needed, not when the panel opens.
  const [{ composeRun }, { openHome }] = await Promise.all([import('../compose.ts'), import('../../journal/home.ts')]);
  const workspace = folder.fsPath;
  const settings = deps.settings();
  const ripgrep = await editorRipgrep();
  const model = command.model ?? settings.model;
  return composeRun({
    prompt: command.prompt,
    workspace,
    mode: command.mode ?? settings.mode,
    // A script has no model to choose.
    ...(model === '' || choice.endpoint.type === 'rehearsal' ? {} : { model }),
    limits: { turns: settings['limits.turns'], minutes: settings['limits.minutes'], ...command.limits },
    home: await openHome({ env, workspace }),
    approver,
    editor: createEditor(workspace),
    endpoint: choice.endpoint,
    ...(ripgrep === undefined ? {} : { ripgrep }),
    env,
    version,
    sandbox: settings.sandbox,
    onPolicy: diagnostics => tellPolicy(diagnostics),
    assets: vscode.Uri.joinPath(deps.context.extensionUri, 'dist').fsPath,
  });
}

/** What is wrong with the repository's policy, told once as a run starts: what could be read of it is in force. */
function tellPolicy(diagnostics: readonly Diagnostic[]): void {
  const [first] = diagnostics;
  if (first === undefined) return;
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : '';
  const where = `${first.file.split(/[/\\]/).slice(-2).join('/')}:${first.line}`;
  void vscode.window.showWarningMessage(`Gatehouse policy, ${where}: ${oneLine(policySentence(first))}${more}`);
}

/** Notifications run `command:` links, and fold lines: the text of a file must be neither. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[[\]()]/g, ' ');
}
