import type { FindingsAnswer } from '../../ports/approver.ts';
import type { ReviewFinding } from '../../protocol/diffReview.ts';
import type { Talking } from './askPlan.ts';
import { wrapped } from './prose.ts';
import { findingLines } from './reviewLines.ts';

/** Asks what becomes of what the reviewer left. There is no default; null at the end of the input. */
export async function askFindingsAt(
  findings: readonly ReviewFinding[],
  talking: Talking,
): Promise<FindingsAnswer | null> {
  const { paint, width } = talking;
  const title = '? The reviewer left what blocks, so the run waits for you.';
  talking.note([
    '',
    ...wrapped(title, '', width).map(line => paint(['bold', 'cyan'], line)),
    ...findings.flatMap((finding, index) =>
      findingLines(finding, paint, width - 4).map(
        (line, row) => `${row === 0 ? `${index + 1}`.padStart(3) : '   '} ${line}`,
      ),
    ),
  ]);
  for (;;) {
    const keys = '[w 1 why] waive one  [a why] waive all  [f words] tell the agent how to go on  [e] end the run';
    const line = await talking.read(`${wrapped(keys, '', width - 4).join('\n')}  > `);
    if (line === null) return null;
    const answer = understandFindings(line, findings);
    if (answer !== null) return answer;
    const [, number] = /^w\s+(\d+)\b/i.exec(line.trim()) ?? [];
    const none = number !== undefined && findings[Number(number) - 1] === undefined;
    const said = none
      ? `There is no finding ${number}. They are numbered from 1 to ${findings.length}.`
      : 'Waiving takes a reason: `w 1 it is meant so`.';
    talking.note(wrapped(said, '  ', width));
  }
}

/** null for a line that is no answer. */
export function understandFindings(line: string, findings: readonly ReviewFinding[]): FindingsAnswer | null {
  const text = line.trim();
  if (/^(e|end)$/i.test(text)) return { type: 'end' };
  const [, words] = /^f\s+(\S.*)$/is.exec(text) ?? [];
  if (words !== undefined) return { type: 'say', text: words };
  const [, all] = /^a\s+(\S.*)$/is.exec(text) ?? [];
  if (all !== undefined) return { type: 'waive', waived: findings.map(({ id }) => ({ finding: id, reason: all })) };
  const [, number = '', reason] = /^w\s+(\d{1,3})\s+(\S.*)$/is.exec(text) ?? [];
  const finding = findings[Number(number) - 1];
  if (finding === undefined || reason === undefined) return null;
  return { type: 'waive', waived: [{ finding: finding.id, reason }] };
}
