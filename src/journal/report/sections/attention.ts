import type { Absence } from '../../attention.ts';
import type { Report } from '../report.ts';
import { count, duration, type Section } from '../words.ts';

/** How closely a person looked: approvals that are too fast to have been read show here. */
export const attention: Section = report => {
  const { answers, quick, medianMs, longestMs, absences } = report.attention;
  const lines: string[] = [];
  if (medianMs !== null && longestMs !== null) {
    const allowed = answers.filter(answer => answer.allowed).length;
    lines.push(
      `- ${count(answers.length, 'question')} answered, ${allowed} of them with a yes; half of them within ${duration(medianMs)}, the slowest after ${duration(longestMs)}`,
      `- Allowed within two seconds: ${quick}`,
    );
  }
  for (const absence of absences) lines.push(`- ${away(absence, report)}`);
  return lines.length === 0 ? '' : `## Attention\n\n${lines.join('\n')}`;
};

function away({ from, until, changes, commands, looks, refused }: Absence, { summary }: Report): string {
  const done = [count(changes, 'change'), count(commands, 'command'), count(looks, 'look')].join(', ');
  return `Out of sight for ${duration((until ?? summary.lastAt) - from)}: ${done}, ${count(refused, 'refusal')}`;
}
