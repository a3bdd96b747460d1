import type { AcceptanceResult } from '../protocol/acceptance.ts';
import type { RunEvent } from '../protocol/event.ts';
import type { Plan, StepReport } from '../protocol/plan.ts';
import { type SaidAs, saidIn } from '../protocol/said.ts';
import { code, fence, prose } from './markdown.ts';
import { effective, workOf } from './work.ts';

/** What else was asked than the task; the rest stands in the plan, or answers something. */
const asked: ReadonlySet<SaidAs> = new Set(['words', 'denials', 'plan', 'kept']);

/**
 * Where a run stands, as Markdown that a person or another agent can go on from: what was asked, the plan with what became
 * of each step, how it is measured, and what is open. Its text is masked, as all events are.
 */
export function taskFile(events: readonly RunEvent[]): string {
  const started = events.find(event => event.kind === 'run.started');
  if (started === undefined) return '';
  const work = workOf(events);
  const { plan, steps, open } = work;
  const said = effective(events)
    .flatMap(event => saidIn(event, null))
    .flatMap(({ as, text }) => (asked.has(as) ? [text] : []));
  const end = events.findLast(event => event.kind === 'run.ended' || event.kind === 'run.resumed');
  const state = end?.kind === 'run.ended' ? `It has ended: ${end.status}.` : 'It is under way.';
  return [
    `# ${prose(plan?.objective ?? started.prompt)}`,
    '',
    `Run ${started.run} in ${code(started.workspace)}. ${state}`,
    '',
    '## What was asked',
    '',
    ...[started.prompt, ...said].flatMap(text => [fence(text), '']),
    ...(plan === null ? [] : planSections(plan, work.accepted !== null, steps)),
    ...(plan === null && steps.length > 0 ? ['## Done so far', '', ...steps.flatMap(reported)] : []),
    ...(work.acceptance.length === 0 ? [] : measured(work.acceptance, work.baseline, work.end)),
    ...(open === null
      ? []
      : ['## Open question', '', prose(open.text), '', ...open.options.map(option => `- ${prose(option)}`), '']),
    '## To go on',
    '',
    `\`gatehouse resume ${started.run}\` goes on with it, \`gatehouse report ${started.run}\` tells all of it, \`gatehouse undo ${started.run}\` takes it back.`,
    '',
  ].join('\n');
}

function planSections(plan: Plan, accepted: boolean, steps: readonly StepReport[]): string[] {
  const rows = plan.steps.flatMap((step, index) => {
    const report = steps.find(each => each.step === index + 1);
    const detail = step.detail.trim() === '' ? [] : [...step.detail.trim().split('\n').map(paragraph), ''];
    const files =
      step.files === undefined || step.files.length === 0
        ? []
        : [`Likely files: ${step.files.map(code).join(', ')}`, ''];
    const back = step.rollback === undefined ? [] : [`To take it back: ${prose(step.rollback)}`, ''];
    const mark = report === undefined ? ' ' : 'x';
    return [
      `### ${index + 1}. [${mark}] ${prose(step.title)}`,
      '',
      ...detail,
      ...files,
      ...back,
      ...(report ? came(report) : []),
    ];
  });
  return [
    `## Plan${accepted ? '' : ' (not accepted yet)'}`,
    '',
    ...bullets('It keeps to:', plan.constraints.map(prose)),
    ...rows,
    ...bullets('Risks:', plan.risks.map(prose)),
  ];
}

function reported(report: StepReport): string[] {
  return [`### ${report.step}. [x] ${prose(report.title)}`, '', ...came(report)];
}

/** What a step came to. */
function came({ outcome, files, tests, checked, risks, next, checkpoint }: StepReport): string[] {
  return [
    `**Outcome:** ${prose(outcome)}`,
    '',
    ...bullets(
      `Files changed (checkpoint ${checkpoint}):`,
      files.map(({ path, added, removed }) =>
        added === null ? code(path) : `${code(path)} (+${added} −${removed ?? 0})`,
      ),
    ),
    ...bullets('Tests that were run:', checked.map(inWords)),
    ...bullets(
      'Tests as the agent tells them:',
      tests.map(({ command, result }) => `${code(command)}: ${prose(result)}`),
    ),
    ...bullets('Open:', risks.map(prose)),
    ...(next === '' ? [] : [`**Next:** ${prose(next)}`, '']),
  ];
}

function measured(
  acceptance: readonly string[],
  baseline: readonly AcceptanceResult[] | null,
  end: readonly AcceptanceResult[] | null,
): string[] {
  const cell = (results: readonly AcceptanceResult[] | null, command: string): string => {
    const result = results?.find(each => each.command === command);
    return result === undefined ? '–' : result.passed ? 'passes' : 'fails';
  };
  return [
    '## How it is measured',
    '',
    '| command | before | at the end |',
    '| --- | --- | --- |',
    ...acceptance.map(
      command => `| ${code(command).replaceAll('|', '\\|')} | ${cell(baseline, command)} | ${cell(end, command)} |`,
    ),
    '',
  ];
}

function inWords({ command, passed, exitCode, refused, tests, coverage }: AcceptanceResult): string {
  const how = passed
    ? 'passed'
    : refused === true
      ? 'refused'
      : `failed${exitCode === null ? '' : ` (exit ${exitCode})`}`;
  const counts =
    tests === undefined ? '' : `, ${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`;
  return `${code(command)}: ${how}${counts}${coverage === undefined ? '' : `, ${coverage.toFixed(1)} % of lines covered`}`;
}

/** A line of a detail; an empty one ends a paragraph. */
function paragraph(line: string): string {
  return line.trim() === '' ? '' : prose(line);
}

function bullets(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [title, '', ...items.map(item => `- ${item}`), ''];
}
