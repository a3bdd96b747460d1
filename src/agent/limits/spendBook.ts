import type { Hold } from '../../journal/fold.ts';
import type { Journal } from '../../ports/journal.ts';
import type { Spent } from '../../ports/model.ts';
import type { Calling, Held, Purse } from '../../ports/purse.ts';
import type { CallOf } from '../../protocol/budget.ts';

export interface SpendBook {
  /** The same purse, for the calls of these. */
  purse(inner: Purse, by: CallOf): Purse;
  /** Counts what nobody has told the end of as all that it could take. Nothing is written down after it. */
  close(): Promise<void>;
}

/**
 * Writes down what each call can take before it is made, and what it took, however late it tells. What the agents' calls
 * took stands in their own records.
 */
export function createSpendBook(journal: Journal, newId: () => string): SpendBook {
  const open = new Map<string, Hold>();
  return {
    purse(inner, by) {
      async function kept(held: Held, most: Spent, { model }: Calling): Promise<Held> {
        const hold = newId();
        await journal.append({ kind: 'model.held', hold, by, model, ...most });
        open.set(hold, { hold, by, ...most });
        return {
          async settle(took) {
            await held.settle(took);
            if (!open.delete(hold) || by === 'agent') return;
            const { usage, usd } = took ?? { usage: null, usd: null };
            await journal.append({ kind: 'model.settled', hold, by, usage, usd });
          },
        };
      }
      return {
        room: () => inner.room(),
        hold: async (most, call) => kept(await inner.hold(most, call), most, call),
        async spare(most, rest, call) {
          const held = await inner.spare(most, rest, call);
          return held === null ? null : kept(held, most, call);
        },
      };
    },
    async close() {
      const left = [...open.values()];
      open.clear();
      await settleHeld(journal, left);
    },
  };
}

/** Counts these as all that they could take. */
export async function settleHeld(journal: Journal, held: readonly Hold[]): Promise<void> {
  for (const each of held) await journal.append({ kind: 'model.settled', ...each });
}
