import assert from 'node:assert/strict';
import {
  carried,
  changeAt,
  keyOf,
  plain,
  visibleBlanks,
  without,
  withoutAll,
} from '../../../../src/hosts/vscode/proposals/text.ts';
import { blankChanges, changesBetween } from '../../../../src/tools/changes.ts';

describe('what the person makes of a proposal in the editor', () => {
  it('is the proposal to the byte where they changed nothing', () => {
    const exact = '\uFEFFa\r\nb\nc\r\n';
    assert.equal(carried(exact, plain(exact), plain(exact)), exact);
  });

  it('keeps the ends of the lines that they left alone, and gives new ones those of most', () => {
    const exact = '\uFEFFa\r\nb\nc\r\n';
    assert.equal(carried(exact, 'a\nb\nc\n', 'a\nb\nB\nc\n'), '\uFEFFa\r\nb\nB\r\nc\r\n');
    assert.equal(carried('a\nb', 'a\nb', 'a\n'), 'a\n');
  });

  it('is what they see where the editor counts other lines', () => {
    assert.equal(carried('a\rb\n', 'a\nb\n', 'a\nc\n'), 'a\nc\n');
  });
});

describe('a change at the cursor', () => {
  const base = 'a\nb\nc\nd\ne\n';
  const text = 'A\nb\nd\ne\nf\n';

  it('is the one that the line belongs to, or where lines are gone the one beside it', () => {
    const found = [0, 1, 2, 3, 4].map(line => changeAt(base, text, line)?.from ?? null);
    assert.deepEqual(found, [0, 2, 2, null, 5]);
  });

  it('can be taken back, and the others stay', () => {
    const change = changeAt(base, text, 1);
    assert.ok(change);
    assert.equal(without(base, text, change), 'A\nb\nc\nd\ne\nf\n');
    assert.equal(withoutAll(base, text, changesBetween(base, text)), base);
  });

  it('is known again after another one is taken back', () => {
    const change = changeAt(base, text, 0);
    const last = changeAt(base, text, 4);
    assert.ok(change && last);
    assert.deepEqual(
      changesBetween(base, without(base, text, change))
        .map(keyOf)
        .at(-1),
      keyOf(last),
    );
  });
});

describe('white space', () => {
  it('is made visible at the ends of a line', () => {
    assert.equal(visibleBlanks('\t a b \r\n'), '→·a b· (CRLF)');
    assert.equal(visibleBlanks('  \n'), '··');
    assert.equal(visibleBlanks('a'), 'a (without a line end)');
  });

  it('alone can be taken back amid other changes', () => {
    const [base, text] = ['a\nb\nc\n', ' a\nB\nc\r\n'];
    assert.equal(withoutAll(base, text, blankChanges(base, text)), 'a\nB\nc\n');
  });
});
