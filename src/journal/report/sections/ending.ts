import { code, fence, prose } from '../../markdown.ts';
import type { Section } from '../words.ts';

export const ending: Section = (report, { say }) => {
  const { status, exitCode, failure } = report.summary;
  const lines: string[] = [];
  if (status === null) lines.push('The run has no recorded end: it still runs or was interrupted.');
  else lines.push(`The run ended as **${status}** with exit code ${exitCode ?? 'unknown'}.`);
  if (failure !== null) lines.push(prose(say.failure(failure)));
  for (const { limit, used, allowed } of report.limits) lines.push(`Limit reached: ${used} of ${allowed} ${limit}.`);
  for (const { limit, from, to } of report.raises) lines.push(`The limit was raised from ${from} to ${to} ${limit}.`);
  for (const { rule, evidence } of report.rules)
    lines.push(`Ended by the rule ${code(rule)}, for what the records ${evidence.join(', ')} of the journal show.`);
  for (const by of report.stops) lines.push(`A stop was requested (${by}).`);
  for (const { pid, name } of report.survivors) lines.push(`Still alive afterwards: ${code(name)} (${pid}).`);
  if (report.lastWords !== '') lines.push(`The model's last words:\n\n${fence(report.lastWords)}`);
  return `## How it ended\n\n${lines.join('\n\n')}`;
};
