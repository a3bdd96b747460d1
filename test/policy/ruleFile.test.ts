import assert from 'node:assert/strict';
import { loadPolicy } from '../../src/policy/load.ts';
import type { RuleText } from '../../src/policy/rule.ts';
import { readRule, ruleText, withRule } from '../../src/policy/ruleFile.ts';

const lint: RuleText = {
  id: 'npm-run-lint',
  decision: 'allow',
  when: { command: ['npm run lint'], category: ['test-run', 'build'], tier: ['low'] },
};
const problems = (text: string): string[] => {
  const read = readRule(text);
  return read.type === 'rule' ? [] : read.problems.map(({ line, column, problem }) => `${line}:${column} ${problem}`);
};
const load = (text: string) =>
  loadPolicy([{ file: 'p', text, layer: 'user' }], { root: '/w', subjectOf: () => assert.fail('no examples') });

describe('a rule as text', () => {
  it('reads at a glance, and comes back as what it was', () => {
    assert.equal(
      ruleText(lint),
      [
        'id: npm-run-lint',
        'decision: allow',
        'when:',
        '  command: npm run lint',
        '  category: [test-run, build]',
        '  tier: low',
        '',
      ].join('\n'),
    );
    assert.deepEqual(readRule(ruleText(lint)), { type: 'rule', rule: lint });
  });

  it('keeps what YAML would take for something else', () => {
    for (const command of ['true', '3', '# no', 'a: b', '- x', 'it\'s "so"', '@x', '[a]', '* y']) {
      const read = readRule(ruleText({ decision: 'allow', when: { command: [command] } }));
      assert.deepEqual(read.type === 'rule' && read.rule.when.command, [command]);
    }
  });

  it('is refused with the place where it is wrong', () => {
    assert.match(problems('decision: allow\nwhen: { command: x }\nwhat: 1\n').join(), /^3:7 what|^3:1/);
    assert.match(problems('decision: maybe\nwhen: { command: x }\n').join(), /^1:11 decision: /);
    assert.match(problems('decision: allow\nwhen: { command: [x }\n').join(), /^2:/);
    assert.equal(problems('').length, 1);
    assert.equal(problems('- decision: allow').length, 1);
  });
});

describe('a policy with one more rule', () => {
  it('begins where there was none', () => {
    const made = withRule('', lint);
    assert.match(made?.text ?? '', /^version: 1\nrules:\n {2}- id: npm-run-lint\n/);
    assert.deepEqual(load(made?.text ?? '').diagnostics, []);
  });

  it('keeps comments and all that stood there', () => {
    const before = [
      '# mine',
      'version: 1',
      'rules:',
      '  # no releases from here',
      '  - { id: no-publish, decision: deny, when: { command: npm publish * }, because: "CI does it" } # really',
      'trustedHosts: [api.staging.example]',
      '',
    ].join('\n');
    const made = withRule(before, lint);
    for (const line of before.trimEnd().split('\n')) assert.ok(made?.text.includes(line), `${line}\n${made?.text}`);
    const { policy, diagnostics } = load(made?.text ?? '');
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      policy.rules.map(({ id }) => id),
      ['no-publish', 'npm-run-lint'],
    );
    assert.deepEqual(policy.trustedHosts, ['api.staging.example']);
  });

  it('gives a taken id a number', () => {
    const once = withRule('', lint);
    const twice = withRule(once?.text ?? '', lint);
    assert.equal(twice?.id, 'npm-run-lint-2');
    assert.deepEqual(load(twice?.text ?? '').diagnostics, []);
  });

  it('adds to empty rules, in whatever way these are written', () => {
    for (const text of ['version: 1\n', 'version: 1\nrules:\n', 'version: 1\nrules: []\n', '# only a comment\n'])
      assert.deepEqual(load(withRule(text, lint)?.text ?? '').policy.rules.length, 1, text);
  });

  it('touches nothing that it cannot read', () => {
    for (const text of ['version: 1\nrules: {', '- a', 'version: 1\nrules: x\n', 'plain'])
      assert.equal(withRule(text, lint), null, text);
  });
});
