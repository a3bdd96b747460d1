import { code, prose } from '../../markdown.ts';
import type { ReportedCheckpoint } from '../checkpoints.ts';
import type { Report } from '../report.ts';
import { count, type Paths, place, type Say, type Section, subject, time } from '../words.ts';

export const checkpoints: Section = (report, { paths, say }) => {
  if (report.checkpoints.length === 0) return '';
  const run = report.summary.run;
  const lines = report.checkpoints.map(each => `- ${checkpoint(each, report, paths, say)}`);
  const how = [
    `- All that the run did: ${code(`gatehouse undo ${run}`)}`,
    `- What came after checkpoint N: ${code(`gatehouse undo ${run} --to N`)}, with ${code('--path FILE')} for some files alone`,
    ...((report.extras?.revertScript ?? null) === null
      ? []
      : [`- Without Gatehouse: ${code(`git apply -R ${report.extras?.revertScript}`)}`]),
    `- An undo itself: ${code(`gatehouse redo ${run}`)}`,
  ];
  return `## Checkpoints and undo\n\n${lines.join('\n')}\n\nTo undo:\n\n${how.join('\n')}`;
};

function checkpoint(each: ReportedCheckpoint, report: Report, paths: Paths, say: Say): string {
  switch (each.type) {
    case 'made': {
      const by = report.effects.find(({ effect }) => effect === each.effect);
      const what = by === undefined ? code(each.effect) : `${prose(by.tool)} ${subject(by.value, paths)}`;
      return `Checkpoint ${each.checkpoint}: ${what}, ${count(each.files, 'file')}${linesOf(each.lines)}`;
    }
    case 'restored': {
      const how = `${each.whole ? '' : ' in part'}${each.by === 'agent' ? ' by the agent' : ' by a person'}`;
      const left = each.conflicts.length === 0 ? '' : `; left as they were: ${each.conflicts.map(code).join(', ')}`;
      return `Checkpoint ${each.checkpoint}, ${time(each.at)}: taken to ${place(each.to)}${how}, ${count(each.files, 'file')}${left}`;
    }
    case 'failed':
      return `${time(each.at)}: not restored. ${prose(say.failure(each.failure))}`;
    case 'rewound':
      return `${time(each.at)}: the conversation was taken back to ${place(each.to)}`;
  }
}

function linesOf(lines: Extract<ReportedCheckpoint, { type: 'made' }>['lines']): string {
  if (lines === null) return '';
  const { added, removed, atMost, uncounted } = lines;
  const rest = uncounted === 0 ? '' : `, ${uncounted} not counted in lines`;
  return `, ${atMost ? 'at most ' : ''}+${added} −${removed}${rest}`;
}
