import assert from 'node:assert/strict';
import { outcomeOf, subjectOf } from '../../src/hosts/cli/describe.ts';
import { askedOf } from '../../src/hosts/cli/question.ts';
import type { Question } from '../../src/ports/approver.ts';
import type { RestoreEffect } from '../../src/protocol/effect.ts';

const patch = (name: string): string => `--- ${name}\n+++ ${name}\n@@ -1 +1 @@\n-two\n+one\n`;
const value: RestoreEffect = {
  kind: 'restore',
  checkpoint: 2,
  paths: ['/w/src', '/w/b.txt'],
  reason: 'The tests broke.\u001b[2J',
  own: true,
  person: false,
  files: [
    { path: '/w/src/a.txt', change: 'changed', merged: true, added: 1, removed: 1, patch: patch('src/a.txt') },
    { path: '/w/src/new.bin', change: 'removed', merged: false, added: null, removed: null, patch: null },
  ],
  conflicts: ['/w/b.txt'],
  plan: '0'.repeat(64),
};
const plain = (_style: unknown, text: string): string => text;

describe('the words about a restore of the agent', () => {
  const question: Question = {
    id: 'q',
    effect: 'e',
    value,
    decision: {
      verdict: 'ask',
      by: { type: 'static' },
      reasons: [{ code: 'restore.merges', args: { path: '/w/src/a.txt' } }],
    },
    assessment: null,
    lasting: false,
    terms: { profile: 'uncontained', hosts: [], writes: [] },
  };

  it('show all that would change and what is left, and let nothing pass for a line of ours', () => {
    const { lines, more } = askedOf(question, '/w', plain, 100, 60);
    assert.deepEqual(lines, [
      '',
      '? Restore src, b.txt to checkpoint 2?  2 files',
      '  │ M src/a.txt  +1 −1, merged',
      '  │ @@ -1 +1 @@',
      '  │ -two',
      '  │ +one',
      '  │ D src/new.bin',
      '  │ ! b.txt is left as it is',
      '  The agent says: The tests broke.␛[2J',
      '  Somebody else changed /w/src/a.txt since; their changes are merged and kept.',
    ]);
    assert.equal(more, false);
  });

  it('say how much is hidden where there is no room, and count what was done', () => {
    const { lines, more } = askedOf(question, '/w', plain, 100, 2);
    assert.ok(lines.includes('  │ … 4 more lines'), lines.join('\n'));
    assert.equal(more, true);
    const { paths: _, ...whole } = value;
    assert.equal(subjectOf({ ...whole, checkpoint: 0 }, '/w'), 'to the start');
    const outcome = { kind: 'restore', checkpoint: 3, files: 1, conflicts: ['b.txt'] } as const;
    assert.equal(outcomeOf({ ...outcome, conflicts: [...outcome.conflicts] }, value), '1 file, 1 left');
  });
});
