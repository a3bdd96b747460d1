import type { Report } from './report.ts';
import { count } from './words.ts';

/** Columns of a commit's first line, as git's own tools show it whole. */
const subjectColumns = 72;

/** A commit message for what a run did. Plain text, no line of it can be taken for a comment or a trailer of git. */
export function commitMessage(report: Report): string {
  const parts = [
    subjectOf(report, subjectColumns),
    body(report),
    checked(report),
    `Gatehouse-Run: ${report.summary.run}`,
  ];
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

/** A pull request: its title on the first line, a blank line, then the text in Markdown. */
export function pullRequest(report: Report): string {
  const { plan } = report.plan;
  const asked = report.asked.map(({ text }) => quoteLines(text)).join('\n>\n');
  const open = report.reviews.findings.filter(({ state }) => state !== 'fixed');
  const risks = [...(plan?.risks ?? []), ...report.plan.steps.flatMap(step => step.risks)];
  const sections = [
    section('Asked for', asked),
    section('What changed', [body(report), ...filesOf(report)].filter(Boolean).join('\n\n')),
    section('Tests', checked(report)),
    section(
      'Left by the review',
      open
        .map(
          ({ finding, state, reason }) =>
            `- ${finding.file}${finding.line === null ? '' : `:${finding.line}`} (${finding.severity}, ${state}): ${flat(finding.sentence)}${reason === null ? '' : ` Waived: ${flat(reason)}`}`,
        )
        .join('\n'),
    ),
    section('Risks', [...new Set(risks)].map(risk => `- ${flat(risk)}`).join('\n')),
    section(
      'Migrations',
      (report.extras?.migrations ?? [])
        .map(
          ({ path, down }) =>
            `- ${path}: ${down === null ? 'way down unknown' : down ? 'has a way down' : 'has no way down'}`,
        )
        .join('\n'),
    ),
    section('Owners', ownersOf(report)),
    section('To undo', `\`gatehouse undo ${report.summary.run}\`, or revert this change.`),
  ];
  return `${subjectOf(report, 100)}\n\n${sections.filter(Boolean).join('\n\n')}\n`;
}

function section(title: string, text: string): string {
  return text.trim() === '' ? '' : `## ${title}\n\n${text}`;
}

/** The plan's objective where there is one, else the first line of what was asked. */
function subjectOf({ plan: { plan }, asked }: Report, columns: number): string {
  const words = flat(
    plan?.objective ?? asked[0]?.text.split('\n').find(line => line.trim() !== '') ?? 'Work of an agent',
  );
  const line = words.replace(/[.\s]+$/, '').replace(/^#+\s*/, '');
  if (line.length <= columns) return line;
  const cut = line.slice(0, columns - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), columns / 2)).trimEnd()}…`;
}

function body({ plan, changes, extras }: Report): string {
  const steps = plan.steps.map(
    ({ title, outcome }) => `- ${flat(title)}${outcome.trim() === '' ? '' : `: ${flat(outcome)}`}`,
  );
  if (steps.length > 0) return steps.join('\n');
  const files = extras?.diff?.length ?? changes.length;
  return files === 0 ? '' : `Changes ${count(files, 'file')}.`;
}

function filesOf({ extras, changes, summary }: Report): string[] {
  const rows =
    extras?.diff?.map(({ path, added, removed }) => `- ${path} (+${added} −${removed})`) ??
    changes.map(({ path }) => `- ${path.replace(summary.workspace, '').replace(/^[\\/]/, '')}`);
  return rows.length === 0 ? [] : [rows.map(flat).join('\n')];
}

/** What our own runs of the checks said last, not what the agent says of them. */
function checked({ checks }: Report): string {
  const last = new Map<string, boolean>();
  for (const { when, results } of checks)
    if (when !== 'baseline') for (const { command, passed } of results) last.set(command, passed);
  return [...last].map(([command, passed]) => `${passed ? 'Passes' : 'Fails'}: ${flat(command)}`).join('\n');
}

function ownersOf({ extras }: Report): string {
  return [...new Set((extras?.owners ?? []).flatMap(({ owners }) => owners))].join(' ');
}

/** One line, with nothing in it that is not shown, and none that begins as git's comments do. */
function flat(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .replace(/^[#;]+\s*/, '');
}

function quoteLines(text: string): string {
  return text
    .replaceAll(/[^\P{C}\n]/gu, '')
    .trim()
    .split('\n')
    .map(line => `> ${line}`.trimEnd())
    .join('\n');
}
