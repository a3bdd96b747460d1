import type { DecidedBy } from '../protocol/decision.ts';
import type { Why, WrittenBy } from './why.ts';

/** What is known of a line's origin, in sentences of plain text; the first one is the answer. */
export function whySentences(why: Why): string[] {
  switch (why.type) {
    case 'written':
      return [
        `${actOf(why)}, in run ${why.run} on ${dayOf(why.at)}.`,
        ...behind(why),
        `To take the file back to before it: ${why.undo}`,
      ];
    case 'since':
      return [
        `Nothing that Gatehouse knows of wrote this line. It came after run ${why.run} had changed the file (${dayOf(why.at)}), from a person or another program.`,
      ];
    case 'before':
      return [
        why.runs === 0
          ? 'No run of Gatehouse that is known has changed this file.'
          : 'This line stood there before any run of Gatehouse that is known changed the file.',
      ];
    case 'gone':
      return ['It cannot be told any more: states of this file that would be needed were removed to bound their size.'];
  }
}

/** What stands behind a line that a run wrote: what was asked, the step, the agent's words, and who let it happen. */
export function behind({ asked, purpose, decision }: WrittenBy): string[] {
  const step = purpose?.step ?? null;
  return [
    `Asked for: ${flat(asked)}`,
    ...(step === null ? [] : [`Step ${step.number} of the plan: ${flat(step.title)}`]),
    ...(purpose === null || purpose.said === '' ? [] : [`The agent said: ${flat(purpose.said)}`]),
    approverOf(decision?.by ?? null),
  ];
}

export function actOf({ value, tool }: WrittenBy): string {
  if (value.kind === 'edit')
    return value.base === null ? 'The agent wrote this line when it created the file' : 'The agent wrote this line';
  return value.kind === 'exec'
    ? `A command of the agent wrote this line: ${flat(value.command)}`
    : `The agent’s tool ${tool} wrote this line`;
}

function approverOf(by: DecidedBy | null): string {
  if (by === null) return 'The journal does not tell who allowed it.';
  switch (by.type) {
    case 'person':
      return `A person allowed it (${by.surface}, after ${(by.afterMs / 1000).toFixed(1)} s).`;
    case 'rule':
      return `The rule ${by.rule} of the ${by.layer} policy allowed it.`;
    case 'model':
      return `The reviewing model ${by.model} allowed it.`;
    case 'static':
      return 'It was of low risk, so nobody was asked.';
  }
}

/** UTC, to the minute. */
export function dayOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function flat(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
