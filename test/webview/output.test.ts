import assert from 'node:assert/strict';
import { clip, plain } from '../../webview-ui/src/view/output.ts';

describe("a command's output", () => {
  it('loses colours, links and cursor movements', () => {
    const coloured = '\x1b[31mred\x1b[0m \x1b]8;;https://example.org\x07link\x1b]8;;\x07 \x1b[2K\x1b[1Aup';
    assert.equal(plain(coloured), 'red link up');
  });

  it('shows overwritten lines as they ended up', () => {
    assert.equal(plain('10 %\r50 %\r100 %\r\ndone\r\n'), '100 %\ndone\n');
  });

  it('is cut to its head or its tail, and says how many lines are left out', () => {
    const text = Array.from({ length: 100 }, (_, at) => `line ${at + 1}`).join('\n');
    assert.deepEqual(clip(text, 'head', 2, 1000), { text: 'line 1\nline 2', left: 98 });
    assert.deepEqual(clip(text, 'tail', 2, 1000), { text: 'line 99\nline 100', left: 98 });
    assert.equal(clip('x'.repeat(5000), 'head', 10, 100).text.length, 100);
  });
});
