import { prose } from '../../markdown.ts';
import { type Section, subject } from '../words.ts';

export const doubts: Section = (report, { paths }) => {
  const open = report.effects.filter(({ state }) => state === 'inDoubt');
  if (open.length === 0) return '';
  const lines = open.map(({ tool, value }) => `- ${prose(tool)} ${subject(value, paths)}`);
  return `## In doubt\n\nBegun, and nothing says whether it ended:\n\n${lines.join('\n')}`;
};
