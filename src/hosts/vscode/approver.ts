import type { Approver } from '../../ports/approver.ts';

/**
 * Draws attention to a question and waits. The answer itself comes from the panel as a command with the question's
 * nonce, and the run lets the first answer win; so this resolves only when the question is withdrawn.
 */
export function createApprover(attract: () => void): Approver {
  const wait = (signal: AbortSignal): Promise<null> =>
    new Promise(resolve => {
      if (signal.aborted) return resolve(null);
      signal.addEventListener('abort', () => resolve(null), { once: true });
      attract();
    });
  return {
    several: true,
    ask: (_question, signal) => wait(signal),
    askPlan: (_question, signal) => wait(signal),
    askPerson: (_question, signal) => wait(signal),
    askFindings: (_findings, signal) => wait(signal),
    askLimit: (_question, signal) => wait(signal),
  };
}
