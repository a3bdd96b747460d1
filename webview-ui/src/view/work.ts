import type { AcceptanceResult } from '../../../src/protocol/acceptance.ts';
import type { EventOf } from '../../../src/protocol/event.ts';
import type { Plan, StepReport } from '../../../src/protocol/plan.ts';
import type { AskedItem, Item, PlanItem } from './items.ts';
import { append, entryAt, replaceAt } from './log.ts';
import type { View } from './view.ts';

/** What the run works by and how far it is. */
export interface Work {
  plan: Plan | null;
  accepted: boolean;
  steps: readonly StepReport[];
  /** How each check that measures the run stood last. */
  checks: readonly AcceptanceResult[];
  /** Where the last plan is in the log; null while there is none. */
  place: number | null;
  /** Where what the agent asked is, by the question's id. */
  asked: ReadonlyMap<string, number>;
}

export const noWork: Work = { plan: null, accepted: false, steps: [], checks: [], place: null, asked: new Map() };

/** A plan that was submitted or edited: its card, and the one before it closes. */
export function planned(
  view: View,
  key: string,
  event: EventOf<'plan.submitted'> | EventOf<'plan.edited'>,
  sentences: string[],
): View {
  const { work } = view;
  const by = event.kind === 'plan.edited' ? 'person' : 'planner';
  const before = onPlan(view, item =>
    item.state === 'proposed' ? { ...item, state: 'replaced', question: null } : item,
  );
  const item: PlanItem = {
    type: 'plan',
    key,
    by,
    plan: event.value,
    state: 'proposed',
    sentences,
    question: null,
    baseline: null,
  };
  const place = before.items.length;
  const items = append(before.items, item as Item);
  return { ...before, items, work: { ...work, plan: event.value, accepted: false, place } };
}

export function onPlan(view: View, change: (item: PlanItem) => PlanItem): View {
  const { place } = view.work;
  const item = place === null ? null : entryAt(view.items, place);
  if (place === null || item?.type !== 'plan') return view;
  return { ...view, items: replaceAt(view.items, place, change(item)) };
}

/** The plan's question is open; its nonce comes apart. */
export function planAsked(view: View, question: string): View {
  const open = { ...view, thinking: false, questions: [...view.questions, question] };
  return onPlan(open, item => ({ ...item, question: { question, nonce: null } }));
}

export function planSettled(view: View, state: 'accepted' | 'replaced' | 'rejected'): View {
  const settled = onPlan(view, item => ({ ...item, state, question: null }));
  return state === 'accepted' ? { ...settled, work: { ...settled.work, accepted: true } } : settled;
}

export function checked(view: View, event: EventOf<'acceptance.checked'>): View {
  const again = new Set(event.results.map(({ command }) => command));
  const checks = [...view.work.checks.filter(({ command }) => !again.has(command)), ...event.results];
  const next = { ...view, work: { ...view.work, checks } };
  return event.when === 'baseline' ? onPlan(next, item => ({ ...item, baseline: checks })) : next;
}

export function completed(view: View, key: string, event: EventOf<'step.completed'>): View {
  const steps = [...view.work.steps.filter(({ step }) => step !== event.step), event];
  const items = append(view.items, { type: 'step', key, report: event });
  return { ...view, items, work: { ...view.work, steps } };
}

export function personAsked(view: View, key: string, event: EventOf<'person.asked'>, sentences: string[]): View {
  const { question, text, options } = event;
  const item: AskedItem = { type: 'asked', key, question, text, options, sentences, nonce: null, answer: null };
  const asked = new Map(view.work.asked).set(question, view.items.length);
  return {
    ...view,
    thinking: false,
    questions: [...view.questions, question],
    items: append(view.items, item as Item),
    work: { ...view.work, asked },
  };
}

export function onAsked(view: View, question: string, change: (item: AskedItem) => AskedItem): View {
  const place = view.work.asked.get(question);
  const item = place === undefined ? null : entryAt(view.items, place);
  if (place === undefined || item?.type !== 'asked') return view;
  return { ...view, items: replaceAt(view.items, place, change(item)) };
}

/** A question that is open in the run: what may answer it has come, or is gone. */
export function withNonce(view: View, type: 'plan' | 'asked', question: string, nonce: string | null): View {
  const known =
    nonce === null || view.questions.includes(question) ? view : { ...view, questions: [...view.questions, question] };
  if (type === 'asked') return onAsked(known, question, item => ({ ...item, nonce }));
  return onPlan(known, item => ({ ...item, question: nonce === null ? null : { question, nonce } }));
}

/** The question is open no more, whoever answered it. */
export function closeWork(view: View, question: string): View {
  const closed = onPlan(view, item => (item.question?.question === question ? { ...item, question: null } : item));
  return onAsked(closed, question, item => ({ ...item, nonce: null }));
}
