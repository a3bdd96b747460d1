import assert from 'node:assert/strict';
import { subjectOf } from '../../src/gate/subject.ts';
import type { Subject } from '../../src/policy/subject.ts';
import { assess } from '../risk/shell/support.ts';

const nothing = assess('true');
const subject = (command: string): Subject =>
  subjectOf({ kind: 'exec', command, cwd: '/work/app', timeoutMs: 1000, background: false }, nothing);

describe('a command as rules see it', () => {
  it('is told apart where it says more than the words of its programs', () => {
    for (const command of ['NODE_PATH=x npm test', 'true; A="b c" npm test', '(B=1 x)', 'CI=1 C=2 x'])
      assert.equal(subject(command).prefixed, true, command);
    for (const command of ['npm test', 'CI=1 npm test', 'make CC=x', 'a=1', 'NODE_ENV=test CI=1 x'])
      assert.equal(subject(command).prefixed, false, command);
    for (const command of ['x > a', 'x < a', 'x >> a 2>&1', 'x 2> a']) assert.ok(subject(command).redirected, command);
    for (const command of ['x 2>&1', 'x > /dev/null', 'x &>/dev/null'])
      assert.equal(subject(command).redirected, false, command);
  });

  it('is told apart by what is set for a program, however it is quoted', () => {
    const read = (command: string): Subject =>
      subjectOf({ kind: 'exec', command, cwd: '/work/app', timeoutMs: 1000, background: false }, assess(command));
    for (const command of [
      'A="b\\"c" npm test',
      "A='b'c npm test",
      'A=$((1)) npm test',
      'A=\\  npm test',
      'A=[ npm test',
    ])
      assert.equal(read(command).prefixed, true, command);
    for (const command of ['npm test', 'CI=$((1)) npm test', 'NODE_ENV="te"st npm test'])
      assert.equal(read(command).prefixed, false, command);
  });

  it('is looked at in time that grows with its length alone', function () {
    // Milliseconds; where it grew with the square, minutes.
    this.timeout(60_000);
    for (const piece of ['(a=', '`a=', 'a=" ', "a=' ", 'a= ', ' ', 'a="x" '])
      assert.equal(subject(piece.repeat(500_000)).redirected, false);
  });
});
