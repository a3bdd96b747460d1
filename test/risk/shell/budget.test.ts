import assert from 'node:assert/strict';
import { inspectCode } from '../../../src/risk/code.ts';
import { assess, told } from './support.ts';

/** Far above what any of these takes now, and far below what they took. */
const soonMs = 15_000;

function soon<T>(work: () => T): T {
  const from = performance.now();
  const value = work();
  const took = performance.now() - from;
  assert.ok(took < soonMs, `${Math.round(took)} ms`);
  return value;
}

const doubling = (times: number, then: string): string => `a=xxxxxxxx;${'a="$a$a";'.repeat(times)} ${then}`;
const long: Record<string, string> = {
  'a variable that doubles, as a path': doubling(60, 'rm $a'),
  'a variable that doubles, in another word': doubling(27, 'rm "$a$a"/x'),
  'a variable of many words, used many times': `a="${'x '.repeat(2_000)}"; rm ${'$a '.repeat(2_000)}`,
  'braces that never close': `ls ${'{a,'.repeat(3_000)}; rm -rf "$x"`,
  'a path of many names that speak of secrets': `touch ${'secrets/'.repeat(1_200)}x.json`,
  'substitutions within substitutions': `ls ${'$('.repeat(3_000)}`,
  'a list of thousands of commands': `ls ${'||a'.repeat(3_000)}`,
  'text that the grammar takes long for': '@a'.repeat(4_800),
  'text that the grammar takes long for, within a shell': `bash -c '${'>'.repeat(9_000)}'`,
  'a text longer than anybody reads': `echo ${'a '.repeat(150_000)}; rm -rf x`,
};

describe('a command that would keep the classifier busy', () => {
  for (const [what, command] of Object.entries(long))
    it(`is answered soon, and not taken for low: ${what}`, () => {
      const { tier } = soon(() => assess(command));
      assert.notEqual(tier, 'low');
    });

  it('leaves filters of warnings readable, whatever their length', () => {
    assert.match(
      soon(() => told(`PYTHONWARNINGS=${'a'.repeat(60)}! ls`)),
      /environment.loads/,
    );
    assert.equal(
      soon(() => told(`PYTHONWARNINGS=${'ignore::DeprecationWarning,'.repeat(40)} ls`)),
      'low:',
    );
    assert.match(told('PYTHONWARNINGS=ignore::evil.Category ls'), /environment.loads/);
  });

  it('does not fail a long but plain one', () => {
    const files = Array.from({ length: 400 }, (_, i) => `src/module-${i}.ts`).join(' ');
    assert.equal(
      soon(() => told(`git add ${files}`)),
      'low:',
    );
    assert.equal(told('a=src; b="$a/x"; cat "$b/y.ts"'), 'low:');
  });

  for (const language of ['python', 'ruby', 'perl', 'lua', 'awk', 'javascript'] as const)
    for (const unit of ['x(', 'a[', '$(', '|a', 'a|', '>a ', '@a', '$a', 'x().unlink('])
      it(`reads a file of ${unit} in ${language} soon`, () => {
        soon(() => inspectCode(language, unit.repeat(64_000 / unit.length), 'file'));
      });
});
