import assert from 'node:assert/strict';
import { decisionAfter, mayBeReviewed } from '../../../src/gate/review/stage.ts';
import type { Reviewed } from '../../../src/ports/reviewer.ts';
import { type Assessment, tiers } from '../../../src/protocol/assessment.ts';
import { type Decision, verdicts } from '../../../src/protocol/decision.ts';
import { NoVerdict, type ReviewOutcome } from '../../../src/protocol/review.ts';
import { medium } from './support.ts';

const judged: Decision = {
  verdict: 'review',
  by: { type: 'static' },
  reasons: [{ code: 'program.unknown', args: {} }],
};
const after = (outcome: ReviewOutcome): Decision => {
  const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const reviewed: Reviewed = { outcome, model: 'small', promptDigest: '0'.repeat(64), calls: 1, usage, usd: 0 };
  return decisionAfter(reviewed, judged);
};

describe('what the reviewing model may be asked', () => {
  it('is what stage one left open, at most medium and no floor; nothing else, even if it were left open', () => {
    const allowed: string[] = [];
    for (const verdict of verdicts)
      for (const tier of tiers)
        for (const floor of ['none', 'ask', 'deny'] as const) {
          const assessment: Assessment = { ...medium, tier, floor };
          if (mayBeReviewed({ ...judged, verdict }, assessment)) allowed.push(`${verdict} ${tier} ${floor}`);
        }
    assert.deepEqual(allowed, ['review low none', 'review medium none']);
    assert.equal(mayBeReviewed(judged, null), false);
  });
});

describe('what comes of a review', () => {
  it('is its verdict, with its reason before those of stage one', () => {
    for (const [verdict, code] of [
      ['allow', 'review.allowed'],
      ['ask', 'review.asks'],
      ['deny', 'review.denied'],
    ] as const) {
      const decision = after({ type: 'verdict', verdict, category: 'unclear', reason: 'So.' });
      assert.equal(decision.verdict, verdict);
      assert.equal(decision.by.type, 'model');
      assert.deepEqual(
        decision.reasons.map(reason => reason.code),
        [code, 'program.unknown'],
      );
    }
  });

  it('is a question for the person where there is none, in nobody’s name', () => {
    for (const why of NoVerdict.options) {
      const decision = after({ type: 'none', why, problem: 'p' });
      assert.equal(decision.verdict, 'ask', why);
      assert.equal(decision.by.type, 'static', why);
    }
  });
});
