import type { Answered, Approver } from '../../ports/approver.ts';
import type { OpenQuestions } from './openQuestions.ts';
import type { Toasts } from './toasts.ts';

/**
 * Draws attention to a question and waits. The answer comes from the panel, as a command with the question's nonce, or from
 * the notification; the run lets the first one win and withdraws the question from the other.
 */
export function createApprover(open: OpenQuestions, toasts: Toasts): Approver {
  const withdrawn = (signal: AbortSignal): Promise<null> =>
    new Promise(resolve => {
      if (signal.aborted) resolve(null);
      else signal.addEventListener('abort', () => resolve(null), { once: true });
    });
  const told = (sentence: string, question: string | null, signal: AbortSignal): Promise<null> => {
    toasts.tell(sentence, question, signal);
    return withdrawn(signal);
  };
  return {
    several: true,
    askFindings: (_findings, signal) =>
      told('Gatehouse: the reviewer found something, and the run waits for you.', null, signal),
    askPlan: ({ id }, signal) => told('Gatehouse: a plan waits for your word.', id, signal),
    askPerson: ({ id }, signal) => told('Gatehouse: the agent asks you something.', id, signal),
    askLimit: (_question, signal) =>
      told('Gatehouse: a run is about to reach a limit and waits for you.', null, signal),
    ask(question, signal): Promise<Answered | null> {
      open.hold(question, signal);
      return Promise.race([withdrawn(signal), toasts.ask(question, signal)]);
    },
    askDenials(question, signal) {
      open.hold(question, signal);
      toasts.tellDenials(question, signal);
      return withdrawn(signal);
    },
  };
}
