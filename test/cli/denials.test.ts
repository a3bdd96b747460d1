import assert from 'node:assert/strict';
import { denialKeys, denialLines, understandDenials } from '../../src/hosts/cli/denials.ts';
import { noPaint } from '../../src/hosts/cli/paint.ts';
import { widthOf } from '../../src/hosts/cli/plain.ts';
import type { DenialsQuestion } from '../../src/ports/approver.ts';

const item = (effect: string, command: string, askable = true): DenialsQuestion['items'][number] => ({
  effect,
  value: { kind: 'exec', command, cwd: '/w', timeoutMs: 1, background: false },
  reasons: [{ code: 'review.denied', args: { why: 'It sends data out' } }],
  askable,
  tier: 'medium',
});
const question: DenialsQuestion = {
  id: 'q',
  why: 'row',
  items: [item('a', 'frob one'), item('b', 'rm -rf /', false), item('c', 'echo \u001b[2J three')],
};

describe('a list of refusals at the terminal', () => {
  it('shows what and why, numbered, with nothing that could forge a line', () => {
    const text = denialLines(question, '/w', noPaint, 80).join('\n');
    assert.match(text, /in a row were refused/);
    assert.match(text, / 1 exec frob one\n.*The reviewing model refused it: It sends data out\./);
    assert.match(text, / – exec rm -rf \/ \(stays refused/);
    assert.match(text, / 3 exec echo/);
    assert.ok(!text.includes('\u001b'));
  });

  it('keeps to the width', () => {
    for (const width of [24, 40, 80])
      for (const line of [...denialLines(question, '/w', noPaint, width), ...denialKeys(question, width).split('\n')])
        assert.ok(widthOf(line) <= width, line);
  });

  it('takes all, some by number, none, none with a reason, and a reason to keep', () => {
    const of = (line: string) => understandDenials(line, question);
    assert.deepEqual(of('a'), { allow: ['a', 'c'] });
    assert.deepEqual(of('3, 1'), { allow: ['c', 'a'] });
    assert.deepEqual(of(' 1 1 '), { allow: ['a'] });
    assert.deepEqual(of('n'), { allow: [] });
    assert.deepEqual(of('w use the api'), { allow: [], why: 'use the api' });
    assert.deepEqual(of('k never frob'), { allow: [], why: 'never frob', keep: true });
  });

  it('guesses nothing: what cannot be allowed, is not there or is no answer is asked again', () => {
    for (const line of ['2', '1 2', '4', '0', '', 'yes', '1x', '-1', 'a 1'])
      assert.equal(understandDenials(line, question), null, line);
    const fixed = { ...question, items: [item('b', 'rm -rf /', false)] };
    assert.equal(understandDenials('a', fixed), null);
    assert.doesNotMatch(denialKeys(fixed, 80), /\[a\]/);
  });
});
