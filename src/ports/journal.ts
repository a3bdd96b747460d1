import type { EventBody, RunEvent } from '../protocol/event.ts';

/** The run's record. When `append` resolves, the event is on disk and anchored; it rejects with `journal.unwritable`. */
export interface Journal {
  append(body: EventBody): Promise<RunEvent>;
}
