import type { LimitName } from '../../protocol/budget.ts';
import type { RunEvent, Survivor } from '../../protocol/event.ts';
import type { Isolation, IsolationEnd } from '../../protocol/isolation.ts';
import { isText } from '../../protocol/message.ts';
import type { RuleFinding } from '../../protocol/stopRule.ts';
import type { Suspicion } from '../../protocol/suspicion.ts';
import { type Attention, attentionOf } from '../attention.ts';
import { emptySummary, fold, type RunSummary } from '../fold.ts';
import { type Work, workOf } from '../work.ts';
import { checkpointOf, type ReportedCheckpoint } from './checkpoints.ts';
import { checkOf, fallOf, type ReportedCheck, type ReportedFall } from './checks.ts';
import { costsOf, type RoleCost, type Summaries, summariesOf } from './costs.ts';
import { changesOf, createEffects, type ReportedChange, type ReportedEffect } from './effects.ts';
import type { ReportExtras } from './extras.ts';
import { purposesOf } from './reasons.ts';
import { type ReportedReviews, reviewsOf } from './reviews.ts';
import { type ReportedSteering, steeringOf } from './steering.ts';

/** What a run was asked, did and cost, as data; `gatehouse report --format json` prints this. */
export interface Report {
  summary: RunSummary;
  gatehouse: string;
  /** The person's words, the prompt first. */
  asked: { at: number; text: string }[];
  effects: ReportedEffect[];
  /** Edits that were made, by path in the order of first change. */
  changes: ReportedChange[];
  /** The last text that the model wrote. */
  lastWords: string;
  limits: { limit: LimitName; used: number; allowed: number }[];
  /** Limits that the person raised. */
  raises: { limit: LimitName; from: number; to: number }[];
  /** The rule that ended it, with the numbers of the records that led to it. */
  rules: RuleFinding[];
  /** Rules that spoke, limits that were reached and raised, and modes, in order. */
  steering: ReportedSteering[];
  stops: string[];
  resumed: number;
  survivors: Survivor[];
  /** Text that reads like orders to the agent, as it was found in results. `effect` is the one that it came from. */
  flags: { at: number; effect: string | null; source: string; marks: Suspicion[] }[];
  /** Where it worked in a worktree of its own: the branch, and what became of it. null: in the workspace itself. */
  isolation: ReportedIsolation | null;
  /** The states that the workspace can be taken back to, and how it was, in order. */
  checkpoints: ReportedCheckpoint[];
  /** How closely a person looked. */
  attention: Attention;
  /** The plan, and what became of its steps. */
  plan: Work;
  /** Acceptance criteria and tests as they were run, in order, and where there came to be fewer. */
  checks: ReportedCheck[];
  falls: ReportedFall[];
  /** What the reviewer before merge found. */
  reviews: ReportedReviews;
  /** What each role cost, in the order of their first call. */
  costs: RoleCost[];
  /** How a conversation that grew too long for the model went on. */
  summaries: Summaries;
  /** What the journal alone does not tell; null where nobody looked. */
  extras: ReportExtras | null;
}

export interface ReportedIsolation extends Isolation {
  /** The commits that were made of its changes, oldest first; not those that the agent made itself. */
  commits: string[];
  ended: IsolationEnd | null;
  /** The branch that it was merged into. */
  into: string | null;
}

export function buildReport(events: readonly RunEvent[], extras: ReportExtras | null = null): Report {
  let summary = emptySummary;
  const effects = createEffects();
  const report: Report = {
    summary,
    gatehouse: '',
    asked: [],
    effects: [],
    changes: [],
    lastWords: '',
    limits: [],
    raises: [],
    rules: [],
    steering: steeringOf(events),
    stops: [],
    resumed: 0,
    survivors: [],
    flags: [],
    isolation: null,
    checkpoints: [],
    attention: attentionOf(events),
    plan: workOf(events),
    checks: events.flatMap(checkOf),
    falls: events.flatMap(fallOf),
    reviews: reviewsOf(events),
    costs: costsOf(events),
    summaries: summariesOf(events),
    extras,
  };
  for (const event of events) {
    summary = fold(summary, event);
    addToReport(report, event);
    report.checkpoints.push(...checkpointOf(event));
    effects.add(event);
  }
  report.summary = summary;
  report.effects = effects.all();
  report.changes = changesOf(report.effects, purposesOf(events));
  return report;
}

function addToReport(report: Report, event: RunEvent): void {
  if (event.kind === 'run.started') {
    report.gatehouse = event.gatehouse;
    if (event.isolation !== undefined) report.isolation = { ...event.isolation, commits: [], ended: null, into: null };
    report.asked.push({ at: event.at, text: event.prompt });
  } else if (event.kind === 'run.resumed') report.resumed++;
  else if (event.kind === 'person.said') report.asked.push({ at: event.at, text: event.text });
  else if (event.kind === 'model.answered') {
    const text = event.content.flatMap(block => (isText(block) ? [block.text] : [])).join('\n');
    if (text.trim() !== '') report.lastWords = text;
  } else if (event.kind === 'limit.reached')
    report.limits.push({ limit: event.limit, used: event.used, allowed: event.allowed });
  else if (event.kind === 'limit.raised') report.raises.push({ limit: event.limit, from: event.from, to: event.to });
  else if (event.kind === 'rule.stopped')
    report.rules.push({ rule: event.rule, evidence: event.evidence, args: event.args });
  else if (event.kind === 'isolation.committed') report.isolation?.commits.push(event.commit);
  else if (event.kind === 'isolation.ended' && report.isolation !== null)
    Object.assign(report.isolation, { ended: event.how, into: event.into });
  else if (event.kind === 'result.flagged')
    report.flags.push({ at: event.at, effect: event.effect, source: event.source, marks: event.marks });
  else if (event.kind === 'stop.requested') report.stops.push(event.by);
  else if (event.kind === 'run.ended') report.survivors = event.survivors;
}
