import type { Run, RunResult } from '../../agent/run.ts';
import { emptySummary, fold } from '../../journal/fold.ts';
import { countFindings, type FindingCounts, type ReportedReviews, reviewsOf } from '../../journal/report/reviews.ts';
import type { Observation, RunEvent } from '../../protocol/event.ts';
import { sentenceFor } from '../sentences.ts';
import { shortPath } from './describe.ts';
import { type Io, printJson, printLine, widthOfOutput } from './io.ts';
import { isolationObject } from './isolate.ts';
import { paintFor } from './paint.ts';
import { visible } from './plain.ts';
import type { Terminal } from './terminal.ts';
import { createTranscript } from './transcript.ts';

/** The object that DESIGN fixes for `--output json`. */
export interface ResultObject {
  run: string;
  status: RunResult['status'];
  exitCode: number;
  turns: number;
  usage: RunResult['usage'];
  usd: number | null;
  /** Relative to the workspace, in the order of their first change; absolute where they lie outside. */
  filesChanged: string[];
  checkpoints: number;
  asks: number;
  denials: number;
  accepted: boolean | null;
  acceptance: RunResult['acceptance'];
  /** What the review before merge found, by severity and what became of it; null where nothing was reviewed. */
  findings: FindingCounts | null;
  /** How the last review came out, and which files no model read in it; null where nothing was reviewed. */
  review: Pick<ReportedReviews, 'outcome' | 'unread'> | null;
  /** Absolute path. */
  journal: string;
}

export function resultObject(
  result: RunResult,
  { root, journal, events }: { root: string; journal: string; events: readonly RunEvent[] },
): ResultObject {
  const reviews = reviewsOf(events);
  const { rounds, outcome, unread } = reviews;
  return {
    run: result.run,
    status: result.status,
    exitCode: result.exitCode,
    turns: result.turns,
    usage: result.usage,
    usd: result.usd,
    filesChanged: result.filesChanged.map(path => shortPath(path, root)),
    checkpoints: result.checkpoints,
    asks: result.asks,
    denials: result.denials,
    accepted: result.accepted,
    acceptance: result.acceptance,
    findings: countFindings(reviews),
    review: rounds === 0 ? null : { outcome, unread },
    journal,
  };
}

/** Writes the run as it happens, for a person. */
export async function reportAsText(run: Run, io: Io, terminal: Terminal): Promise<RunResult> {
  const transcript = createTranscript(paintFor(io.stdout, io.env), widthOfOutput(io.stdout));
  const leave = run.observe(observation => {
    const pieces = transcript.observe(asOfNow(observation, run));
    if (isNew(observation, run)) terminal.write(pieces);
  });
  const result = await run.result;
  leave();
  terminal.write(transcript.end(result));
  return result;
}

/** Writes data to stdout and nothing else; what a person should know of a failure goes to stderr. */
export async function reportAsData(run: Run, io: Io, everyEvent: boolean, journal: string): Promise<RunResult> {
  let root = '';
  const leave = run.observe(observation => {
    if (observation.type !== 'event') return;
    if (observation.event.kind === 'run.started') root = observation.event.workspace;
    if (everyEvent && observation.event.seq >= run.earlier) printJson(io.stdout, observation.event);
  });
  const result = await run.result;
  leave();
  if (result.failure !== null) printLine(io.stderr, `gatehouse: ${visible(sentenceFor(result.failure))}`);
  const events = run.events();
  printJson(io.stdout, { ...resultObject(result, { root, journal, events }), ...isolationObject(events) });
  return result;
}

/** How a resumed run began is told with the limits that it has since. */
function asOfNow(observation: Observation, run: Run): Observation {
  if (observation.type !== 'event' || observation.event.kind !== 'run.started' || run.earlier === 0) return observation;
  const { limits } = run
    .events()
    .filter(({ seq }) => seq < run.earlier)
    .reduce(fold, emptySummary);
  return { ...observation, event: { ...observation.event, limits } };
}

/** What a resumed run did before was shown then; only how it began is told again. */
function isNew(observation: Observation, run: Run): boolean {
  if (observation.type !== 'event') return true;
  const { seq, kind } = observation.event;
  return seq >= run.earlier || kind === 'run.started';
}
