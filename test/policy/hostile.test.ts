import assert from 'node:assert/strict';
import { loadPolicy, type Source } from '../../src/policy/load.ts';
import type { Subject } from '../../src/policy/subject.ts';

function load(text: string, layer: Source['layer'] = 'workspace') {
  let examples = 0;
  const subjectOf = (command: string): Subject => {
    examples++;
    return {
      kind: 'exec',
      parts: [{ program: command, text: command, from: null }],
      paths: [],
      folders: [],
      hosts: [],
      unknownPaths: false,
      unknownHosts: false,
      categories: [],
      tier: 'low',
      tool: null,
      understood: true,
    };
  };
  const loaded = loadPolicy([{ file: 'p.yaml', text, layer }], { root: '/work/app', subjectOf });
  const codes = loaded.diagnostics.filter(each => each.severity === 'error').map(each => each.code);
  return { ...loaded, codes: [...new Set(codes)], examples };
}

const deny = (name: string): string => `  - { id: ${name}, decision: deny, when: { program: ${name} } }\n`;
const head = 'version: 1\nrules:\n';

const broken: Record<string, string> = {
  'an alias bomb': `version: 1
a: &a [x,x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
rules: [*c,*c,*c,*c,*c,*c,*c,*c]
`,
  'an alias that leads nowhere': 'version: 1\nrules: *nope\n',
  'a merge of what is not there': 'version: 1\n<<: *x\nrules: []\n',
  'an alias in itself': 'version: 1\nrules: &r [*r]\n',
  'nesting without end': `version: 1\nrules: ${'['.repeat(100_000)}`,
  'a binary file': '\u0000\u0001\ufffd',
};

describe('a hostile policy of a repository', () => {
  for (const [name, text] of Object.entries(broken))
    for (const layer of ['workspace', 'user'] as const)
      it(`is told of and throws nothing (${layer}): ${name}`, () => {
        const { codes, policy } = load(text, layer);
        assert.ok(codes.length > 0);
        assert.deepEqual(policy.rules, []);
      });

  it('still tightens by the rules that its first document holds', () => {
    for (const second of ['version: 1\nrules: []\n', 'x: [', '']) {
      const { codes, policy } = load(`${head}${deny('curl')}---\n${second}`);
      assert.deepEqual(codes, ['policy.syntax'], second);
      assert.deepEqual(
        policy.rules.map(rule => rule.id),
        ['curl'],
      );
    }
  });

  it('allows nothing in the person’s own file where a second document begins', () => {
    const allow = '  - { decision: allow, when: { command: npm test } }\n';
    const { codes, policy } = load(`${head}${allow}---\n${head}${deny('curl')}`, 'user');
    assert.deepEqual(codes, ['policy.syntax']);
    assert.deepEqual(policy.rules, []);
  });

  it('is read as far as it may be long, and what was read tightens', () => {
    const { codes, policy } = load(`${head}${deny('curl')}# ${'x'.repeat(300 * 1024)}\n${deny('wget')}`);
    assert.deepEqual(codes, ['policy.tooLarge']);
    assert.deepEqual(
      policy.rules.map(rule => rule.id),
      ['curl'],
    );
  });

  it('is read up to so many rules', () => {
    const { codes, policy } = load(head + Array.from({ length: 250 }, (_, i) => deny(`p${i}`)).join(''));
    assert.deepEqual(codes, ['policy.tooManyRules']);
    assert.equal(policy.rules.length, 200);
    assert.deepEqual(load(head + Array.from({ length: 250 }, (_, i) => deny(`p${i}`)).join(''), 'user').codes, []);
  });

  it('has only so many examples checked', () => {
    const list = JSON.stringify(Array.from({ length: 80 }, () => 'curl'));
    const rule = `  - { decision: deny, when: { program: curl }, matches: ${list}, differs: [wget] }\n`;
    const { codes, policy, examples } = load(head + rule);
    assert.deepEqual(codes, ['policy.tooManyExamples']);
    assert.equal(examples, 51);
    assert.equal(policy.rules.length, 1);
  });
});
