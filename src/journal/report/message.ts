import { code, prose } from '../markdown.ts';
import type { Report } from './report.ts';
import { count, pathsOf } from './words.ts';

/** Columns of a commit's first line, as git's own tools show it whole. */
const subjectColumns = 72;

/** A commit message for what a run did. Plain text, no line of it can be taken for a comment or a trailer of git. */
export function commitMessage(report: Report): string {
  const parts = [
    subjectOf(report, subjectColumns),
    body(report, plain),
    checked(report, plain),
    `Gatehouse-Run: ${report.summary.run}`,
  ];
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

/**
 * A pull request: its title on the first line, a blank line, then the text in Markdown. What the agent wrote, and names of
 * files, are text in it: no heading, image or link, and nothing in it tells anybody or closes anything.
 */
export function pullRequest(report: Report): string {
  const { plan } = report.plan;
  const asked = report.asked.map(({ text }) => quoted(text)).join('\n>\n');
  const open = report.reviews.findings.filter(({ state }) => state !== 'fixed');
  const risks = [...(plan?.risks ?? []), ...report.plan.steps.flatMap(step => step.risks)];
  const sections = [
    section('Asked for', asked),
    section('What changed', [body(report, told), ...filesOf(report)].filter(Boolean).join('\n\n')),
    section('Tests', checked(report, code)),
    section(
      'Left by the review',
      [
        ...unreadLines(report),
        ...open.map(
          ({ finding, state, reason }) =>
            `- ${code(`${finding.file}${finding.line === null ? '' : `:${finding.line}`}`)} (${finding.severity}, ${state}): ${told(finding.sentence)}${reason === null ? '' : ` Waived: ${told(reason)}`}`,
        ),
      ].join('\n'),
    ),
    section('Risks', [...new Set(risks)].map(risk => `- ${told(risk)}`).join('\n')),
    section(
      'Migrations',
      (report.extras?.migrations ?? [])
        .map(
          ({ path, down }) =>
            `- ${code(path)}: ${down === null ? 'way down unknown' : down ? 'has a way down' : 'has no way down'}`,
        )
        .join('\n'),
    ),
    section('Owners', ownersOf(report)),
    section('To undo', `\`gatehouse undo ${report.summary.run}\`, or revert this change.`),
  ];
  return `${subjectOf(report, 100)}\n\n${sections.filter(Boolean).join('\n\n')}\n`;
}

/** What no model read, and why where the last review gave no verdict. */
function unreadLines({ reviews: { rounds, outcome, unread } }: Report): string[] {
  if (rounds === 0) return [];
  const why = outcome?.type === 'none' ? [`- The reviewer gave no verdict (${outcome.why}).`] : [];
  return [
    ...why,
    ...(unread.length === 0 ? [] : [`- Not read by the reviewer: ${unread.map(path => code(path)).join(', ')}`]),
  ];
}

function section(title: string, text: string): string {
  return text.trim() === '' ? '' : `## ${title}\n\n${text}`;
}

/** The plan's objective where there is one, else the first line of what was asked, which is the person's as it is. */
function subjectOf({ plan: { plan }, asked }: Report, columns: number): string {
  const words =
    plan === null
      ? flat(asked[0]?.text.split('\n').find(line => line.trim() !== '') ?? 'Work of an agent')
      : plain(plan.objective);
  const line = words.replace(/[.\s]+$/, '').replace(/^#+\s*/, '');
  if (line.length <= columns) return line;
  const cut = line.slice(0, columns - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), columns / 2)).trimEnd()}…`;
}

function body({ plan, changes, extras }: Report, say: (text: string) => string): string {
  const steps = plan.steps.map(
    ({ title, outcome }) => `- ${say(title)}${outcome.trim() === '' ? '' : `: ${say(outcome)}`}`,
  );
  if (steps.length > 0) return steps.join('\n');
  const files = extras?.diff?.length ?? changes.length;
  return files === 0 ? '' : `Changes ${count(files, 'file')}.`;
}

function filesOf({ extras, changes, summary }: Report): string[] {
  const rows =
    extras?.diff?.map(({ path, added, removed }) => `- ${code(path)} (+${added} −${removed})`) ??
    changes.map(({ path }) => `- ${pathsOf(summary.workspace)(path)}`);
  return rows.length === 0 ? [] : [rows.join('\n')];
}

/** What our own runs of the checks said last, not what the agent says of them. */
function checked({ checks }: Report, say: (command: string) => string): string {
  const last = new Map<string, boolean>();
  for (const { when, results } of checks)
    if (when !== 'baseline') for (const { command, passed } of results) last.set(command, passed);
  return [...last].map(([command, passed]) => `${passed ? 'Passes' : 'Fails'}: ${say(command)}`).join('\n');
}

function ownersOf({ extras }: Report): string {
  return [...new Set((extras?.owners ?? []).flatMap(({ owners }) => owners))].map(code).join(' ');
}

/** One line, with nothing in it that is not shown, and none that begins as git's comments do. */
function flat(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .replace(/^[#;]+\s*/, '');
}

/** One line that closes no issue and tells nobody, wherever such a text is read for that. */
function plain(text: string): string {
  return flat(text)
    .replaceAll(/(?<![A-Za-z0-9])@(?=[A-Za-z0-9])/g, '@ ')
    .replaceAll(/#(?=\d)/g, '# ')
    .replaceAll(/\b(GH)-(?=\d)/gi, '$1 ')
    .replaceAll(/(\/(?:issues|pulls?|merge_requests|work_items)\/)(?=\d)/gi, '$1 ');
}

/** Addresses, names of people and teams, and numbers of issues: in a code span they are text. */
const active =
  /[a-z][a-z0-9+.-]{0,20}:\/\/[^\s`<>\\]*|\bwww\.[^\s`<>\\]*|(?<![A-Za-z0-9])@[A-Za-z0-9][A-Za-z0-9/._-]*|[A-Za-z0-9/._-]{0,140}(?:#|\bGH-)\d+/gi;

/** One line of Markdown that shows the text as it is. */
function told(text: string): string {
  // Escaped only where it begins the line, which it does no more.
  return prose(text)
    .replace(/^\\#(?=\d)/, '#')
    .replaceAll(active, '`$&`');
}

function quoted(text: string): string {
  return text
    .trim()
    .split('\n')
    .map(line => (line.trim() === '' ? '>' : `> ${told(line)}`))
    .join('\n');
}
