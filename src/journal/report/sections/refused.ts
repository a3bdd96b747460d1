import { prose } from '../../markdown.ts';
import { type Section, subject } from '../words.ts';

/** What the run wanted and did not get. */
export const refused: Section = (report, { paths, say }) => {
  const denied = report.effects.filter(({ decisions }) => decisions.at(-1)?.verdict === 'deny');
  if (denied.length === 0) return '';
  const lines = denied.map(({ tool, value, decisions }) => {
    const [reason] = decisions.at(-1)?.reasons ?? [];
    const why = reason === undefined ? '' : `: ${prose(say.reason(reason.code, reason.args))}`;
    return `- ${prose(tool)} ${subject(value, paths)}${why}`;
  });
  return `## What was refused\n\n${lines.join('\n')}`;
};
