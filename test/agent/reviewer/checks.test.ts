import assert from 'node:assert/strict';
import { checkDiff } from '../../../src/agent/reviewer/checks.ts';
import { diffFile } from '../../../src/agent/reviewer/diff.ts';
import type { Rule } from '../../../src/policy/rule.ts';
import { file, judge, say } from './support.ts';

const deps = { root: '/w', home: '/home/me', policy: judge(), say };
const token = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');

describe('the checks of a diff that need no model', () => {
  it('find a secret, name its line and never show it', () => {
    const [found, ...rest] = checkDiff([file('src/a.ts', 'one\n', `one\nconst key = '${token}';\n`)], deps);
    assert.deepEqual(rest, []);
    assert.ok(found);
    const { id, ...told } = found;
    assert.match(id, /^[0-9a-f]{12}$/);
    assert.deepEqual(told, {
      file: 'src/a.ts',
      category: 'secret',
      severity: 'blocking',
      line: 2,
      evidence: "const key = '[secret]';",
      sentence: 'About edit.secret.',
      by: 'static',
    });
  });

  it('find a weakened test at the line that weakens it', () => {
    const before = "it('adds', () => {\n  expect(add(1, 2)).toBe(3);\n});\n";
    const [found] = checkDiff(
      [file('test/a.test.ts', before, `// a note\n${before.replace('it(', 'it.skip(')}`)],
      deps,
    );
    assert.equal(found?.category, 'weakened-tests');
    assert.equal(found?.severity, 'blocking');
    assert.equal(found?.line, 2);
    assert.equal(found?.evidence, "it.skip('adds', () => {");
  });

  it('find a deleted test, which has no line any more', () => {
    const [found] = checkDiff([file('test/a.test.ts', "it('adds', () => {});\n", null)], deps);
    assert.deepEqual([found?.category, found?.severity, found?.line], ['weakened-tests', 'blocking', null]);
  });

  it('find what a rule forbids, by its path', () => {
    const rule: Rule = {
      id: 'no-ci',
      file: 'policy.yaml',
      line: 1,
      layer: 'workspace',
      decision: 'deny',
      when: { paths: ['ci/**'] },
      because: 'CI is ours.',
    };
    const found = checkDiff([file('ci/a.yml', 'a\n', 'b\n'), file('src/b.ts', 'a\n', 'b\n')], {
      ...deps,
      policy: judge(rule),
    });
    assert.deepEqual(
      found.map(({ file: path, category, severity, sentence }) => [path, category, severity, sentence]),
      [['ci/a.yml', 'forbidden-path', 'blocking', 'The rule no-ci forbids this change. CI is ours.']],
    );
  });

  it('do not block again what the person was asked about and allowed', () => {
    const [found] = checkDiff([file('test/a.test.ts', "it('adds', () => {});\n", null)], {
      ...deps,
      approved: (path, code) => path === 'test/a.test.ts' && code === 'tests.deleted',
    });
    assert.equal(found?.severity, 'warning');
  });

  it('know a thing again where it has moved', () => {
    const line = `const key = '${token}';\n`;
    const [first] = checkDiff([file('a.ts', '', line)], deps);
    const [moved] = checkDiff([file('a.ts', '', `\n\n${line}`)], deps);
    assert.ok(first && moved);
    assert.equal(first.id, moved.id);
    assert.notEqual(first.line, moved.line);
  });

  it('are another finding where there is more of it, and the same where the rest of the file changed', () => {
    const test = "it('a', () => {\n  expect(a()).toBe(1);\n  expect(b()).toBe(1);\n});\nit('b', () => {});\n";
    const idOf = (after: string): string | undefined =>
      checkDiff([file('a.test.ts', test, after)], deps).find(({ severity }) => severity === 'blocking')?.id;
    const cases: [string, string][] = [
      [test.replace("it('a'", "it.skip('a'"), test.replaceAll('it(', 'it.skip(')],
      [test.replace('  expect(a()).toBe(1);\n', ''), test.replaceAll(/ {2}expect.*\n/g, '')],
    ];
    for (const [one, both] of cases) {
      assert.ok(idOf(one));
      assert.notEqual(idOf(one), idOf(both));
      assert.equal(idOf(one), idOf(`const more = 1;\n\n${one}`));
    }
    const two = [`const a = '${token}';`, `const b = '${token}x';`].map((_, at, all) =>
      all.slice(0, at + 1).join('\n'),
    );
    const [first, second] = two.map(text => checkDiff([file('a.ts', '', text)], deps)[0]);
    assert.ok(first && second);
    assert.notEqual(first.id, second.id);
    assert.equal(second.evidence, "const a = '[secret]';\nconst b = '[secret]';");
  });

  it('block what runs and is no text any more, a link or none from the start; another content is another finding', () => {
    const rows: [path: string, before: string | null | undefined, after: string | null | undefined, blocks: boolean][] =
      [
        ['a.js', 'a\n', undefined, true],
        ['a.js', null, undefined, true],
        ['a.js', undefined, undefined, true],
        ['a.js', undefined, 'a\n', true],
        ['bin/tool', '#!/bin/sh\n', undefined, true],
        ['a.js', undefined, null, false],
        ['logo.png', null, undefined, false],
        ['logo.png', undefined, undefined, false],
        ['CLAUDE.md', 'a\n', undefined, false],
        ['package-lock.json', 'a\n', undefined, false],
        ['pnpm-lock.yaml', 'a\n', undefined, false],
      ];
    for (const [path, before, after, blocks] of rows) {
      const found = checkDiff([diffFile(path, before, after)], deps).filter(({ severity }) => severity === 'blocking');
      assert.equal(found.length, blocks ? 1 : 0, `${path} ${before} ${after}`);
    }
    const ids = ['x', 'y'].map(state => checkDiff([{ ...diffFile('a.js', 'a\n', undefined), state }], deps)[0]?.id);
    assert.notEqual(ids[0], ids[1]);
  });

  it('say nothing of ordinary work', () => {
    assert.deepEqual(checkDiff([file('src/a.ts', 'a\n', 'b\n'), file('logo.txt', null, 'x\n')], deps), []);
  });
});
