import * as vscode from 'vscode';
import type { RunCommand } from '../../agent/run.ts';
import type { CommandOf } from '../../protocol/command.ts';
import { reasonSentence } from '../sentences.ts';
import type { OpenQuestions } from './openQuestions.ts';
import { counted, oneLine } from './safeText.ts';

const [back, go] = ['Go Back', 'Allow It'];
const maxDetail = 600;

/**
 * Whether the person means it: a yes to something critical takes a second, explicit one, in a dialog that has to be
 * answered. Anything else is sure at once. `refused` tells of an effect that was refused before whether it is critical.
 */
export async function isSure(
  command: RunCommand,
  open: OpenQuestions,
  refused: (effect: string) => { critical: boolean } | null,
): Promise<boolean> {
  if (command.type === 'answer') return sureOfAnswer(command, open);
  if (command.type === 'answerDenials') return sureOfList(command, open);
  if (command.type !== 'allowDenied') return true;
  return refused(command.effect)?.critical !== true || ask('Gatehouse: this is critical. Let it pass once?', []);
}

async function sureOfAnswer(command: CommandOf<'answer'>, open: OpenQuestions): Promise<boolean> {
  const question = open.get(command.question);
  if (command.answer.verdict !== 'allow' || question?.assessment?.tier !== 'critical') return true;
  const why = question.decision.reasons.slice(0, 3).map(reason => oneLine(reasonSentence(reason)));
  const what = question.value.kind === 'exec' ? [oneLine(question.value.command)] : [];
  return ask('Gatehouse: this is critical. Allow it all the same?', [...what, ...why]);
}

async function sureOfList(command: CommandOf<'answerDenials'>, open: OpenQuestions): Promise<boolean> {
  const items = open.denials(command.question)?.items ?? [];
  const critical = items.filter(({ effect, tier }) => tier === 'critical' && command.answer.allow.includes(effect));
  if (critical.length === 0) return true;
  const what = critical.map(({ value }) => (value.kind === 'exec' ? oneLine(value.command) : value.kind));
  return ask(`Gatehouse: ${counted(critical.length, 'of them is', 'of them are')} critical. Allow all the same?`, what);
}

async function ask(question: string, detail: readonly string[]): Promise<boolean> {
  const text = detail.join('\n\n');
  const shown = text.length > maxDetail ? `${text.slice(0, maxDetail - 1)}…` : text;
  // The first button has the focus: a key that is pressed once too often allows nothing.
  return (await vscode.window.showWarningMessage(question, { modal: true, detail: shown }, back, go)) === go;
}
