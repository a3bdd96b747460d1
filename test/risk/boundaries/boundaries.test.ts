import assert from 'node:assert/strict';
import { boundsOf } from '../../../src/risk/boundaries/bounds.ts';
import { boundariesIn } from '../../../src/risk/boundaries/sentences.ts';

describe('the boundaries in a person’s words', () => {
  it('are the sentences that rule out, narrow or make wait, as they stand', () => {
    const text = [
      'Fix the parser. Do not push. It crashes on empty input, see src/parse.ts.',
      '- only touch src/',
      '- the test in test/parse.test.ts is right',
      '1. Ask me before you add a dependency.',
      '> never mind this quote',
      '```',
      'do not edit: generated',
      '```',
      'Leave the README alone, please! Thanks.',
    ].join('\n');
    assert.deepEqual(boundariesIn(text), [
      'Do not push.',
      'only touch src/',
      'Ask me before you add a dependency.',
      'Leave the README alone, please!',
    ]);
  });

  for (const [sentence, expected] of [
    ['Do not push.', { categories: ['push'] }],
    ["Please don't commit or push anything.", { categories: ['push', 'git-history'] }],
    ['Never, under any circumstances, deploy.', { categories: ['production', 'infrastructure'] }],
    ['Fix it without adding new dependencies.', { categories: ['dependency', 'lock-file'] }],
    ['No new dependencies, please.', { categories: ['dependency', 'lock-file'] }],
    ['Do not use the network.', { categories: ['network', 'download', 'upload', 'unusual-network'] }],
    ['Only change src/.', { only: ['src/'] }],
    ['only src/ and test/', { only: ['src/', 'test/'] }],
    ['You may only edit files in `lib/core`.', { only: ['lib/core'] }],
    ['Stay within packages/api.', { only: ['packages/api'] }],
    ['Change nothing outside src/.', { only: ['src/'] }],
    ['Do not touch package.json or tsconfig.json.', { not: ['package.json', 'tsconfig.json'] }],
    ['Leave docs/ alone.', { not: ['docs/'] }],
  ] as const)
    it(`reads “${sentence}”`, () => {
      const [bound, ...rest] = boundsOf(sentence);
      assert.deepEqual(rest, []);
      const { categories = [], only = [], not = [] } = { ...bound };
      assert.deepEqual({ categories, only, not }, { categories: [], only: [], not: [], ...expected });
    });

  for (const sentence of [
    'Fix the failing test.',
    'The job must not delete user data.',
    'It only fails on Windows.',
    'Make it work without a window.',
    'Only the first line is read.',
    'The push button does nothing.',
    'Push it to main when you are done.',
    'Do not touch /etc/passwd.',
  ])
    it(`makes nothing of “${sentence}”`, () => {
      assert.deepEqual(boundsOf(sentence), []);
    });
});
