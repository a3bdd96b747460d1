import assert from 'node:assert/strict';
import { samenessOf } from '../../src/gate/sameness.ts';
import type { Effect } from '../../src/protocol/effect.ts';
import { assess } from '../risk/shell/support.ts';

const of = (command: string, description?: string): string => {
  const effect: Effect = {
    kind: 'exec',
    command,
    cwd: '/work/app',
    timeoutMs: 1000,
    background: false,
    ...(description === undefined ? {} : { description }),
  };
  return samenessOf(effect, assess(command));
};

const same: [string, string][] = [
  ['rm -rf dist', 'rm -r -f ./dist'],
  ['rm -rf dist', 'rm -rf "/work/app/dist"'],
  ['rm -rf dist', "sh -c 'rm -rf dist'"],
  ['rm -rf dist', 'cd src && rm -rf ../dist'],
  ['rm -rf dist', 'env rm -fr dist; echo done'],
  ['curl -s https://a.example/x', 'curl --silent "https://a.example/x"'],
  ['frob --all', "frob '--all'"],
];
const different: [string, string][] = [
  ['rm -rf dist', 'rm -rf src'],
  ['rm -rf dist', 'rm -rf dist src'],
  ['curl https://a.example/x', 'curl https://a.example/y'],
  ['curl https://a.example/x', 'curl https://b.example/x'],
  // What is touched is not known, so the words count.
  ['node -e "one()"', 'node -e "two()"'],
  ['frob --all', 'frob --some'],
  ['frob one; echo one >> src/a', 'frob two; echo two >> src/a'],
  ['git checkout main', 'git checkout topic'],
  ['npm install left-pad', 'npm install right-pad'],
  ['touch src/a', 'rm src/a'],
];

describe('the sameness of effects', () => {
  for (const [a, b] of same) it(`finds it in: ${a} · ${b}`, () => assert.equal(of(a), of(b)));
  for (const [a, b] of different) it(`does not in: ${a} · ${b}`, () => assert.notEqual(of(a), of(b)));

  it('leaves out what the agent says about it', () => assert.equal(of('frob', 'Clean up'), of('frob', 'Other words')));

  it('tells one content of a file from another', () => {
    const edit = (sha: string): Effect => ({
      kind: 'edit',
      path: '/work/app/a',
      base: null,
      next: { sha256: sha.repeat(64), bytes: 1 },
      patch: '',
      added: 1,
      removed: 0,
    });
    const none = assess('true');
    assert.equal(samenessOf(edit('a'), none), samenessOf(edit('a'), none));
    assert.notEqual(samenessOf(edit('a'), none), samenessOf(edit('b'), none));
  });
});
