import { relative, sep } from 'node:path';
import { effective, workOf } from '../../journal/work.ts';
import type { RunEvent } from '../../protocol/event.ts';
import type { Plan } from '../../protocol/plan.ts';
import { planAfter, saidIn } from '../../protocol/said.ts';

/** What the person asked for, in order, not what was taken back, and none of the agent's options. */
export function taskOf(events: readonly RunEvent[]): string {
  const options = new Map<string, readonly string[]>();
  const said: string[] = [];
  let plan: Plan | null = null;
  for (const event of effective(events)) {
    if (event.kind === 'person.asked') options.set(event.question, event.options);
    const picked =
      event.kind === 'person.answered' &&
      options.get(event.question)?.some(option => option.trim() === event.text.trim()) === true;
    if (!picked) said.push(...saidIn(event, plan).map(({ text }) => text));
    plan = planAfter(event, plan);
  }
  return said.join('\n\n');
}

/** The plan that the person accepted; null where there is none, or only Auto took it. The planner wrote it. */
export function acceptedPlanOf(events: readonly RunEvent[]): string | null {
  const { plan, accepted } = workOf(events);
  if (plan === null || accepted === null || accepted === 'auto') return null;
  const { objective, constraints, acceptance, steps } = plan;
  const list = (title: string, rows: readonly string[]): string[] =>
    rows.length === 0 ? [] : [`${title}:`, ...rows.map(row => `- ${row}`)];
  return [
    `Objective: ${objective}`,
    ...list('Constraints', constraints),
    ...list('It is right when these commands pass', acceptance),
    ...list(
      'Steps',
      steps.map(({ title, detail }) => `${title}${detail === '' ? '' : `: ${detail}`}`),
    ),
  ].join('\n');
}

/** Whether a person allowed an edit of a file of which they were told this code. */
export function approvedIn(events: readonly RunEvent[], root: string): (path: string, code: string) => boolean {
  const paths = new Map<string, string>();
  const codes = new Map<string, string[]>();
  const approved = new Set<string>();
  for (const event of events) {
    if (event.kind === 'effect.proposed' && event.value.kind === 'edit')
      paths.set(event.effect, relative(root, event.value.path).split(sep).join('/'));
    else if (event.kind === 'effect.assessed')
      codes.set(
        event.effect,
        event.assessment.findings.map(({ code }) => code),
      );
    else if (
      event.kind === 'effect.decided' &&
      event.decision.verdict === 'allow' &&
      event.decision.by.type === 'person'
    )
      for (const code of codes.get(event.effect) ?? []) approved.add(`${paths.get(event.effect) ?? ''}\n${code}`);
  }
  return (path, code) => approved.has(`${path}\n${code}`);
}
