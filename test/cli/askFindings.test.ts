import assert from 'node:assert/strict';
import { askFindingsAt, understandFindings } from '../../src/hosts/cli/askFindings.ts';
import { noPaint } from '../../src/hosts/cli/paint.ts';
import type { ReviewFinding } from '../../src/protocol/diffReview.ts';

const finding = (id: string): ReviewFinding => ({
  id,
  file: 'src/a.js',
  line: 1,
  severity: 'blocking',
  category: 'security',
  evidence: 'eval(x)',
  sentence: 'It runs text.',
  by: 'model',
});
const two = [finding('f1'), finding('f2')];

describe('findings that hold a run, at the terminal', () => {
  it('are shown with numbers, and asked about until a line is an answer', async () => {
    const lines = ['yes', 'w 9 foo', 'w 2', 'w 2 it is meant so'];
    const shown: string[] = [];
    const answer = await askFindingsAt(two, {
      paint: noPaint,
      width: 100,
      note: rows => void shown.push(...rows),
      read: async () => lines.shift() ?? null,
      edit: async () => null,
    });
    assert.deepEqual(answer, { type: 'waive', waived: [{ finding: 'f2', reason: 'it is meant so' }] });
    assert.deepEqual(shown.slice(0, 5), [
      '',
      '? The reviewer left what blocks, so the run waits for you.',
      '  1 ✗ src/a.js:1  blocking, security',
      '      It runs text.',
      '      │ eval(x)',
    ]);
    const told = shown.slice(-3).map(line => line.trim());
    assert.deepEqual(told, [
      'Waiving takes a reason: `w 1 it is meant so`.',
      'There is no finding 9. They are numbered from 1 to 2.',
      'Waiving takes a reason: `w 1 it is meant so`.',
    ]);
    assert.equal(lines.length, 0);
  });

  it('are answered in a few ways and never guessed', () => {
    assert.deepEqual(understandFindings(' e ', two), { type: 'end' });
    assert.deepEqual(understandFindings('f parse it instead', two), { type: 'say', text: 'parse it instead' });
    assert.deepEqual(understandFindings('a we know', two), {
      type: 'waive',
      waived: [
        { finding: 'f1', reason: 'we know' },
        { finding: 'f2', reason: 'we know' },
      ],
    });
    for (const line of ['', 'y', 'w', 'w 1', 'w 3 why', 'a', 'f', 'waive all'])
      assert.equal(understandFindings(line, two), null);
  });
});
