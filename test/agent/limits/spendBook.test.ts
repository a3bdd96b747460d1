import assert from 'node:assert/strict';
import { createPurse } from '../../../src/agent/limits/purse.ts';
import { createSpendBook } from '../../../src/agent/limits/spendBook.ts';
import { createReviewer, reviewTimeMs } from '../../../src/gate/review/reviewer.ts';
import { emptySummary, fold, spentAtMost } from '../../../src/journal/fold.ts';
import { metered } from '../../../src/models/metered.ts';
import { type Model, ModelError } from '../../../src/ports/model.ts';
import { noUsage } from '../../../src/protocol/budget.ts';
import type { EventKind } from '../../../src/protocol/event.ts';
import { failures } from '../../../src/protocol/failure.ts';
import { caseOf } from '../../gate/review/support.ts';
import { handClock, memoryJournal } from '../../support/fakes.ts';

const prices = { small: { input: 1, output: 5, cacheWrite: 1.25, cacheRead: 0.1 } };
const { signal } = new AbortController();

/** A reviewer that asks this model, with all that it spends written down. */
function setUp(respond: Model['respond']) {
  const journal = memoryJournal();
  const clock = handClock();
  const { purse } = createPurse({ limits: () => ({ usd: 5 }), reached: async () => false });
  const book = createSpendBook(journal, () => 'h');
  const reviewer = createReviewer({
    model: metered({ respond }, { purse: book.purse(purse, 'gate'), prices, asks: false }),
    modelName: 'small',
    clock,
    events: () => [],
    root: '/w',
    rules: [],
    repository: async () => null,
    say: () => null,
  });
  return {
    book,
    reviewer,
    clock,
    kinds: (): EventKind[] => journal.events.map(({ kind }) => kind),
    counted: () => spentAtMost(journal.events.reduce(fold, emptySummary)).usd ?? 0,
    settled: () => journal.events.findLast(event => event.kind === 'model.settled'),
  };
}

const turns = (): Promise<void> => new Promise(setImmediate);

describe('what stage two spends', () => {
  it('is written down also where the call tells it after it was given up', async () => {
    const asked = Promise.withResolvers<void>();
    const told = Promise.withResolvers<never>();
    const { reviewer, clock, kinds, counted, settled } = setUp(() => {
      asked.resolve();
      return told.promise;
    });
    const review = reviewer.review(caseOf(), signal);
    await asked.promise;
    assert.deepEqual(kinds(), ['model.held']);
    clock.advance(reviewTimeMs);
    await turns();
    clock.advance(reviewTimeMs);
    const { outcome, usage } = await review;
    assert.deepEqual([outcome.type === 'none' && outcome.why, usage], ['slow', noUsage]);
    const open = counted();
    assert.ok(open > 0);
    told.reject(new ModelError(failures.cancelled({}), { spent: null, open: true }));
    await turns();
    assert.deepEqual(kinds(), ['model.held', 'model.settled']);
    assert.equal(settled()?.usd, open);
  });

  it('is all that it could be where nothing is told before the run ends, and is not told after that', async () => {
    const told = Promise.withResolvers<never>();
    const asked = Promise.withResolvers<void>();
    const { reviewer, clock, kinds, counted, settled, book } = setUp(() => {
      asked.resolve();
      return told.promise;
    });
    const review = reviewer.review(caseOf(), signal);
    await asked.promise;
    clock.advance(reviewTimeMs);
    await turns();
    clock.advance(reviewTimeMs);
    await review;
    const open = counted();
    await book.close();
    assert.equal(settled()?.usd, open);
    told.reject(new ModelError(failures.cancelled({}), { spent: null, open: false }));
    await turns();
    assert.deepEqual(kinds(), ['model.held', 'model.settled']);
  });
});
