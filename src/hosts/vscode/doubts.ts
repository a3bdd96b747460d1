import { randomBytes } from 'node:crypto';
import type { Doubter, DoubtVerdict } from '../../ports/doubter.ts';
import type { ShownDoubt } from '../../protocol/panel.ts';

/** Effects of one run that were begun when it was cut off. The panel shows them, and the person decides there. */
export interface Doubts extends Doubter {
  open(): readonly ShownDoubt[];
  /** Whether the decision was taken: it needs the doubt's nonce, and the first one counts. */
  settle(effect: string, nonce: string, verdict: DoubtVerdict): boolean;
}

export function createDoubts(onChange: () => void): Doubts {
  const waiting = new Map<string, { shown: ShownDoubt; done: (verdict: DoubtVerdict | null) => void }>();
  return {
    open: () => [...waiting.values()].map(({ shown }) => shown),
    async decide({ effect, value, changed }, signal) {
      if (signal.aborted) return null;
      const { promise, resolve } = Promise.withResolvers<DoubtVerdict | null>();
      const shown = { effect, value, changed, nonce: randomBytes(16).toString('hex') };
      signal.addEventListener('abort', () => resolve(null), { once: true });
      waiting.set(effect, { shown, done: resolve });
      onChange();
      try {
        return await promise;
      } finally {
        waiting.delete(effect);
        onChange();
      }
    },
    settle(effect, nonce, verdict) {
      const found = waiting.get(effect);
      if (found === undefined || found.shown.nonce !== nonce) return false;
      found.done(verdict);
      return true;
    },
  };
}
