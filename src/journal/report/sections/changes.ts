import { fence } from '../../markdown.ts';
import { count, type Section } from '../words.ts';

export const changes: Section = (report, { paths }) => {
  if (report.changes.length === 0) return '## What changed\n\nNo file was changed by an edit.';
  const files = report.changes.map(({ path, edits }) => {
    const added = edits.reduce((sum, edit) => sum + edit.added, 0);
    const removed = edits.reduce((sum, edit) => sum + edit.removed, 0);
    const patches = edits.map(edit => fence(edit.patch, 'diff')).join('\n\n');
    return `### ${paths(path)}\n\n${count(added, 'line')} added, ${removed} removed.\n\n${patches}`;
  });
  return `## What changed\n\n${files.join('\n\n')}`;
};
