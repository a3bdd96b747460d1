import assert from 'node:assert/strict';
import { compileScreen } from '../../../src/risk/screen/rule.ts';
import { screenRules } from '../../../src/risk/screen/rules.ts';

describe('the rules of the screen', () => {
  it('each match what they say they must, and nothing that they say they must not', () => {
    const holds = (pattern: string, text: string): boolean => compileScreen(pattern).test(text.toLowerCase());
    const wrong = screenRules.flatMap(({ code, pattern, must, mustNot }) => [
      ...must.filter(text => !holds(pattern, text)).map(text => `${code} misses: ${text}`),
      ...mustNot.filter(text => holds(pattern, text)).map(text => `${code} takes: ${text}`),
    ]);
    assert.deepEqual(wrong, []);
  });
});
