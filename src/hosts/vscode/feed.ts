import type { Run } from '../../agent/run.ts';
import type { Live, Observation, RunEvent } from '../../protocol/event.ts';
import type { Told } from '../../protocol/panel.ts';
import { explain } from '../explainWords.ts';
import { saidAbout } from './say.ts';

/** Waits this long (ms) for more before it passes a batch on: streamed text comes in hundreds of small pieces. */
const batchMs = 30;
/** Characters of a running command's output that a panel which opens late is still given. */
const outputKeep = 32_000;

/**
 * One run as its surfaces follow it: told in batches, with sentences, and from the start for one that opens late. Beside
 * the run's own events it keeps only what has not become an event yet.
 */
export interface Feed {
  /** Everything so far, as if it had been followed from the start; what comes next is told to `onTold`. */
  replay(): Told[];
  /** Questions that wait for an answer, the oldest first. */
  questions(): string[];
  dispose(): void;
}

export function createFeed(run: Run, onTold: (items: Told[]) => void): Feed {
  let text: { turn: number; pieces: string[] } | null = null;
  const outputs = new Map<string, string>();
  const questions = new Map<string, Live & { type: 'question' | 'denials' | 'plan' | 'asked' }>();
  /** It waits for the person to raise a limit. */
  let atLimit = false;
  /** It waits for the person to waive what the reviewer left. */
  let atReview = false;
  let batch: Told[] = [];
  let timer: NodeJS.Timeout | null = null;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const items = batch;
    batch = [];
    if (items.length > 0) onTold(items);
  }

  function keep(observation: Observation): void {
    if (observation.type === 'event') keepEvent(observation.event);
    else keepLive(observation.live);
  }

  function keepEvent(event: RunEvent): void {
    if (event.kind === 'turn.started' || event.kind.startsWith('model.')) text = null;
    if (event.kind === 'effect.done' || event.kind === 'effect.failed') outputs.delete(event.effect);
    if (event.kind === 'review.held') atReview = true;
    if (event.kind === 'turn.started' || event.kind === 'run.ended') atReview = false;
    if (event.kind === 'limit.reached') atLimit = true;
    if (event.kind === 'limit.raised' || event.kind === 'run.ended') atLimit = false;
  }

  function keepLive(live: Live): void {
    switch (live.type) {
      case 'text':
        if (text?.turn !== live.turn) text = { turn: live.turn, pieces: [] };
        text.pieces.push(live.text);
        break;
      case 'output': {
        const grown = (outputs.get(live.effect) ?? '') + live.text;
        outputs.set(live.effect, grown.length > 2 * outputKeep ? grown.slice(-outputKeep) : grown);
        break;
      }
      case 'denials':
      case 'plan':
      case 'asked':
      case 'question':
        questions.set(live.question, live);
        break;
      case 'questionClosed':
        questions.delete(live.question);
        break;
    }
  }

  function pending(): Live[] {
    const streamed: Live[] = text === null ? [] : [{ type: 'text', turn: text.turn, text: text.pieces.join('') }];
    const printed = [...outputs].map(([effect, output]): Live => ({ type: 'output', effect, text: output }));
    return [...streamed, ...printed, ...questions.values()];
  }

  const leave = run.observe(observation => {
    keep(observation);
    batch.push(tell(observation, run.events()));
    const urgent = observation.type === 'live' && /^(question|plan|asked|denials)$/.test(observation.live.type);
    if (urgent) flush();
    else timer ??= setTimeout(flush, batchMs);
  });

  return {
    replay() {
      flush();
      const events = run.events().map((event): Told => tell({ type: 'event', event }, run.events()));
      return [...events, ...pending().map((live): Told => ({ type: 'live', live }))];
    },
    questions: () => [...questions.keys(), ...(atLimit ? ['limit'] : []), ...(atReview ? ['review'] : [])],
    dispose() {
      leave();
      flush();
    },
  };
}

/** A run that is only read: nothing more comes of it. */
export function createRecord(events: readonly RunEvent[]): Feed {
  return {
    replay: () => events.map(event => tell({ type: 'event', event }, events)),
    questions: () => [],
    dispose: () => undefined,
  };
}

function tell(observation: Observation, events: readonly RunEvent[]): Told {
  if (observation.type === 'live') return observation;
  const { event } = observation;
  const said = saidAbout(event);
  const [first] = events;
  const root = first?.kind === 'run.started' ? first.workspace : '';
  const explained = event.kind === 'effect.assessed' ? explain(event.assessment, root) : [];
  return {
    ...observation,
    ...(said.length > 0 ? { said } : {}),
    ...(explained.length > 0 ? { explained } : {}),
  };
}
