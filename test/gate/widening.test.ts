import assert from 'node:assert/strict';
import { createGate } from '../../src/gate/gate.ts';
import { createGrants } from '../../src/gate/grants.ts';
import type { Scope } from '../../src/gate/judged.ts';
import type { Taint } from '../../src/gate/taint.ts';
import { createJudge } from '../../src/policy/decide.ts';
import { defaultRules } from '../../src/policy/defaults.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Layer } from '../../src/policy/rule.ts';
import type { Mode } from '../../src/protocol/command.ts';
import type { ProfileName, Violation } from '../../src/protocol/containment.ts';
import type { EffectOf } from '../../src/protocol/effect.ts';
import { programs } from '../../src/risk/shell/programs/table.ts';
import { factsOf, parseBash } from '../risk/shell/support.ts';
import { handClock, memoryJournal, scriptedApprover } from '../support/fakes.ts';

const root = '/work/app';
const exec = (command: string): EffectOf<'exec'> => ({
  kind: 'exec',
  command,
  cwd: root,
  timeoutMs: 1000,
  background: false,
});
const host = (name: string): Violation => ({ type: 'host', host: name, port: 443 });
const write = (path: string): Violation => ({ type: 'write', path });

interface Over {
  mode?: Mode;
  taint?: Taint | null;
  layer?: Layer;
  /** A rule in YAML. */
  rule?: string;
  scope?: Scope;
  profile?: ProfileName;
  /** What happens while the person thinks. */
  meanwhile?: (state: { mode: Mode; taint: Taint | null }) => void;
}

/** A gate whose person says yes, for as long as they may. */
function setUp({ mode = 'auto', taint = null, layer = 'managed', rule, profile = 'workspace', ...over }: Over = {}) {
  const { scope = 'workspace', meanwhile } = over;
  const state = { mode, taint };
  const journal = memoryJournal();
  const approver = scriptedApprover(() => {
    meanwhile?.(state);
    return { answer: { verdict: 'allow', scope }, surface: 'terminal' };
  });
  const text = `version: 1\nrules:\n  - ${rule}\n`;
  const sources = rule === undefined ? [] : [{ file: 'policy.yaml', text, layer }];
  const loaded = loadPolicy(sources, { root, subjectOf: () => assert.fail('no examples here') });
  assert.deepEqual(loaded.diagnostics, []);
  const facts = factsOf({ scripts: { test: 'node --test' } });
  let ids = 0;
  const gate = createGate({
    journal,
    approver,
    clock: handClock(),
    assess: {
      reader: async () => ({ parse: parseBash, table: programs }),
      facts: { begin: () => ({ facts: () => facts, gather: async () => undefined }) },
      texts: async () => ({ before: null, after: null }),
    },
    policy: createJudge({ ...loaded.policy, rules: [...defaultRules, ...loaded.policy.rules] }, root),
    root,
    containment: async () => ({ sandbox: true, contained: true }),
    mode: () => state.mode,
    taint: () => state.taint,
    newId: () => `q${ids++}`,
    grants: createGrants(root),
  });
  const { signal } = new AbortController();
  return {
    state,
    approver,
    given: () => journal.events.filter(({ kind }) => kind === 'grant.given').length,
    admit: (command: string) => gate.admit('e1', exec(command), signal),
    widen: (command: string, ...violations: Violation[]) =>
      gate.widen('e1', exec(command), { profile, hosts: [], writes: [] }, violations, signal),
  };
}

const source: Taint = { source: 'README.md', line: 3 };

describe('a question about what a command was seen to want', () => {
  const places = {
    '/': 'critical',
    '/home/ann': 'critical',
    '/etc/cron.d/x': 'critical',
    '/var/run/docker.sock': 'critical',
    '/home/ann/.ssh/authorized_keys': 'critical',
    '/home/ann/.config/autostart/x': 'high',
    '/home/ann/.local/bin/ls': 'high',
    '/srv/app/x': 'critical',
    '/home/ann/shared/x': 'high',
    '/tmp/x': 'low',
  };
  for (const [path, tier] of Object.entries(places))
    it(`tells the risk of ${path} and is for this once`, async () => {
      const { widen, approver, given } = setUp();
      assert.equal((await widen('npm test', write(path))).type, 'permit');
      const [question] = approver.asked;
      assert.deepEqual([question?.assessment?.tier, question?.lasting, given()], [tier, false, 0]);
    });

  const hosts: Record<string, [tier: string, lasts: boolean]> = {
    'registry.example': ['high', true],
    'webhook.site': ['high', false],
    '169.254.169.254': ['critical', false],
    'c2VjcmV0IGZpbGUgY29udGVudHMgaGVyZQ.evil.example': ['high', false],
  };
  for (const [name, [tier, lasts]] of Object.entries(hosts))
    it(`tells the risk of ${name}, which ${lasts ? 'may hold for longer' : 'is for this once'}`, async () => {
      const { widen, approver, given } = setUp();
      await widen('npm test', host(name));
      const [question] = approver.asked;
      assert.deepEqual([question?.assessment?.tier, question?.lasting, given()], [tier, lasts, lasts ? 1 : 0]);
    });

  it('is for this once in a tainted run, and says that it is one', async () => {
    const { widen, approver, given } = setUp({ taint: source });
    await widen('npm test', host('registry.example'));
    const [question] = approver.asked;
    assert.equal(question?.lasting, false);
    assert.ok(question.decision.reasons.some(({ code }) => code === 'run.tainted'));
    assert.equal(given(), 0);
  });

  it('is for this once where the run was tainted while the person thought', async () => {
    const { widen, given } = setUp({ meanwhile: state => (state.taint = source) });
    assert.equal((await widen('npm test', host('registry.example'))).type, 'permit');
    assert.equal(given(), 0);
  });

  it('may hold for a file of the workspace, and is asked again in a tainted run', async () => {
    const { widen, admit, state, approver, given } = setUp({ scope: 'run' });
    await widen('npm test', write(`${root}/jest.setup.js`));
    assert.equal(given(), 1);
    const next = await admit('npm test');
    assert.deepEqual(next.type === 'permit' && next.permit.terms.writes, [`${root}/jest.setup.js`]);
    assert.equal(approver.asked.length, 1);
    state.taint = source;
    await admit('npm test');
    assert.equal(approver.asked.length, 2);
  });
});

describe('in Plan', () => {
  it('nothing is added to what a command may do, and nobody is asked', async () => {
    for (const wanted of [host('docs.example'), write(`${root}/jest.setup.js`)]) {
      const { widen, approver } = setUp({ mode: 'plan', profile: 'read-only' });
      const admission = await widen('ls', wanted);
      assert.equal(admission.type === 'refused' && admission.failure.args['rule'], 'mode.plan');
      assert.equal(approver.asked.length, 0);
    }
  });

  it('nor by a yes to a question from before it was chosen', async () => {
    const { widen, given } = setUp({ profile: 'read-only', meanwhile: state => (state.mode = 'plan') });
    assert.equal((await widen('ls', host('docs.example'))).type, 'refused');
    assert.equal(given(), 0);
  });
});

describe('a rule that forbids', () => {
  const reach = host('docs.example');
  const leave = write('/home/ann/shared/x');
  const rules: [when: string, wanted: Violation][] = [
    ['{ hosts: docs.example }', reach],
    ['{ program: npm, hosts: "*.example" }', reach],
    ['{ command: npm *, hosts: "*" }', reach],
    ['{ program: node, hosts: "*" }', reach],
    ['{ category: network }', reach],
    ['{ effect: exec, category: network }', reach],
    ['{ program: npm, category: network }', reach],
    ['{ effect: fetch, hosts: docs.example }', reach],
    ['{ effect: fetch }', reach],
    ['{ program: npm, tier: high }', reach],
    ['{ paths: /home/ann/shared/** }', leave],
    ['{ program: npm, paths: /home/ann/shared/** }', leave],
    ['{ category: outside-workspace }', leave],
    ['{ effect: exec, category: outside-workspace }', leave],
    ['{ effect: edit, paths: /home/ann/** }', leave],
    ['{ effect: edit, category: outside-workspace }', leave],
  ];
  for (const [when, wanted] of rules)
    it(`by ${when} holds for what a command was seen to want`, async () => {
      for (const layer of ['managed', 'user', 'workspace'] as const) {
        const { widen, approver } = setUp({ layer, rule: `{ id: no, decision: deny, when: ${when} }` });
        const admission = await widen('npm test', wanted);
        assert.equal(admission.type === 'refused' && admission.failure.args['rule'], 'no', layer);
        assert.equal(approver.asked.length, 0);
      }
    });

  it('and ends the run ends it then, too', async () => {
    const { widen } = setUp({ rule: '{ decision: halt, when: { effect: exec, category: network } }' });
    const admission = await widen('npm test', reach);
    assert.ok(admission.type === 'refused' && admission.halt);
  });

  it('something else leaves it to the person', async () => {
    for (const when of ['{ effect: exec, hosts: other.example }', '{ program: curl, category: network }']) {
      const { widen, approver } = setUp({ rule: `{ decision: deny, when: ${when} }` });
      assert.equal((await widen('npm test', reach)).type, 'permit', when);
      assert.equal(approver.asked.length, 1);
    }
  });
});
