import type { RuleCheck } from '../../../src/protocol/panel.ts';
import { onEffect } from './calls.ts';
import type { OpenQuestion, ToolItem } from './items.ts';
import type { View } from './view.ts';
import { closeWork } from './work.ts';

export function asked(question: string, { reasons }: ToolItem): OpenQuestion {
  return { question, nonce: null, reasons, change: null, lasting: false, ruleText: null, check: null };
}

/** Puts what was said about a rule's text into the card of its question. */
export function showRuleCheck(view: View, question: string, check: RuleCheck): View {
  const effect = view.index.questions.get(question);
  if (effect === undefined) return view;
  return onEffect(view, effect, item => ({
    ...item,
    question: item.question?.question === question ? { ...item.question, check } : item.question,
  }));
}

/** Puts the whole change into the card of a question that is still open. */
export function showChange(view: View, question: string, patch: string): View {
  const effect = view.index.questions.get(question);
  if (effect === undefined) return view;
  return onEffect(view, effect, item => ({
    ...item,
    question: item.question?.question === question ? { ...item.question, change: patch } : item.question,
  }));
}

export function closeQuestion(before: View, question: string): View {
  const view = closeWork(before, question);
  const effect = view.index.questions.get(question);
  const pause = view.pause?.question === question ? null : view.pause;
  const closed = { ...view, pause, questions: view.questions.filter(open => open !== question) };
  if (effect === undefined) return closed;
  return onEffect(closed, effect, item => ({
    ...item,
    question: null,
    state: item.state === 'asking' ? 'waiting' : item.state,
  }));
}
