import type { Suspicion } from '../protocol/suspicion.ts';

/** Asks the person whether a task that may be harmful is meant. */
export interface Confirmer {
  /** Resolves null where nobody is there to say; an aborted signal withdraws the question (null). */
  confirm(marks: readonly Suspicion[], signal: AbortSignal): Promise<boolean | null>;
}
