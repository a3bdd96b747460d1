import assert from 'node:assert/strict';
import { reviewedSentences } from '../../src/hosts/reviewWords.ts';
import type { ReviewFinding } from '../../src/protocol/diffReview.ts';

const finding = (by: ReviewFinding['by'], severity: ReviewFinding['severity']): ReviewFinding => ({
  id: 'f',
  file: 'a.js',
  line: 1,
  severity,
  category: 'defect',
  evidence: '',
  sentence: 'It is wrong.',
  by,
});

describe('the words about a review', () => {
  it('say of the reviewer only what it found itself', () => {
    const said = (...findings: ReviewFinding[]): string[] =>
      reviewedSentences({ outcome: { type: 'read' }, findings, unread: [], model: 'm' });
    assert.deepEqual(said(finding('static', 'blocking'), finding('static', 'note')), [
      'The reviewer read the whole diff and found nothing. The checks that need no model found 2 things, 1 of them blocking.',
    ]);
    assert.deepEqual(said(finding('model', 'blocking'), finding('static', 'note')), [
      'The reviewer read the whole diff and found one thing, which blocks. The checks that need no model found one thing.',
    ]);
    assert.deepEqual(said(finding('model', 'note')), ['The reviewer read the whole diff and found one thing.']);
  });
});
