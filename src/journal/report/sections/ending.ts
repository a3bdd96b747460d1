import { code, fence, prose } from '../../markdown.ts';
import type { Section } from '../words.ts';

export const ending: Section = (report, { say }) => {
  const { status, exitCode, failure } = report.summary;
  const lines: string[] = [];
  if (status === null) lines.push('The run has no recorded end: it still runs or was interrupted.');
  else lines.push(`The run ended as **${status}** with exit code ${exitCode ?? 'unknown'}.`);
  if (failure !== null) lines.push(prose(say.failure(failure)));
  const last = report.steering.findLast(({ type }) => type === 'stopped' || type === 'reached');
  if (last?.type === 'reached' && status === 'limit')
    lines.push(
      `A limit stopped it: ${say.limit(last.limit, last.used)}, where ${say.limit(last.limit, last.allowed)} were allowed.`,
    );
  if (last?.type === 'stopped' && (status === 'done' || status === 'stopped'))
    lines.push(`The rule ${code(last.rule)} ended it; the section above has the records that led to it.`);
  for (const by of report.stops) lines.push(`A stop was requested (${by}).`);
  for (const { pid, name } of report.survivors) lines.push(`Still alive afterwards: ${code(name)} (${pid}).`);
  if (report.lastWords !== '') lines.push(`The model's last words:\n\n${fence(report.lastWords)}`);
  return `## How it ended\n\n${lines.join('\n\n')}`;
};
