import { code, prose } from '../../markdown.ts';
import type { Section } from '../words.ts';

/** What the run read that gives orders. Its words are quoted and never told as ours. */
export const flags: Section = (report, { say, paths }) => {
  if (report.flags.length === 0) return '';
  const lines = report.flags.map(({ source, marks }) => {
    const [first] = marks;
    const where = first === undefined || first.line === 0 ? '' : `, line ${first.line}`;
    const why = [...new Set(marks.map(mark => prose(say.mark(mark.code))))].join(', ');
    const words = first === undefined || first.excerpt === '' ? '' : `\n  - There it says: ${code(first.excerpt)}`;
    return `- ${paths(source)}${where}: ${why}${words}`;
  });
  const after = 'From the first of these on, whatever may leave this machine or outlast the run was asked about.';
  return `## Read and not obeyed\n\nThis text reads like orders to the agent. It was given to it as data.\n\n${lines.join('\n')}\n\n${after}`;
};
