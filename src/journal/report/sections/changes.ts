import { code, fence, prose } from '../../markdown.ts';
import type { ReportedChange } from '../effects.ts';
import type { DiffedFile } from '../extras.ts';
import type { Report } from '../report.ts';
import { count, type Section } from '../words.ts';

/** What changed, and why, as far as the run tells. With the states at hand from the first to the last, else edit by edit. */
export const changes: Section = (report, { paths }) => {
  const diff = report.extras?.diff ?? [];
  if (diff.length > 0) return whole(report, diff);
  if (report.changes.length === 0) return '## What changed\n\nNo file was changed by an edit.';
  const files = report.changes.map(change => {
    const added = change.edits.reduce((sum, edit) => sum + edit.added, 0);
    const removed = change.edits.reduce((sum, edit) => sum + edit.removed, 0);
    const patches = change.edits.map(edit => fence(edit.patch, 'diff')).join('\n\n');
    return [
      `### ${paths(change.path)}`,
      `${count(added, 'line')} added, ${removed} removed.`,
      ...why(change),
      patches,
    ].join('\n\n');
  });
  return `## What changed\n\n${files.join('\n\n')}`;
};

function whole(report: Report, diff: readonly DiffedFile[]): string {
  const added = diff.reduce((sum, file) => sum + file.added, 0);
  const removed = diff.reduce((sum, file) => sum + file.removed, 0);
  const stat = diff.map(file => `- ${code(file.path)}: ${statOf(file)}`);
  const root = report.summary.workspace.replace(/[\\/]$/, '');
  const byPath = new Map(
    report.changes.map(change => [change.path.slice(root.length + 1).replaceAll('\\', '/'), change]),
  );
  const files = diff.map(file => {
    const change = byPath.get(file.path);
    return [
      `### ${code(file.path)}`,
      ...(change === undefined ? ['Changed by a command.'] : why(change)),
      ...(file.patch === '' ? [] : [fence(file.patch, 'diff')]),
    ].join('\n\n');
  });
  const sum = `${count(diff.length, 'file')}, ${added} added and ${count(removed, 'line')} removed, from the run’s start to its end:`;
  return `## What changed\n\n${sum}\n\n${stat.join('\n')}\n\n${files.join('\n\n')}`;
}

function statOf({ change, added, removed }: DiffedFile): string {
  const kind = { added: 'new, ', removed: 'deleted, ', changed: '', binary: '' }[change];
  return change === 'binary' ? 'not text' : `${kind}+${added} −${removed}`;
}

/** The steps and the model's own words that led to the edits of a file, each once. */
function why({ edits }: ReportedChange): string[] {
  const rows = new Set<string>();
  for (const { purpose } of edits) {
    if (purpose === null) continue;
    if (purpose.step !== null) rows.add(`- Step ${purpose.step.number}: ${prose(purpose.step.title)}`);
    if (purpose.said !== '') rows.add(`- The agent said: ${prose(purpose.said)}`);
  }
  return rows.size === 0 ? [] : [[...rows].join('\n')];
}
