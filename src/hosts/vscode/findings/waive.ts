import * as vscode from 'vscode';
import type { Home } from '../../../journal/home.ts';
import { findingPlace, kindWords, severityWords } from '../../reviewWords.ts';
import type { Runs } from '../runs.ts';
import { oneLine } from '../safeText.ts';
import type { Findings } from './findings.ts';
import type { ShownFinding } from './shown.ts';

export interface WaiveDeps {
  runs: Runs;
  home: () => Promise<Home>;
  env: NodeJS.ProcessEnv;
  /** The journal of a run that does not go on has grown. */
  onChanged: (run: string) => Promise<void>;
}

/**
 * Lets a finding be. Anybody can call the command, with anything: it only opens the question, and without a reason that
 * the person types nothing is waived.
 */
export async function askToWaive(argument: unknown, findings: Findings, deps: WaiveDeps): Promise<void> {
  const found = findings.of(argument) ?? (await pick(findings.open()));
  if (found === null) return;
  const { run, finding } = found;
  const reason = await vscode.window.showInputBox({
    title: `Waive: ${severityWords[finding.severity]}, ${kindWords[finding.category]}, ${oneLine(findingPlace(finding))}`,
    prompt: oneLine(finding.sentence),
    placeHolder: 'Why it may stay as it is; kept in the run’s report',
    ignoreFocusOut: true,
    validateInput: text => (text.trim() === '' ? 'Say why, or press Escape to leave it open.' : null),
  });
  if (reason !== undefined && reason.trim() !== '')
    await waive({ run, finding: finding.id, reason: reason.trim(), surface: 'editor' }, deps);
}

export interface Waived {
  run: string;
  finding: string;
  reason: string;
  surface: string;
}

/** In a run that goes on by its own command, else in its journal. Says where it was settled before. */
export async function waive({ run, ...rest }: Waived, { runs, home, env, onChanged }: WaiveDeps): Promise<void> {
  const held = runs.get(run);
  const outcome = held?.send({ type: 'waive', ...rest }) ?? 'late';
  if (outcome === 'taken') return;
  if (outcome === 'late') {
    // One that has just ended still writes its last records.
    await held?.over;
    const { waivePast } = await import('../../waiving.ts');
    if (await waivePast({ home: await home(), run, env, ...rest })) return onChanged(run);
  }
  void vscode.window.showInformationMessage('That finding is not open any more.');
}

async function pick(open: readonly ShownFinding[]): Promise<ShownFinding | null> {
  if (open.length === 0) {
    void vscode.window.showInformationMessage('The reviewer has left nothing open.');
    return null;
  }
  const items = open.map(found => ({
    label: oneLine(findingPlace(found.finding)),
    description: `${severityWords[found.finding.severity]}, ${kindWords[found.finding.category]}`,
    detail: oneLine(found.finding.sentence),
    found,
  }));
  return (await vscode.window.showQuickPick(items, { title: 'Waive a finding of the review' }))?.found ?? null;
}
