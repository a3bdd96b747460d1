import { createHash } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import { type Model, ModelError, type ModelRequest } from '../../ports/model.ts';
import type { ReviewCase, Reviewed, Reviewer } from '../../ports/reviewer.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { asFailure, type Failure } from '../../protocol/failure.ts';
import type { UserBlock } from '../../protocol/message.ts';
import type { NoVerdict, ReviewOutcome } from '../../protocol/review.ts';
import { createMeter, type Meter, withinTime } from './calls.ts';
import { actionText, factsText, type RepositoryFacts } from './facts.ts';
import { glance, reviewPrompt, weigh } from './prompt.ts';
import { createSections, quoted } from './sections.ts';
import { storyOf } from './story.ts';
import { verdictIn, verdictTool } from './verdict.ts';

/** For all of one review, in ms. */
export const reviewTimeMs = 10_000;

/** Tokens of an answer: a verdict and its sentence, and a verdict with thoughts before it. */
const glanceTokens = 300;
const weighTokens = 2_000;

/** A rule of the policy in force. What stands in it was written by whoever wrote that layer. */
export interface RuleShown {
  id: string;
  layer: string;
  decision: string;
  because: string;
  when: string;
}

export interface ReviewerDeps {
  /** It should try again no more than once by itself. */
  model: Model;
  modelName: string;
  clock: Clock;
  /** All of the run so far, masked. */
  events(): readonly RunEvent[];
  root: string;
  rules: readonly RuleShown[];
  /** Never rejects; null where there is nothing to be told. */
  repository(): Promise<RepositoryFacts | null>;
  /** The sentence for a finding's code. */
  say(code: string, args: Readonly<Record<string, string | number>>): string | null;
  timeMs?: number;
  /** Of the sections; a random one where none is given. */
  word?: string;
}

/**
 * Asks another model, first for a verdict at a glance and, only where that does not allow it, for one that was thought
 * over, which then counts. It is given nothing that the working model says and nothing that tools returned.
 */
export function createReviewer(deps: ReviewerDeps): Reviewer {
  const sections = createSections(deps.word);
  const promptDigest = createHash('sha256')
    .update(JSON.stringify([reviewPrompt, glance, weigh, verdictTool]))
    .digest('hex');

  async function beginning(subject: ReviewCase, action: string): Promise<UserBlock[]> {
    const story = storyOf(deps.events(), subject.effect);
    const repository = await deps.repository();
    const person = story.person.map((text, index) => sections.of(`message-${index + 1}`, text)).join('\n');
    const facts = factsText(subject, { root: deps.root, repository, say: (code, args) => deps.say(code, args) });
    return [
      // What stays the same for many actions stands first, and its end is marked for the cache.
      text(
        [
          `The random word is ${sections.word}.`,
          sections.of('policy', deps.rules.map(ruleText).join('\n') || 'No rules.'),
        ].join('\n\n'),
      ),
      {
        ...text(`<person-${sections.word}>\n${person}\n</person-${sections.word}>`),
        cache_control: { type: 'ephemeral' },
      },
      text(sections.of('actions', story.actions.join('\n') || 'None yet.')),
      text(sections.of('facts', facts)),
      text(sections.of('action', action)),
    ];
  }

  async function call(
    blocks: UserBlock[],
    how: { end: string; maxTokens: number },
    meter: Meter,
    signal: AbortSignal,
  ): Promise<ReviewOutcome> {
    const request: ModelRequest = {
      model: deps.modelName,
      system: reviewPrompt,
      tools: [verdictTool],
      mustCall: verdictTool.name,
      messages: [{ role: 'user', content: [...blocks, text(how.end)] }],
      maxTokens: how.maxTokens,
    };
    meter.calls += 1;
    const answer = deps.model.respond(request, {
      signal,
      onText: () => undefined,
      onRetry: async ({ spent }) => {
        meter.calls += 1;
        meter.add(spent);
      },
    });
    const turn = await withinTime(answer, deps.clock, signal);
    meter.add(turn);
    const verdict = verdictIn(turn.content);
    return verdict === null ? none('unreadable') : { ...verdict, reason: verdict.reason.replaceAll(sections.word, '') };
  }

  async function judge(subject: ReviewCase, meter: Meter, signal: AbortSignal): Promise<ReviewOutcome> {
    const action = actionText(subject.value);
    if (action === null) return none('tooLong');
    const blocks = await beginning(subject, action);
    const fast = await call(blocks, { end: glance, maxTokens: glanceTokens }, meter, signal);
    if (fast.type === 'verdict' && fast.verdict === 'allow') return fast;
    return call(blocks, { end: weigh, maxTokens: weighTokens }, meter, signal);
  }

  return {
    async review(subject, signal): Promise<Reviewed> {
      const meter = createMeter();
      const late = new AbortController();
      const done = new AbortController();
      deps.clock.sleep(deps.timeMs ?? reviewTimeMs, done.signal).then(
        () => late.abort(),
        () => undefined,
      );
      const outcome = await judge(subject, meter, AbortSignal.any([signal, late.signal])).catch((error: unknown) => {
        if (error instanceof ModelError) meter.add(error.spent);
        if (signal.aborted) return none('stopped');
        return late.signal.aborted ? none('slow') : outage(asFailure(error));
      });
      done.abort();
      const { calls, usage, usd } = meter;
      return { outcome, model: deps.modelName, promptDigest, calls, usage, usd };
    },
  };
}

function text(words: string): Extract<UserBlock, { type: 'text' }> {
  return { type: 'text', text: words };
}

function ruleText({ id, layer, decision, because, when }: RuleShown): string {
  const why = because === '' ? '' : `, because ${quoted(because)}`;
  return `- ${quoted(id, 64)} of the ${layer} layer: ${decision} where ${quoted(when)}${why}`;
}

function none(why: NoVerdict, problem = ''): ReviewOutcome {
  return { type: 'none', why, problem };
}

/** A model that declines to answer was reached; so was one that the message was too long for. */
function outage(failure: Failure): ReviewOutcome {
  if (failure.code === 'model.refused') return none('unreadable');
  if (failure.code === 'model.contextTooLong') return none('tooLong');
  if (failure.code === 'run.limitReached') return none('limit');
  if (failure.code === 'model.priceUnknown') return none('unpriced');
  const told = failure.args['problem'] ?? failure.args['message'];
  return none('down', told === undefined ? failure.code : `${failure.code}: ${told}`);
}
