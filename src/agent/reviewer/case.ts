import { relative, sep } from 'node:path';
import { workOf } from '../../journal/work.ts';
import type { RunEvent } from '../../protocol/event.ts';

/** What the person asked for, in order, not what was taken back. */
export function taskOf(events: readonly RunEvent[]): string {
  const said: { seq: number; text: string }[] = [];
  for (const event of events) {
    if (event.kind === 'run.started') said.push({ seq: event.seq, text: event.prompt });
    else if (event.kind === 'person.said') said.push({ seq: event.seq, text: event.text });
    else if (event.kind === 'conversation.rewound')
      said.splice(0, said.length, ...said.filter(({ seq }) => seq < event.record));
  }
  return said.map(({ text }) => text).join('\n\n');
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
