import { wordMasker } from '../journal/stream.ts';
import type { Journal } from '../ports/journal.ts';
import type { Masker } from '../ports/masker.ts';
import type { EventBody, Live, Observation, RunEvent } from '../protocol/event.ts';
import { maskBody } from './masking.ts';

/**
 * Where the run's facts go: first to disk, then to every fold, then to every observer, in one order for all. Nobody gets
 * a fact or streamed text that was not masked, so no caller need think of it; only a command's output comes in masked.
 */
export interface Recorder extends Journal {
  emit(live: Live): void;
  observe(observer: (observation: Observation) => void): () => void;
  events(): readonly RunEvent[];
}

/** `folds` are applied to each event once it is durable, to the `earlier` ones at once. An observer that throws loses that observation and no more. */
export function createRecorder(
  journal: Journal,
  folds: readonly ((event: RunEvent) => void)[],
  masker: Masker,
  earlier: readonly RunEvent[] = [],
): Recorder {
  const events: RunEvent[] = [...earlier];
  for (const event of earlier) for (const fold of folds) fold(event);
  const observers = new Set<(observation: Observation) => void>();

  function tell(observer: (observation: Observation) => void, observation: Observation): void {
    try {
      observer(observation);
    } catch {
      // A client's fault is the client's: the run and the other clients go on.
    }
  }

  function show(live: Live): void {
    for (const observer of observers) tell(observer, { type: 'live', live });
  }

  let turn = 0;
  const words = wordMasker(masker, text => show({ type: 'text', turn, text }));

  return {
    async append(body: EventBody) {
      // A turn that has come gives out its last word; one that is tried again or failed is void.
      if (body.kind === 'model.answered') words.end();
      else if (body.kind === 'model.retrying' || body.kind === 'model.failed') words.drop();
      const event = await journal.append(maskBody(body, masker));
      events.push(event);
      for (const fold of folds) fold(event);
      for (const observer of observers) tell(observer, { type: 'event', event });
      return event;
    },
    emit(live) {
      if (live.type !== 'text') return show(live);
      turn = live.turn;
      words.write(live.text);
    },
    observe(observer) {
      for (const event of events) tell(observer, { type: 'event', event });
      observers.add(observer);
      return () => observers.delete(observer);
    },
    events: () => events,
  };
}
