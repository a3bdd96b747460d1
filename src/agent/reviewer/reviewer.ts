import { createMeter, type Meter, withinTime } from '../../gate/review/calls.ts';
import { createSections, quoted, type Sections } from '../../gate/review/sections.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Masker } from '../../ports/masker.ts';
import { type Model, ModelError } from '../../ports/model.ts';
import type { Usage } from '../../protocol/budget.ts';
import { type DiffReviewOutcome, distinctFindings, type ReviewFinding } from '../../protocol/diffReview.ts';
import { asFailure, type Failure } from '../../protocol/failure.ts';
import type { NoVerdict } from '../../protocol/review.ts';
import { findingsIn, reportTool } from './answer.ts';
import type { DiffFile } from './diff.ts';
import { type Portion, portionsOf } from './portions.ts';
import { diffReviewPrompt } from './prompt.ts';
import { tooLongToRead } from './unreadable.ts';

/** For one call, in ms: a long diff is read and thought over. */
export const diffReviewTimeMs = 180_000;

/** Tokens of an answer: some fifty findings, or fewer with thoughts before them. */
const answerTokens = 8_000;

export interface DiffReviewerDeps {
  /** null: nobody is asked, and only the checks count. */
  model: Model | null;
  modelName: string;
  clock: Clock;
  masker: Pick<Masker, 'mask'>;
  timeMs?: number;
  portionChars?: number;
  /** Of the sections; a random one where none is given. */
  word?: string;
}

/** What a reviewer is told beside the diff. */
export interface Assignment {
  /** The person's words; nothing of the author's. */
  task: string;
  /** The plan that the person accepted, which is the planner's word. */
  plan?: string | null;
  /** What the checks found. */
  checks: readonly ReviewFinding[];
}

export interface DiffReviewed {
  outcome: DiffReviewOutcome;
  /** The model's own, and those about what was too long for it; those of the checks are not among them. */
  findings: ReviewFinding[];
  unread: string[];
  model: string | null;
  calls: number;
  usage: Usage;
  usd: number | null;
}

/**
 * Has a model read a diff, portion by portion. Secrets are masked first. Never rejects: an outage, a time-out and an answer
 * that is none leave the portion's files unread and are said in the outcome; what other portions found is kept.
 */
export async function readDiff(
  files: readonly DiffFile[],
  assignment: Assignment,
  deps: DiffReviewerDeps,
  signal: AbortSignal,
): Promise<DiffReviewed> {
  const meter = createMeter();
  const result = (outcome: DiffReviewOutcome, findings: ReviewFinding[], unread: Iterable<string>): DiffReviewed => {
    const { calls, usage, usd } = meter;
    const model = deps.model === null ? null : deps.modelName;
    return { outcome, findings, unread: [...new Set(unread)].sort(), model, calls, usage, usd };
  };
  if (deps.model === null) return result({ type: 'static' }, [], []);
  const mask = (text: string): string => deps.masker.mask(text).text;
  const { portions, tooLong } = portionsOf(
    files.map(file => ({ ...file, patch: mask(file.patch) })),
    deps.portionChars,
  );
  const binary = files.filter(({ before, after }) => before === undefined || after === undefined);
  const missing = new Set([...tooLong, ...binary.map(({ path }) => path)]);
  const findings: ReviewFinding[] = [];
  let none: DiffReviewOutcome | null = tooLong.length > 0 ? noVerdict('tooLong') : null;
  for (const portion of portions) {
    const answer = signal.aborted ? noVerdict('stopped') : await ask(portion, deps.model);
    if (Array.isArray(answer)) findings.push(...answer);
    else {
      none = answer;
      for (const file of portion.files) missing.add(file);
    }
  }
  return result(none ?? { type: 'read' }, distinctFindings([...tooLongToRead(files, tooLong), ...findings]), missing);

  async function ask(portion: Portion, model: Model): Promise<ReviewFinding[] | DiffReviewOutcome> {
    const late = new AbortController();
    const done = new AbortController();
    deps.clock.sleep(deps.timeMs ?? diffReviewTimeMs, done.signal).then(
      () => late.abort(),
      () => undefined,
    );
    const both = AbortSignal.any([signal, late.signal]);
    try {
      const found = await callModel(portion, model, both);
      return found ?? noVerdict('unreadable');
    } catch (error) {
      if (error instanceof ModelError) meter.add(error.spent);
      if (signal.aborted) return noVerdict('stopped');
      return late.signal.aborted ? noVerdict('slow') : outage(asFailure(error));
    } finally {
      done.abort();
    }
  }

  async function callModel(portion: Portion, model: Model, both: AbortSignal): Promise<ReviewFinding[] | null> {
    const sections = createSections(deps.word);
    meter.calls += 1;
    const answer = model.respond(
      {
        model: deps.modelName,
        system: diffReviewPrompt,
        tools: [reportTool],
        messages: [
          { role: 'user', content: [{ type: 'text', text: messageOf(portion, files, assignment, sections, mask) }] },
        ],
        maxTokens: answerTokens,
        mustCall: reportTool.name,
      },
      { signal: both, onText: () => undefined, onRetry: retried(meter) },
    );
    const turn = await withinTime(answer, deps.clock, both);
    meter.add(turn);
    return findingsIn(turn.content, portion);
  }
}

function retried(meter: Meter): (retry: { spent: Parameters<Meter['add']>[0] }) => Promise<void> {
  return async ({ spent }) => {
    meter.calls += 1;
    meter.add(spent);
  };
}

function messageOf(
  portion: Portion,
  files: readonly DiffFile[],
  { task, plan = null, checks }: Assignment,
  sections: Sections,
  mask: (text: string) => string,
): string {
  const list = files.map(({ path, added, removed }) => `${quoted(path)} +${added} −${removed}`).join('\n');
  const known = checks.map(
    ({ file, line, sentence }) => `- ${quoted(file)}${line === null ? '' : `, line ${line}`}: ${quoted(sentence)}`,
  );
  return [
    `The random word is ${sections.word}.`,
    sections.of('task', mask(task)),
    ...(plan === null ? [] : [sections.of('plan', mask(plan))]),
    sections.of('files', mask(list)),
    sections.of('checks', mask(known.join('\n')) || 'Nothing.'),
    sections.of('diff', mask(portion.text)),
  ].join('\n\n');
}

function noVerdict(why: NoVerdict, problem = ''): DiffReviewOutcome {
  return { type: 'none', why, problem };
}

/** A model that declines to answer was reached; so was one that the message was too long for. */
function outage(failure: Failure): DiffReviewOutcome {
  if (failure.code === 'model.refused') return noVerdict('unreadable');
  if (failure.code === 'run.limitReached') return noVerdict('limit');
  if (failure.code === 'model.priceUnknown') return noVerdict('unpriced');
  if (failure.code === 'model.contextTooLong') return noVerdict('tooLong');
  const told = failure.args['problem'] ?? failure.args['message'];
  return noVerdict('down', told === undefined ? failure.code : `${failure.code}: ${told}`);
}
