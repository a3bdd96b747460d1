import assert from 'node:assert/strict';
import { type Bounds, crossings, foldBounds, noBounds, straysOf } from '../../src/gate/bounds.ts';
import { decide } from '../../src/gate/decide.ts';
import type { Assessment } from '../../src/protocol/assessment.ts';
import type { Effect } from '../../src/protocol/effect.ts';
import { boundsOf } from '../../src/risk/boundaries/bounds.ts';
import { uncontained } from '../support/fakes.ts';
import { harmless } from '../webview/events.ts';

const root = '/w';
const edit = (path: string): Effect => ({
  kind: 'edit',
  path: `${root}/${path}`,
  base: null,
  next: { sha256: '0'.repeat(64), bytes: 0 },
  patch: '',
  added: 1,
  removed: 0,
});
const exec = (command: string): Effect => ({ kind: 'exec', command, cwd: root, timeoutMs: 1000, background: false });
const wrote = (writes: string[], more: Partial<Assessment> = {}): Assessment => ({
  ...harmless,
  footprint: { ...harmless.footprint, writes: writes.map(path => (path === '' ? root : `${root}/${path}`)) },
  ...more,
});
const said = (text: string): Bounds => ({ allowed: null, said: boundsOf(text) });
const inTests: Bounds = { allowed: ['test/', 'src/*.test.ts'], said: [] };

const rows: [name: string, bounds: Bounds, effect: Effect, assessment: Assessment, codes: string[]][] = [
  ['an edit below the task’s paths', inTests, edit('test/a.ts'), wrote(['test/a.ts']), []],
  ['an edit that a pattern names', inTests, edit('src/a.test.ts'), wrote([]), []],
  ['an edit outside of them', inTests, edit('src/a.ts'), wrote([]), ['bound.paths']],
  ['an edit whose name begins alike', inTests, edit('test2/a.ts'), wrote([]), ['bound.paths']],
  ['a command that writes outside of them', inTests, exec('echo > a'), wrote(['a']), ['bound.paths']],
  ['a test run, whose footprint is the whole workspace', inTests, exec('npm test'), wrote(['']), []],
  ['what git keeps', inTests, exec('git commit'), wrote(['.git/index']), []],
  ['a read', inTests, { kind: 'read', path: '/w/src/a.ts' }, harmless, []],
  [
    'a push that was ruled out',
    said('Do not push.'),
    exec('git push'),
    wrote([], { categories: ['push'] }),
    ['bound.said'],
  ],
  ['another command', said('Do not push.'), exec('npm test'), wrote(['']), []],
  [
    'a commit that was ruled out',
    said('Do not commit.'),
    exec('git commit -m x'),
    { ...harmless, parts: [{ program: 'git', text: 'git commit -m x', from: null }] },
    ['bound.said'],
  ],
  ['an edit outside of “only”', said('Only change src/.'), edit('lib/a.ts'), wrote([]), ['bound.said']],
  ['an edit inside of “only”', said('Only change src/.'), edit('src/a.ts'), wrote([]), []],
  [
    'a file that is to be left',
    said('Do not touch package.json.'),
    edit('sub/package.json'),
    wrote([]),
    ['bound.said'],
  ],
];

describe('the bounds of a run', () => {
  for (const [name, bounds, effect, assessment, codes] of rows)
    it(`${codes.length === 0 ? 'say nothing about' : 'make a question of'} ${name}`, () => {
      const found = crossings(effect, assessment, bounds, root);
      assert.deepEqual(
        found.map(({ code }) => code),
        codes,
      );
    });

  it('know what a command has changed beyond them', () => {
    assert.deepEqual(straysOf(['test/a.ts', 'src/a.ts', 'src/a.test.ts'], inTests), ['src/a.ts']);
    assert.deepEqual(straysOf(['src/a', 'docs/b'], said('Only change src/.')), ['docs/b']);
    assert.deepEqual(straysOf(['src/a', 'sub/package.json'], said('Do not touch package.json.')), ['sub/package.json']);
    assert.deepEqual(straysOf(['src/a'], noBounds), []);
  });

  it('come from all that the person said, each sentence once', () => {
    const fold = [
      { kind: 'person.said', text: 'Do not push.' },
      { kind: 'person.said', text: 'Again: Do not push. Never deploy.' },
      { kind: 'question.answered', question: 'q', effect: 'e', answer: { verdict: 'deny', why: 'Only change src/.' } },
      { kind: 'context.added', text: 'Do not install anything.' },
    ] as const;
    const { said: found } = fold.reduce<Bounds>(foldBounds, noBounds);
    assert.deepEqual(
      found.map(({ sentence }) => sentence),
      ['Do not push.', 'Again: Do not push.', 'Never deploy.', 'Only change src/.'],
    );
  });

  it('ask where a rule of the person allows', () => {
    const crossed = crossings(edit('src/a.ts'), harmless, inTests, root);
    const rule = { id: 'ok', decision: 'allow', layer: 'user', file: '', line: 1, when: {} } as const;
    const decision = decide(edit('src/a.ts'), harmless, {
      mode: 'auto',
      containment: { contained: true, sandbox: true },
      terms: uncontained,
      policy: { outcome: 'allow', by: rule, matched: [rule] },
      crossed,
    });
    assert.equal(decision.verdict, 'ask');
    assert.equal(decision.reasons[0]?.code, 'bound.paths');
  });
});
