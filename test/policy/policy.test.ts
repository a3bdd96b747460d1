import assert from 'node:assert/strict';
import { createJudge } from '../../src/policy/decide.ts';
import { defaultRules } from '../../src/policy/defaults.ts';
import { loadPolicy, type Source } from '../../src/policy/load.ts';
import type { Subject } from '../../src/policy/subject.ts';

const root = '/work/app';

/** A command split at `&&` and `|`: enough of a shell for a test of rules. */
function subjectOf(command: string, over: Partial<Subject> = {}): Subject {
  const parts = command
    .split(/&&|\|/)
    .map(text => ({ program: text.trim().split(' ')[0] ?? '', text: text.trim(), from: null }));
  return {
    kind: 'exec',
    parts,
    paths: [],
    folders: [],
    hosts: [],
    unknownPaths: false,
    unknownHosts: false,
    categories: [],
    tier: 'low',
    tool: null,
    understood: true,
    ...over,
  };
}

function load(text: string, layer: Source['layer'] = 'user') {
  return loadPolicy([{ file: `${layer}.yaml`, text, layer }], { root, subjectOf });
}

function outcome(text: string, subject: Subject, layer: Source['layer'] = 'user') {
  return createJudge(load(text, layer).policy, root).decide(subject).outcome;
}

const lint = 'version: 1\nrules:\n  - decision: allow\n    when: { command: npm run lint }\n';

describe('a policy', () => {
  it('allows a command that a rule names, word for word', () => {
    assert.equal(outcome(lint, subjectOf('npm run lint')), 'allow');
    assert.equal(outcome(lint, subjectOf('npm run lint:fix')), null);
  });

  it('decides a compound part by part: one part that is not covered is not allowed', () => {
    assert.equal(outcome(lint, subjectOf('npm run lint && curl evil')), null);
    assert.equal(outcome(lint, subjectOf('cd x && npm run lint')), null);
  });

  it('allows nothing that could not be read', () => {
    assert.equal(outcome(lint, subjectOf('npm run lint', { understood: false })), null);
  });

  it('denies when one part is hit', () => {
    const deny = 'version: 1\nrules:\n  - decision: deny\n    when: { program: curl }\n';
    assert.equal(outcome(deny, subjectOf('npm test && curl evil')), 'deny');
  });

  it('lets the strictest win, whatever the order, and returns every rule that matched', () => {
    const text = `
version: 1
rules:
  - { id: a, decision: allow, when: { command: 'npm run *' } }
  - { id: b, decision: halt, when: { command: npm run deploy } }
  - { id: c, decision: ask, when: { command: 'npm * deploy' } }
  - { id: d, decision: deny, when: { effect: exec } }
`;
    const judge = createJudge(load(text).policy, root);
    const decided = judge.decide(subjectOf('npm run deploy'));
    assert.equal(decided.outcome, 'halt');
    assert.deepEqual(
      decided.matched.map(rule => rule.id),
      ['b', 'd', 'c', 'a'],
    );
  });

  it('covers every path where it allows, and one where it denies', () => {
    const allow = 'version: 1\nrules:\n  - { decision: allow, when: { effect: edit, paths: "src/**" } }\n';
    const deny = 'version: 1\nrules:\n  - { decision: deny, when: { paths: "secret/**" } }\n';
    const edit = (...paths: string[]): Subject => subjectOf('', { kind: 'edit', parts: [], paths });
    assert.equal(outcome(allow, edit(`${root}/src/a.ts`)), 'allow');
    assert.equal(outcome(allow, edit(`${root}/src/a.ts`, '/etc/passwd')), null);
    assert.equal(outcome(allow, edit('/elsewhere/src/a.ts')), null);
    assert.equal(outcome(allow, edit()), null);
    assert.equal(outcome(deny, edit(`${root}/src/a.ts`, `${root}/Secret/x`)), 'deny');
  });

  it('covers hosts by name, not by ending', () => {
    const text = 'version: 1\nrules:\n  - { decision: allow, when: { command: x, hosts: "*.example.com" } }\n';
    assert.equal(outcome(text, subjectOf('x', { hosts: ['api.example.com'] })), 'allow');
    assert.equal(outcome(text, subjectOf('x', { hosts: ['example.com.evil.net'] })), null);
    assert.equal(outcome(text, subjectOf('x', { hosts: ['api.example.com', 'evil.net'] })), null);
  });

  it('lets the workspace tighten and never loosen, and says so', () => {
    const { policy, diagnostics } = load(`${lint}trustedHosts: [evil.example]\n`, 'workspace');
    assert.deepEqual(policy.rules, []);
    assert.deepEqual(policy.trustedHosts, []);
    assert.deepEqual(
      diagnostics.map(each => [each.code, each.severity, each.line]),
      [['policy.loosens', 'warning', 3]],
    );
    const tight = 'version: 1\nrules:\n  - { decision: ask, when: { program: make } }\n';
    assert.equal(outcome(tight, subjectOf('make'), 'workspace'), 'ask');
  });

  it('asks by default for what always reaches a person, unless they allowed it', () => {
    const push = subjectOf('git push origin main', { categories: ['push'], tier: 'high' });
    const judge = createJudge({ rules: defaultRules, trustedHosts: [] }, root);
    assert.equal(judge.decide(push).outcome, 'ask');
    assert.equal(judge.decide(push).by?.id, 'publishing');
    const allowed = load('version: 1\nrules:\n  - { decision: allow, when: { command: git push origin main } }\n')
      .policy.rules;
    const lifted = createJudge({ rules: [...defaultRules, ...allowed], trustedHosts: [] }, root);
    assert.equal(lifted.decide(push).outcome, 'allow');
    const asked = load('version: 1\nrules:\n  - { decision: ask, when: { program: git } }\n', 'workspace').policy.rules;
    const tightened = createJudge({ rules: [...defaultRules, ...allowed, ...asked], trustedHosts: [] }, root);
    assert.equal(tightened.decide(push).outcome, 'ask');
  });

  it('checks the examples of a rule, and says where one fails', () => {
    const { diagnostics, policy } = load(`version: 1
rules:
  - decision: allow
    when: { command: npm run lint }
    matches:
      - npm run lint
      - npm run lint --fix
    differs: [npm run lint]
`);
    assert.deepEqual(
      diagnostics.map(each => [each.code, each.line, each.column]),
      [
        ['policy.mustMatch', 7, 9],
        ['policy.mustDiffer', 8, 15],
      ],
    );
    assert.deepEqual(policy.rules, [], 'a rule that fails its examples allows nothing');
  });

  for (const pattern of ['curl *', '*', 'bash', 'python3 *', 'npx *', 'git', 'docker *', 'sudo *'])
    it(`refuses a rule that allows anything: ${pattern}`, () => {
      const { diagnostics, policy } = load(
        `version: 1\nrules:\n  - { decision: allow, when: { command: ${JSON.stringify(pattern)} } }\n`,
      );
      assert.deepEqual(
        diagnostics.map(each => each.code),
        ['policy.tooBroad'],
      );
      assert.deepEqual(policy.rules, []);
    });

  it('refuses a rule that is about nothing', () => {
    assert.equal(
      load('version: 1\nrules:\n  - { decision: allow, when: {} }\n').diagnostics[0]?.code,
      'policy.emptyWhen',
    );
  });

  it('keeps what tightens of a file that has an error, and nothing that loosens', () => {
    const { policy, diagnostics } = load(`version: 1
rules:
  - { decision: allow, when: { command: npm test } }
  - { decision: deny, when: { program: curl } }
  - { decision: alow, when: { program: wget } }
`);
    assert.deepEqual(
      policy.rules.map(rule => rule.decision),
      ['deny'],
    );
    assert.equal(diagnostics[0]?.line, 5);
  });

  it('says where the YAML is broken', () => {
    const { diagnostics, policy } = load('version: 1\nrules:\n  - decision: [\n');
    assert.equal(diagnostics[0]?.code, 'policy.syntax');
    assert.ok((diagnostics[0]?.line ?? 0) >= 3);
    assert.deepEqual(policy.rules, []);
  });

  it('refuses a version from the future and keys that it does not know', () => {
    assert.equal(load('version: 2\n').diagnostics[0]?.code, 'policy.shape');
    const unknown = load('version: 1\nrules:\n  - decision: deny\n    when: { programm: curl }\n').diagnostics;
    assert.deepEqual(
      unknown.map(each => [each.code, each.line]),
      [['policy.shape', 4]],
    );
  });

  it('is not slowed down by a hostile pattern', () => {
    const rule = (pattern: string): string =>
      `version: 1\nrules:\n  - { decision: deny, when: { command: "${pattern}" } }\n`;
    assert.equal(load(rule('a*'.repeat(50))).diagnostics[0]?.code, 'policy.shape');
    const judge = createJudge(load(rule(`${'a*'.repeat(12)}b`)).policy, root);
    assert.equal(judge.decide(subjectOf('a'.repeat(5000))).outcome, null);
  });
});
