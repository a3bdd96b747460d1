import * as vscode from 'vscode';
import type { RunCommand } from '../../agent/run.ts';
import type { CommandOf } from '../../protocol/command.ts';
import { reasonSentence } from '../sentences.ts';
import type { OpenQuestions } from './openQuestions.ts';
import { counted, oneLine } from './safeText.ts';

const maxDetail = 600;

/**
 * What the person means by what they clicked: a yes to something critical takes a second, explicit one, in a dialog that has
 * to be answered, and may become a no there. null: they think about it. Anything else is meant as it is. `refused` tells of
 * an effect that was refused before whether it is critical.
 */
export async function meantBy(
  command: RunCommand,
  open: OpenQuestions,
  refused: (effect: string) => { critical: boolean } | null,
): Promise<RunCommand | null> {
  if (command.type === 'answer') return answerMeant(command, open);
  if (command.type === 'answerDenials') return listMeant(command, open);
  if (command.type !== 'allowDenied' || refused(command.effect)?.critical !== true) return command;
  const choice = await ask('Gatehouse: this is critical. Let it pass once?', [], 'Keep It Refused');
  return choice === 'yes' ? command : null;
}

async function answerMeant(command: CommandOf<'answer'>, open: OpenQuestions): Promise<CommandOf<'answer'> | null> {
  const question = open.get(command.question);
  if (command.answer.verdict !== 'allow' || question?.assessment?.tier !== 'critical') return command;
  const why = question.decision.reasons.slice(0, 3).map(reason => oneLine(reasonSentence(reason)));
  const what = question.value.kind === 'exec' ? [oneLine(question.value.command)] : [];
  const choice = await ask('Gatehouse: this is critical. Allow it all the same?', [...what, ...why], 'Deny');
  if (choice === null) return null;
  return choice === 'yes' ? command : { ...command, answer: { verdict: 'deny' } };
}

async function listMeant(
  command: CommandOf<'answerDenials'>,
  open: OpenQuestions,
): Promise<CommandOf<'answerDenials'> | null> {
  const { allow } = command.answer;
  const items = open.denials(command.question)?.items ?? [];
  const critical = items.filter(({ effect, tier }) => tier === 'critical' && allow.includes(effect));
  if (critical.length === 0) return command;
  const what = critical.map(({ value }) => (value.kind === 'exec' ? oneLine(value.command) : value.kind));
  const title = `Gatehouse: ${counted(critical.length, 'of them is', 'of them are')} critical. Allow all the same?`;
  const choice = await ask(title, what, 'Keep Refused');
  if (choice === null) return null;
  const ids = new Set(critical.map(({ effect }) => effect));
  const kept = allow.filter(effect => !ids.has(effect));
  return choice === 'yes' ? command : { ...command, answer: { ...command.answer, allow: kept } };
}

/** `no` is the first button, which has the focus: a key that is pressed once too often allows nothing. */
async function ask(question: string, detail: readonly string[], no: string): Promise<'yes' | 'no' | null> {
  const yes = 'Allow It';
  const text = detail.join('\n\n');
  const shown = text.length > maxDetail ? `${text.slice(0, maxDetail - 1)}…` : text;
  const choice = await vscode.window.showWarningMessage(question, { modal: true, detail: shown }, no, yes);
  return choice === yes ? 'yes' : choice === no ? 'no' : null;
}
