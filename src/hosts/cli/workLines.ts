import type { AcceptanceResult } from '../../protocol/acceptance.ts';
import type { EventKind, EventOf } from '../../protocol/event.ts';
import type { Plan } from '../../protocol/plan.ts';
import {
  acceptanceSentences,
  acceptedSentence,
  askReasonSentence,
  checkedWhen,
  checkSentence,
  commentLines,
  fellSentence,
  fitSentence,
} from '../workWords.ts';
import type { Paint } from './paint.ts';
import { visible } from './plain.ts';
import { wrapped } from './prose.ts';

type WorkKind = Extract<
  EventKind,
  | 'agent.begun'
  | `plan.${string}`
  | 'acceptance.checked'
  | `tests.${string}`
  | 'step.completed'
  | 'person.asked'
  | 'person.answered'
>;

/** What a transcript says about plans, steps and checks: whole lines, safe to write. */
export type WorkLines = { [K in WorkKind]: (event: EventOf<K>) => string[] };

export function workLines(paint: Paint, width: number): WorkLines {
  const flow = (text: string, indent = ''): string[] => wrapped(visible(text), indent, width);
  const dim = (rows: string[]): string[] => rows.map(row => paint('dim', row));
  const warn = (rows: string[]): string[] => rows.map(row => paint('yellow', row));

  const checked = (head: string, results: readonly AcceptanceResult[]): string[] =>
    results.flatMap(result => {
      const mark = result.passed ? paint('green', '✓') : paint('yellow', '✗');
      const [first = '', ...rest] = flow(`${head}, ${checkSentence(result)}`, '  ');
      return [`${mark} ${first.trimStart()}`, ...rest];
    });

  return {
    'agent.begun': event => dim([event.agent === 'planner' ? '▷ Planning' : '▷ Working']),
    'plan.submitted': event => planLines(event.value, paint, width),
    'plan.asked': () => [],
    'plan.edited': event => ['✎ You edited the plan:', ...planLines(event.value, paint, width)],
    'plan.changesAsked': event => [
      '✎ You asked for changes:',
      ...commentLines(event.comments).flatMap(line => flow(line, '  ')),
    ],
    'plan.rejected': event => [
      paint('red', '✗ You turned the plan down.'),
      ...(event.why === null ? [] : flow(event.why, '  ')),
    ],
    'plan.accepted': event => [paint('green', `✓ ${acceptedSentence(event)}`)],
    'acceptance.checked': event => [
      ...checked(checkedWhen[event.when], event.results),
      ...(event.when === 'baseline'
        ? acceptanceSentences(
            event.results.map(({ command }) => command),
            event.results,
          ).flatMap(each => warn(flow(`! ${each}`)))
        : []),
    ],
    'tests.checked': event => checked(checkedWhen[event.when], [event.result]),
    'tests.fell': event => warn(flow(`! ${fellSentence(event)}`)),
    'step.completed': event => [
      ...flow(`■ Step ${event.step} is done: ${event.title}`).map(row => paint('bold', row)),
      ...flow(event.outcome, '  '),
      ...event.risks.flatMap(risk => warn(flow(`! ${risk}`, '  '))),
      ...(event.next === '' ? [] : dim(flow(`Next: ${event.next}`, '  '))),
    ],
    'person.asked': event => questionLines(event, paint, width),
    'person.answered': event => [`${paint('bold', 'You:')} ${visible(event.text)}`],
  };
}

/** A plan as a person reads it. */
export function planLines(plan: Plan, paint: Paint, width: number): string[] {
  const flow = (text: string, indent: string): string[] => wrapped(visible(text), indent, width);
  const list = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`  ${paint('dim', title)}`, ...items.flatMap(item => bullet('-', item, flow))];
  const steps = plan.steps.flatMap((step, index) => [
    ...bullet(`${index + 1}.`, step.title, flow).map(row => paint('bold', row)),
    ...(step.detail === '' ? [] : flow(step.detail, '       ')),
    ...((step.files ?? []).length === 0
      ? []
      : flow(`Files: ${(step.files ?? []).join(', ')}`, '       ').map(row => paint('dim', row))),
    ...(step.rollback === undefined
      ? []
      : flow(`To take it back: ${step.rollback}`, '       ').map(row => paint('dim', row))),
  ]);
  const unmeasured = acceptanceSentences(plan.acceptance, null);
  return [
    ...flow(`■ Plan: ${plan.objective}`, '').map(row => paint('bold', row)),
    ...flow(fitSentence(plan.fit, plan.fitReason), '  ').map(row => (plan.fit === 'auto' ? row : paint('yellow', row))),
    ...steps,
    ...list('It is done when these pass', plan.acceptance),
    ...unmeasured.flatMap(each => flow(`! ${each}`, '  ').map(row => paint('yellow', row))),
    ...list('It keeps to', plan.constraints),
    ...list('What could go wrong', plan.risks),
  ];
}

/** What the agent wants to know, with its choices numbered from 1. */
export function questionLines(
  { text, options, reason }: { text: string; options: readonly string[]; reason: EventOf<'person.asked'>['reason'] },
  paint: Paint,
  width: number,
): string[] {
  const why = askReasonSentence(reason);
  return [
    ...wrapped(`? ${visible(text)}`, '', width).map(row => paint(['bold', 'cyan'], row)),
    ...(why === null ? [] : wrapped(why, '  ', width).map(row => paint('dim', row))),
    ...options.flatMap((option, index) => wrapped(`${index + 1}  ${visible(option)}`, '  ', width)),
  ];
}

function bullet(mark: string, text: string, flow: (text: string, indent: string) => string[]): string[] {
  const [first = '', ...rest] = flow(text, '       ');
  return [`  ${mark.padStart(4)} ${first.trimStart()}`, ...rest];
}
