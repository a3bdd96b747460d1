import { prose } from '../../markdown.ts';
import { count, type Section } from '../words.ts';

const acceptedBy = {
  person: 'accepted by a person',
  auto: 'accepted by itself, being small',
  option: 'accepted by an option',
};

/** The plan, and what became of each of its steps; the steps alone where there was no plan. */
export const plan: Section = ({ plan: story }) => {
  const { plan: found, steps, comments, rejected, accepted, number } = story;
  const earlier = Math.max(0, number - 1);
  if (found === null && steps.length === 0) return '';
  const lines: string[] = [];
  if (found !== null) {
    const { objective, constraints, risks, fit, fitReason } = found;
    const state = rejected !== null ? 'rejected' : accepted === null ? 'not accepted' : acceptedBy[accepted];
    lines.push(
      prose(objective),
      '',
      `- The plan was ${state}${earlier > 0 ? `, after ${count(earlier, 'earlier version')}` : ''}.`,
    );
    const why = rejected?.why ?? null;
    if (why !== null) lines.push(`- The person said: ${prose(why)}`);
    if (fit !== 'auto')
      lines.push(
        `- The planner calls it ${fit === 'ask' ? 'work to be watched' : 'no work for an agent'}${fitReason === undefined ? '' : `: ${prose(fitReason)}`}`,
      );
    for (const each of constraints) lines.push(`- Constraint: ${prose(each)}`);
    for (const each of risks) lines.push(`- Risk: ${prose(each)}`);
    for (const { step, text } of comments)
      lines.push(`- Comment${step === null ? '' : ` on step ${step}`}: ${prose(text)}`);
    lines.push('');
  }
  const done = new Map(steps.map(each => [each.step, each]));
  const titles = found?.steps.map(({ title }) => title) ?? steps.map(({ title }) => title);
  const last = Math.max(titles.length, ...done.keys());
  for (let step = 1; step <= last; step++) {
    const report = done.get(step);
    const title = prose(titles[step - 1] ?? report?.title ?? '');
    if (report === undefined) {
      lines.push(`${step}. ${title}: **not ended**`);
      continue;
    }
    lines.push(`${step}. ${title}: **ended**, ${count(report.files.length, 'file')}, checkpoint ${report.checkpoint}`);
    if (report.outcome.trim() !== '') lines.push(`   - The agent says: ${prose(report.outcome)}`);
    for (const risk of report.risks) lines.push(`   - Open: ${prose(risk)}`);
  }
  return `## The plan\n\n${lines.join('\n').trim()}`;
};
