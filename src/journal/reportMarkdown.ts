import type { Violation } from '../protocol/containment.ts';
import type { DecidedBy } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import type { Failure } from '../protocol/failure.ts';
import type { Signing } from '../protocol/signing.ts';
import { code, fence, prose } from './markdown.ts';
import type { Report, ReportedCheckpoint, ReportedEffect, ReportedIsolation } from './report.ts';

/** The host's sentences for codes. What they return may quote file names and commands, and is escaped here. */
export interface Say {
  reason(code: string, args: Record<string, string | number>): string;
  failure(failure: Failure): string;
}

/** The report for a person, in Markdown (CommonMark). */
export function toMarkdown(report: Report, say: Say): string {
  const paths = pathsOf(report.summary.workspace);
  const sections = [
    heading(report, say),
    asked(report),
    changes(report, paths),
    decisions(report, paths, say),
    commands(report, say),
    checkpoints(report, paths, say),
    doubts(report, paths),
    cost(report),
    ending(report, say),
  ];
  return `${sections.filter(section => section !== '').join('\n\n')}\n`;
}

type Paths = (path: string) => string;

/** Paths below the workspace are shown relative to it. */
function pathsOf(workspace: string): Paths {
  const root = workspace.replace(/[\\/]$/, '');
  return path => {
    const below = root !== '' && path.startsWith(root) && /^[\\/]./.test(path.slice(root.length));
    return code(below ? path.slice(root.length + 1) : path);
  };
}

function heading(report: Report, say: Say): string {
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
}

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

function asked(report: Report): string {
  const blocks = report.asked.map(({ at, text }, index) => `${index === 0 ? '' : `At ${time(at)}:\n\n`}${fence(text)}`);
  return `## What was asked\n\n${blocks.join('\n\n')}`;
}

function changes(report: Report, paths: Paths): string {
  if (report.changes.length === 0) return '## What changed\n\nNo file was changed by an edit.';
  const files = report.changes.map(({ path, edits }) => {
    const added = edits.reduce((sum, edit) => sum + edit.added, 0);
    const removed = edits.reduce((sum, edit) => sum + edit.removed, 0);
    const patches = edits.map(edit => fence(edit.patch, 'diff')).join('\n\n');
    return `### ${paths(path)}\n\n${count(added, 'line')} added, ${removed} removed.\n\n${patches}`;
  });
  return `## What changed\n\n${files.join('\n\n')}`;
}

function decisions(report: Report, paths: Paths, say: Say): string {
  const decided = report.effects.filter(effect => effect.decisions.length > 0);
  if (decided.length === 0) return '## Decisions\n\nNothing was decided.';
  return `## Decisions\n\n${decided.map(effect => decision(effect, paths, say)).join('\n')}`;
}

const verdictWords = { allow: 'allowed', review: 'sent to review', ask: 'asked about', deny: 'refused' };

function decision(effect: ReportedEffect, paths: Paths, say: Say): string {
  const steps = effect.decisions.map(({ verdict, by }) => `**${verdictWords[verdict]}** by ${decider(by)}`);
  const reasons = effect.decisions.flatMap(({ reasons }) => reasons.map(({ code, args }) => say.reason(code, args)));
  const lines = [`- ${prose(effect.tool)} ${subject(effect.value, paths)}: ${steps.join(', then ')}`];
  if (effect.tier !== null)
    lines.push(
      `  - Risk: ${effect.tier}${effect.profile === null ? '' : `, held to the profile ${code(effect.profile)}`}`,
    );
  for (const violation of effect.violations) lines.push(`  - Refused by the sandbox: ${violated(violation)}`);
  for (const reason of new Set(reasons)) lines.push(`  - ${prose(reason)}`);
  if (effect.answer?.verdict === 'deny' && effect.answer.why !== undefined)
    lines.push(`  - The person said: ${code(effect.answer.why)}`);
  return lines.join('\n');
}

function violated(violation: Violation): string {
  switch (violation.type) {
    case 'host':
      return `the host ${code(`${violation.host}:${violation.port}`)}`;
    case 'write':
      return `writing ${code(violation.path)}`;
    case 'limit':
      return `more ${violation.limit} than a command may use`;
    case 'restored':
      return `a change of ${code(violation.path)}, which was undone`;
  }
}

function decider(by: DecidedBy): string {
  switch (by.type) {
    case 'person':
      return `a person (${prose(by.surface)}, after ${duration(by.afterMs)})`;
    case 'rule':
      return `rule ${code(by.rule)} (${by.layer})`;
    case 'static':
      return 'static analysis';
    case 'model':
      return `reviewing model ${code(by.model)} (prompt ${by.promptDigest.slice(0, 12)})`;
  }
}

function subject(value: Effect, paths: Paths): string {
  switch (value.kind) {
    case 'read':
    case 'edit':
      return paths(value.path);
    case 'search':
      return `${code(value.pattern)} in ${paths(value.root)}`;
    case 'exec':
      return code(value.command);
    case 'push':
      return `${code(value.command)} to ${code(value.shown)}`;
    case 'restore': {
      const which = value.paths === undefined ? '' : `${value.paths.map(paths).join(', ')} `;
      return `${which}to checkpoint ${value.checkpoint}: ${prose(value.reason)}`;
    }
    case 'diagnostics':
      return value.path === undefined ? 'of all files' : paths(value.path);
  }
}

function commands(report: Report, say: Say): string {
  const lines = report.effects.flatMap(effect =>
    (effect.value.kind === 'exec' || effect.value.kind === 'push') &&
    (effect.state === 'done' || effect.state === 'failed')
      ? [`- ${code(effect.value.command)}: ${commandEnd(effect, say)}`]
      : [],
  );
  return lines.length === 0 ? '' : `## Commands\n\n${lines.join('\n')}`;
}

function commandEnd(effect: ReportedEffect, say: Say): string {
  const { outcome, failure, durationMs } = effect;
  const after = durationMs === null ? '' : ` after ${duration(durationMs)}`;
  if (failure !== null) return `failed${after}: ${prose(say.failure(failure))}`;
  if (outcome?.kind === 'push') {
    const refs = outcome.refs.map(({ ref, change }) => `${code(ref)} (${change})`).join(', ');
    return `pushed to ${code(outcome.shown)}${after}: ${refs}`;
  }
  if (outcome?.kind !== 'exec') return 'no result';
  if (outcome.process !== undefined)
    return `went on in the background as ${code(outcome.process)}${signed(outcome.signing)}`;
  const left = outcome.survivors.map(({ pid, name }) => `${code(name)} (${pid})`).join(', ');
  const alive = left === '' ? '' : `; still alive: ${left}`;
  const survivors = `${alive}${signed(outcome.signing)}`;
  if (outcome.timedOut) return `timed out${after}${survivors}`;
  if (outcome.stopped) return `stopped${after}${survivors}`;
  if (outcome.signal !== null) return `ended by ${prose(outcome.signal)}${after}${survivors}`;
  return `exit code ${outcome.exitCode ?? 'unknown'}${after}${survivors}`;
}

/** What became of its commits, where there is anything to say. */
function signed(signing: Signing | undefined): string {
  if (signing === undefined) return '';
  const list = (hashes: readonly string[]): string => hashes.map(hash => code(hash.slice(0, 12))).join(', ');
  if (signing.type === 'unsigned') {
    const which = signing.commits.length === 0 ? '' : `: ${list(signing.commits)}`;
    return `; **not signed** (${code(signing.because)})${which}`;
  }
  const made = signing.type === 'signed' ? `; signed as ${list(signing.commits.map(({ to }) => to))}` : '';
  return signing.left.length === 0 ? made : `${made}; left as made: ${list(signing.left)}`;
}

function checkpoints(report: Report, paths: Paths, say: Say): string {
  if (report.checkpoints.length === 0) return '';
  const run = report.summary.run;
  const lines = report.checkpoints.map(each => `- ${checkpoint(each, report, paths, say)}`);
  const how = [
    `- All that the run did: ${code(`gatehouse undo ${run}`)}`,
    `- What came after checkpoint N: ${code(`gatehouse undo ${run} --to N`)}, with ${code('--path FILE')} for some files alone`,
    `- An undo itself: ${code(`gatehouse redo ${run}`)}`,
  ];
  return `## Checkpoints and undo\n\n${lines.join('\n')}\n\nTo undo:\n\n${how.join('\n')}`;
}

function checkpoint(each: ReportedCheckpoint, report: Report, paths: Paths, say: Say): string {
  switch (each.type) {
    case 'made': {
      const by = report.effects.find(({ effect }) => effect === each.effect);
      const what = by === undefined ? code(each.effect) : `${prose(by.tool)} ${subject(by.value, paths)}`;
      return `Checkpoint ${each.checkpoint}: ${what}, ${count(each.files, 'file')}`;
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

function place(to: number): string {
  return to === 0 ? 'the start' : `checkpoint ${to}`;
}

function doubts(report: Report, paths: Paths): string {
  const open = report.effects.filter(({ state }) => state === 'inDoubt');
  if (open.length === 0) return '';
  const lines = open.map(({ tool, value }) => `- ${prose(tool)} ${subject(value, paths)}`);
  return `## In doubt\n\nBegun, and nothing says whether it ended:\n\n${lines.join('\n')}`;
}

function cost(report: Report): string {
  const { turns, usage, usd, toolCalls, asks, denials, modelMs, effectMs } = report.summary;
  const price = usd === null ? 'unknown (a call has no known price)' : `$${usd.toFixed(4)}`;
  return [
    '## Cost',
    '',
    `- ${count(turns, 'turn')}, ${count(toolCalls, 'tool call')}, ${count(asks, 'question')}, ${count(denials, 'refusal')}`,
    `- Tokens: ${usage.input} in, ${usage.output} out, ${usage.cacheRead} read from the cache, ${usage.cacheWrite} written to it`,
    `- Price: ${price}`,
    `- Time: ${duration(modelMs)} in the model, ${duration(effectMs)} in effects`,
  ].join('\n');
}

function ending(report: Report, say: Say): string {
  const { status, exitCode, failure } = report.summary;
  const lines: string[] = [];
  if (status === null) lines.push('The run has no recorded end: it still runs or was interrupted.');
  else lines.push(`The run ended as **${status}** with exit code ${exitCode ?? 'unknown'}.`);
  if (failure !== null) lines.push(prose(say.failure(failure)));
  for (const { limit, used, allowed } of report.limits) lines.push(`Limit reached: ${used} of ${allowed} ${limit}.`);
  for (const by of report.stops) lines.push(`A stop was requested (${by}).`);
  for (const { pid, name } of report.survivors) lines.push(`Still alive afterwards: ${code(name)} (${pid}).`);
  if (report.lastWords !== '') lines.push(`The model's last words:\n\n${fence(report.lastWords)}`);
  return `## How it ended\n\n${lines.join('\n\n')}`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

function times(amount: number): string {
  return amount === 1 ? 'once' : `${amount} times`;
}

/** UTC, to the second. */
function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
