import type { Journal } from '../ports/journal.ts';
import type { EventBody, Live, Observation, RunEvent } from '../protocol/event.ts';

/** Where the run's facts go: first to disk, then to every fold, then to every observer, in one order for all. */
export interface Recorder extends Journal {
  emit(live: Live): void;
  observe(observer: (observation: Observation) => void): () => void;
  events(): readonly RunEvent[];
}

/** `folds` are applied to each event once it is durable. An observer that throws loses that observation and no more. */
export function createRecorder(journal: Journal, folds: readonly ((event: RunEvent) => void)[]): Recorder {
  const events: RunEvent[] = [];
  const observers = new Set<(observation: Observation) => void>();

  function tell(observer: (observation: Observation) => void, observation: Observation): void {
    try {
      observer(observation);
    } catch {
      // A client's fault is the client's: the run and the other clients go on.
    }
  }

  return {
    async append(body: EventBody) {
      const event = await journal.append(body);
      events.push(event);
      for (const fold of folds) fold(event);
      for (const observer of observers) tell(observer, { type: 'event', event });
      return event;
    },
    emit(live) {
      for (const observer of observers) tell(observer, { type: 'live', live });
    },
    observe(observer) {
      for (const event of events) tell(observer, { type: 'event', event });
      observers.add(observer);
      return () => observers.delete(observer);
    },
    events: () => events,
  };
}
