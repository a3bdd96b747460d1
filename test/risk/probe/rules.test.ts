import assert from 'node:assert/strict';
import { compile, type ProbeRule } from '../../../src/risk/probe/rule.ts';
import { probeRules } from '../../../src/risk/probe/table.ts';
import { viewOf } from '../../../src/risk/probe/view.ts';

/** Whether the rule holds anywhere in the text where one of its starts stands. */
function matches(rule: ProbeRule, example: string): boolean {
  const { text } = viewOf(example);
  const regex = compile(rule.pattern);
  for (const start of rule.starts)
    for (let at = text.indexOf(start); at !== -1; at = text.indexOf(start, at + 1)) {
      regex.lastIndex = at;
      if (regex.test(text)) return true;
    }
  return false;
}

describe('the rules of the probe', () => {
  it('each match what they say they must, and nothing that they say they must not', () => {
    const wrong = probeRules.flatMap(rule => [
      ...rule.must.filter(example => !matches(rule, example)).map(example => `${rule.code} misses: ${example}`),
      ...rule.mustNot.filter(example => matches(rule, example)).map(example => `${rule.code} takes: ${example}`),
    ]);
    assert.deepEqual(wrong, []);
  });

  it('each have examples of both kinds', () => {
    const bare = probeRules.filter(({ must, mustNot }) => must.length === 0 || mustNot.length === 0);
    assert.deepEqual(bare, []);
  });

  it('bound every repetition', () => {
    for (const { pattern } of probeRules)
      assert.doesNotMatch(pattern.replaceAll(/\\.|\[[^\]]*\]/g, ''), /[*]|\{\d+,\}/);
  });

  it('are lower case, as the text is that they are tried on', () => {
    for (const { pattern } of probeRules) {
      const literal = pattern.replaceAll(/\\[a-zA-Z]/g, '');
      assert.equal(literal, literal.toLowerCase());
    }
  });
});
