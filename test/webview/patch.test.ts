import assert from 'node:assert/strict';
import { unifiedPatch } from '../../src/tools/patch.ts';
import { blankPairs } from '../../webview-ui/src/view/patch.ts';

describe('white space in a change, as the card shows it', () => {
  it('is made visible where a line differs in nothing else', () => {
    const before = 'a\n  b\nc\nd\ne\n';
    const after = 'a  \n\tb\nC\nd\r\ne\nnew\n';
    assert.deepEqual(blankPairs(unifiedPatch('f', before, after).patch), [
      { before: 'a', after: 'a··' },
      { before: '··b', after: '→b' },
      { before: 'd', after: 'd␍' },
    ]);
  });

  it('is not told of lines that are new, gone, or changed in other ways', () => {
    assert.deepEqual(blankPairs(unifiedPatch('f', 'a b\nc\n', 'a  b\n\n').patch), []);
  });
});
