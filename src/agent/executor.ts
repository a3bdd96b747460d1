import { createSections } from '../gate/review/sections.ts';
import type { AcceptanceResult } from '../protocol/acceptance.ts';
import type { Plan, PlanAcceptedBy } from '../protocol/plan.ts';
import { executorTools } from '../tools/table.ts';
import type { Agent } from './agent.ts';
import { executorPrompt } from './prompts.ts';

export const executor: Agent = { name: 'executor', system: executorPrompt, tools: executorTools };

/**
 * The accepted plan as the executor is given it, between tags that nothing in it can end. It is the planner's word, as
 * far as the person accepted it; `by` tells who did.
 */
export function planAsContext(plan: Plan, by: PlanAcceptedBy, edited: boolean): string {
  const sections = createSections();
  const list = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`${title}:`, ...items.map(item => `- ${item}`)];
  const steps = plan.steps.flatMap((step, index) => [
    `${index + 1}. ${step.title}`,
    ...(step.detail.trim() === '' ? [] : [indented(step.detail)]),
    ...(step.files === undefined || step.files.length === 0 ? [] : [`   Likely files: ${step.files.join(', ')}`]),
    ...(step.rollback === undefined ? [] : [`   To take it back: ${step.rollback}`]),
  ]);
  const text = [
    `Objective: ${plan.objective}`,
    ...list('Keep to these', plan.constraints),
    ...list('It is done when these commands exit with 0; they are run for you at the end', plan.acceptance),
    'Steps:',
    ...steps,
    ...list('Risks', plan.risks),
  ].join('\n');
  return [
    `Between the tags plan-${sections.word} is the plan. It was made by another agent that had read the code${edited ? ', and the person edited it' : ''}; what it says of the person's words is not theirs. ${acceptedBy[by]}`,
    sections.of('plan', text),
    `Work its steps in their order and end each with CompleteStep. The plan serves the person's goal: where the code shows it to be wrong, do what the goal needs, keep to the constraints, and say so when you end the step. Read a file before you change it; you have read none yet.`,
  ].join('\n');
}

const acceptedBy: Record<PlanAcceptedBy, string> = {
  person: 'The person read and accepted it.',
  option: 'The person had it accepted by an option, so they may not have read it.',
  auto: 'It was accepted by itself, since it is small: the person has not read it.',
};

/** How the checks stand before any change. */
export function baselineAsContext(results: readonly AcceptanceResult[], told: readonly string[]): string {
  const all = results.every(({ passed }) => passed);
  const note = all
    ? 'All of them pass before any change, so that they only show that nothing broke: show in another way that the goal is met.'
    : 'What passes must still pass in the end.';
  return `The run is measured by these commands. They were run before any change:\n${told.join('\n')}\n${note}`;
}

/** What of the checks fails when the executor thinks that it is done. */
export function failingAtEnd(told: readonly string[]): string {
  return `You ended, and these commands, which measure the run, do not pass:\n${told.join('\n')}\nGo on until they pass. If that cannot be done, or one of them is wrong, end again without another change and say why.`;
}

function indented(text: string): string {
  return text
    .trim()
    .split('\n')
    .map(line => `   ${line}`)
    .join('\n');
}
