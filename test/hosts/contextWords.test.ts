import assert from 'node:assert/strict';
import { compactedSentence, compactionFailedSentence } from '../../src/hosts/contextWords.ts';
import { CompactionFailure, type EventBody } from '../../src/protocol/event.ts';
import { digest } from '../webview/events.ts';

const numbered = <B extends EventBody>(body: B) => ({
  v: 1 as const,
  seq: 0,
  at: 0,
  prev: digest,
  hash: digest,
  ...body,
});

describe('what a person is told of a conversation that became shorter', () => {
  const base = {
    kind: 'context.compacted',
    how: 'summed',
    upTo: 1,
    text: '',
    why: 'window',
    tokensBefore: 150_400,
    tokensAfter: 900,
  } as const;
  const block = { type: 'compaction' as const, content: 'S', signature: 's' };

  it('says whose summary it is, how much shorter it became, and what that cost', () => {
    assert.equal(
      compactedSentence(numbered(base)),
      'The conversation grew long, so its older part is now a summary from the journal; your own words stay (about 150,000 tokens before, 900 now).',
    );
    assert.equal(
      compactedSentence(numbered({ ...base, block, usd: 0.0321 })),
      'The conversation grew long, so its older part is now a summary by the model’s server, with the facts of the journal and your own words beside it (about 150,000 tokens before, 900 now; the summary cost $0.0321).',
    );
    assert.match(compactedSentence(numbered({ ...base, block, usd: null })), /its price is not known/);
  });

  it('says why the server did not sum it up', () => {
    for (const why of CompactionFailure.options) {
      const said = compactionFailedSentence(
        numbered({ kind: 'compaction.failed', model: 'm', why, failure: null, usage: null }),
      );
      assert.match(said, /^The .*, so Gatehouse makes one from the journal\.$/);
    }
  });
});
