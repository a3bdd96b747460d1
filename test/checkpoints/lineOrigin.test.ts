import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type FileVersion, lineOrigin } from '../../src/checkpoints/lineOrigin.ts';

const version = (of: string, before: string | null, after: string | null, restore = false): FileVersion<string> => ({
  of,
  before,
  after,
  restore,
});

describe('where a line comes from', () => {
  const first = version('first', 'a\nb\n', 'a\nnew\nb\n');
  const second = version('second', 'a\nnew\nb\n', 'top\na\nnew\nb\nend\n');

  it('is the change that wrote it, however far it has moved since', () => {
    const text = 'mine\ntop\na\nnew\nb\nend\n';
    assert.deepEqual(lineOrigin(text, 4, [first, second]), { type: 'written', of: 'first', line: 2 });
    assert.deepEqual(lineOrigin(text, 2, [first, second]), { type: 'written', of: 'second', line: 1 });
  });

  it('is nobody’s that is known where it stood there before, or came later', () => {
    const text = 'mine\ntop\na\nnew\nb\nend\n';
    assert.deepEqual(lineOrigin(text, 3, [first, second]), { type: 'before' });
    assert.deepEqual(lineOrigin(text, 1, [first, second]), { type: 'since', of: 'second' });
    assert.deepEqual(lineOrigin('x\n', 1, []), { type: 'before' });
  });

  it('is the person’s where they wrote it between two changes', () => {
    const later = version('later', 'a\nnew\nmine\nb\n', 'a\nnew\nmine\nb\nend\n');
    assert.deepEqual(lineOrigin('a\nnew\nmine\nb\nend\n', 3, [first, later]), { type: 'since', of: 'first' });
  });

  it('is the change that wrote it first where it was taken back and brought again', () => {
    const undo = version('undo', 'a\nnew\nb\n', 'a\nb\n', true);
    const redo = version('redo', 'a\nb\n', 'a\nnew\nb\n', true);
    assert.deepEqual(lineOrigin('a\nnew\nb\n', 2, [first, undo, redo]), { type: 'written', of: 'first', line: 2 });
  });

  it('is the change that made the file', () => {
    assert.deepEqual(lineOrigin('a\n', 1, [version('made', null, 'a\r\n')]), { type: 'written', of: 'made', line: 1 });
  });

  it('is always a change that has the line and whose text before has it not as often', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 8 }).map(lines => lines.join('\n'));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 4 }), text, fc.nat(8), (pairs, now, at) => {
        const versions = pairs.map(([before, after], index) => version(String(index), before, after));
        const lines = now.split('\n');
        const line = (at % lines.length) + 1;
        const origin = lineOrigin(now, line, versions);
        if (origin.type !== 'written') return;
        const [before = '', after = ''] = pairs[Number(origin.of)] ?? [];
        const wanted = lines[line - 1];
        assert.equal(after.split('\n')[origin.line - 1], wanted);
        const count = (all: string): number => all.split('\n').filter(each => each === wanted).length;
        assert.ok(count(after) > count(before) || after !== before);
      }),
    );
  });
});
