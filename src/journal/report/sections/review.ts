import { code, prose } from '../../markdown.ts';
import type { ReportedReviews } from '../reviews.ts';
import { type Section, times } from '../words.ts';

const states = { open: 'open', fixed: 'fixed', waived: 'waived' };

/** What the reviewer before merge found in the whole diff, and what became of it. */
export const review: Section = ({ reviews }) => {
  if (reviews.rounds === 0) return '';
  const lines = reviews.findings.map(({ finding, state, reason, waived }) => {
    const place = finding.line === null ? finding.file : `${finding.file}:${finding.line}`;
    const who = finding.by === 'static' ? ', by rule' : '';
    const rows = [
      `- **${states[state]}** ${code(place)} (${finding.severity}, ${finding.category}${who}): ${prose(finding.sentence)}`,
    ];
    if (finding.evidence !== '') rows.push(`  - It rests on ${code(finding.evidence)}`);
    if (reason !== null && waived !== null) {
      const whom = waived.user === null ? 'The person' : code(waived.user);
      rows.push(`  - ${whom} waived it (${prose(waived.surface)}): ${prose(reason)}`);
    }
    return rows.join('\n');
  });
  const said = lines.length === 0 ? 'Nothing was found.' : lines.join('\n');
  return `## Review of the diff\n\n${how(reviews)}\n\n${said}`;
};

function how({ rounds, outcome, model, unread }: ReportedReviews): string {
  const read = `Read ${times(rounds)}`;
  const left = unread.length === 0 ? '' : ` Not read: ${unread.map(code).join(', ')}.`;
  if (outcome?.type === 'read') return `${read} by ${code(model ?? '')}, the last time as a whole.${left}`;
  if (outcome?.type === 'none')
    return `${read} by ${code(model ?? '')}, the last time **without a verdict** (${outcome.why}).${left}`;
  return `${read} by rules alone; no model was asked.`;
}
