import { code, prose } from '../../markdown.ts';
import type { ReportedIsolation } from '../report.ts';
import { duration, type Section, time, times } from '../words.ts';

export const heading: Section = (report, { say }) => {
  const { summary } = report;
  const facts = [
    `- Status: **${summary.status ?? 'unfinished'}**${summary.failure === null ? '' : `: ${prose(say.failure(summary.failure))}`}`,
    `- Folder: ${code(summary.workspace)}`,
    `- Started: ${time(summary.startedAt)}, took ${duration(summary.lastAt - summary.startedAt)}`,
    `- Mode: ${summary.mode ?? 'unknown'}`,
    `- Model: ${code(summary.model)}${summary.scripted ? ' (scripted, no AI)' : ''}`,
    `- Gatehouse ${prose(report.gatehouse)}`,
  ];
  if (report.isolation !== null) facts.push(...isolation(report.isolation, summary.run));
  if (report.resumed > 0) facts.push(`- Resumed: ${times(report.resumed)}`);
  return `# Run ${code(summary.run)}\n\n${facts.join('\n')}`;
};

function isolation(found: ReportedIsolation, run: string): string[] {
  const became = {
    merged: `merged${found.into === null ? '' : ` into ${code(found.into)}`}`,
    kept: 'kept; its worktree is gone',
    discarded: 'discarded',
  };
  const end = found.ended === null ? `open; ${code(`gatehouse worktree ${run}`)} shows it` : became[found.ended];
  return [
    `- Branch: ${code(found.branch)} from ${code(found.base.slice(0, 12))} of ${code(found.original)}`,
    `- Became of it: ${end}`,
  ];
}
