import assert from 'node:assert/strict';
import { askedOf, subjectLines } from '../../src/hosts/cli/question.ts';
import { signingSentences } from '../../src/hosts/gitWords.ts';
import type { PushEffect } from '../../src/protocol/effect.ts';
import { type Signing, unsignedReasons } from '../../src/protocol/signing.ts';
import { signingNotes } from '../../src/tools/gitNotes.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
const value: PushEffect = {
  kind: 'push',
  command: 'git push -u --force origin main',
  cwd: '/w',
  remote: 'origin',
  shown: 'https://***@git.example.com/app.git',
  refspecs: [{ sha: a, ref: 'refs/heads/main' }],
  force: true,
  lease: null,
  setUpstream: true,
};
const plain = (_style: unknown, text: string): string => text;

describe('the words about git', () => {
  it('show all of a push that a person answers for', () => {
    const decision = { verdict: 'ask' as const, by: { type: 'static' as const }, reasons: [] };
    const terms = { profile: 'uncontained' as const, hosts: [], writes: [] };
    const question = { id: 'q', effect: 'e', value, decision, assessment: null, terms, lasting: false };
    const text = askedOf(question, '/w', plain, 100, 20).lines.join('\n');
    for (const part of ['Push main to origin?', value.command, value.shown, `refs/heads/main becomes ${a}`])
      assert.ok(text.includes(part), `${part} is not in:\n${text}`);
    assert.match(text, /By force: commits that are there and not here are lost/);
    assert.match(text, /No upstream is set/);
    assert.match(text, /outside the sandbox with your credentials/);
    assert.doesNotMatch(text, /Nothing holds it/);
    const leased = subjectLines({ ...value, force: false, lease: b }, null, plain, 100).join('\n');
    assert.ok(leased.includes(`if the branch is still at ${b}`), leased);
  });

  it('say of each reason why commits are not signed, to the person and to the model', () => {
    const told = new Set<string>();
    for (const because of unsignedReasons) {
      const signing: Signing = { type: 'unsigned', because, commits: [a], problem: 'no\nkey' };
      const [sentence = '', ...more] = signingSentences(signing);
      assert.match(sentence, /^1 commit is not signed: .+ \(no key\)\. Sign with/);
      assert.deepEqual(more, []);
      const [note = ''] = signingNotes(signing);
      assert.match(note, /^\(Not signed: aaaaaaaaaa\. /);
      told.add(sentence).add(note);
    }
    assert.equal(told.size, unsignedReasons.length * 2);
  });

  it('say what was signed, what was left, and nothing where there is nothing to say', () => {
    const signed: Signing = {
      type: 'signed',
      ref: 'refs/heads/main',
      from: a,
      to: b,
      commits: [{ from: a, to: b }],
      left: [a, b],
    };
    const [first = '', second = ''] = signingSentences(signed);
    assert.equal(first, '1 commit on main signed with your key.');
    assert.match(second, /^2 commits are left without your signature/);
    assert.match(signingNotes(signed)[0] ?? '', /aaaaaaaaaa is now bbbbbbbbbb/);
    assert.match(signingNotes(signed)[1] ?? '', /Left without a signature/);
    assert.deepEqual([...signingSentences(undefined), ...signingNotes(undefined)], []);
    assert.deepEqual(signingSentences({ type: 'nothing', left: [] }), []);
  });
});
