import assert from 'node:assert/strict';
import { createGate, type GateDeps } from '../../src/gate/gate.ts';
import { samenessOf } from '../../src/gate/sameness.ts';
import { createJudge } from '../../src/policy/decide.ts';
import { defaultRules } from '../../src/policy/defaults.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Answered } from '../../src/ports/approver.ts';
import type { Mode } from '../../src/protocol/command.ts';
import type { EffectOf } from '../../src/protocol/effect.ts';
import { assessFetch } from '../../src/risk/fetch/assess.ts';
import { factsOf } from '../risk/shell/support.ts';
import { handClock, memoryJournal, scriptedApprover } from '../support/fakes.ts';

const root = '/work/app';
const page = (url: string, prompt?: string): EffectOf<'fetch'> => ({
  kind: 'fetch',
  url,
  ...(prompt === undefined ? {} : { prompt }),
});
const yes: Answered = { answer: { verdict: 'allow' }, surface: 'terminal' };
const forRun: Answered = { answer: { verdict: 'allow', scope: 'run' }, surface: 'terminal' };
const data = 'https://nodejs.org/?d=aW1wb3J0IHsgcmVhZEZpbGUgfSBmcm9t';

function setUp(
  mode: Mode,
  answer: Answered | null,
  over: { rules?: string; trusted?: string; taint?: GateDeps['taint'] } = {},
) {
  const journal = memoryJournal();
  const approver = scriptedApprover(() => answer);
  const text = `version: 1\nrules: ${over.rules ?? '[]'}\ntrustedHosts: [docs.trusted.example]\n`;
  const { policy, diagnostics } = loadPolicy([{ file: 'user.yaml', text, layer: 'user' }], {
    root,
    subjectOf: () => {
      throw new Error('no examples here');
    },
  });
  assert.deepEqual(diagnostics, []);
  const facts = { ...factsOf(), trustedHosts: new Set(policy.trustedHosts) };
  let ids = 0;
  const gate = createGate({
    journal,
    approver,
    clock: handClock(),
    assess: {
      reader: async () => {
        throw new Error('no command here');
      },
      facts: { begin: () => ({ facts: () => facts, gather: async () => undefined }) },
      texts: async () => ({ before: null, after: null }),
    },
    policy: createJudge({ ...policy, rules: [...defaultRules, ...policy.rules] }, root),
    root,
    containment: async () => ({ sandbox: true, contained: true }),
    mode: () => mode,
    newId: () => `q${ids++}`,
    ...(over.taint === undefined ? {} : { taint: over.taint }),
  });
  return {
    journal,
    approver,
    admit: async (url: string): Promise<string> => {
      const before = approver.asked.length;
      const admission = await gate.admit(`e${ids++}`, page(url), new AbortController().signal);
      const asked = approver.asked.length > before ? 'asked, ' : '';
      return `${asked}${admission.type === 'permit' ? 'permit' : String(admission.failure.args['rule'])}`;
    },
  };
}

describe('the gate and a page of the web', () => {
  const rows: [mode: Mode, url: string, came: string][] = [
    ['auto', 'https://docs.trusted.example/a', 'permit'],
    ['auto', 'https://nodejs.org/', 'asked, nobodyToAsk'],
    ['auto', 'http://docs.trusted.example/a', 'asked, nobodyToAsk'],
    ['auto', data, 'asked, nobodyToAsk'],
    ['auto', 'http://localhost/', 'fetch.private'],
    ['auto', 'http://169.254.169.254/', 'network.metadata'],
    ['ask', 'https://docs.trusted.example/a', 'asked, nobodyToAsk'],
    ['plan', 'https://docs.trusted.example/a', 'mode.plan'],
  ];
  for (const [mode, url, came] of rows)
    it(`in ${mode}, with nobody there: ${url} → ${came}`, async () =>
      assert.equal(await setUp(mode, null).admit(url), came));

  it('asks about every page of a tainted run, of a trusted host too', async () => {
    const tainted = setUp('auto', null, { taint: () => ({ source: 'README.md', line: 1 }) });
    assert.equal(await tainted.admit('https://docs.trusted.example/a'), 'asked, nobodyToAsk');
    assert.equal(tainted.approver.asked[0]?.decision.reasons[0]?.code, 'run.tainted');
    const denied = tainted.journal.events.findLast(event => event.kind === 'effect.decided');
    assert.deepEqual(
      denied?.kind === 'effect.decided' && denied.decision.reasons.map(({ code }) => code),
      ['nobodyToAsk', 'run.tainted'],
      'how often that happens is counted, also where nobody is there',
    );
  });

  it('follows rules about pages and about hosts', async () => {
    const allow = "[{ decision: allow, when: { effect: fetch, hosts: ['*.nodejs.org', nodejs.org] } }]";
    assert.equal(await setUp('auto', null, { rules: allow }).admit('https://nodejs.org/api'), 'permit');
    assert.equal(await setUp('ask', null, { rules: allow }).admit('https://nodejs.org/api'), 'permit');
    assert.equal(await setUp('auto', null, { rules: allow }).admit('https://evil.example/'), 'asked, nobodyToAsk');
    assert.equal(await setUp('auto', null, { rules: allow }).admit('http://localhost/'), 'fetch.private');
    const no = '[{ id: no-web, decision: deny, when: { effect: fetch } }]';
    assert.equal(await setUp('auto', yes, { rules: no }).admit('https://docs.trusted.example/a'), 'no-web');
    const host = '[{ id: not-there, decision: deny, when: { hosts: nodejs.org } }]';
    assert.equal(await setUp('auto', yes, { rules: host }).admit('https://nodejs.org/api'), 'not-there');
    // What the address takes along has to be named as well.
    assert.equal(await setUp('auto', null, { rules: allow }).admit(data), 'asked, nobodyToAsk');
    const upload = allow.replace('effect: fetch,', 'effect: fetch, category: [upload, network],');
    assert.equal(await setUp('auto', null, { rules: upload }).admit(data), 'permit');
    // And so has another port than a name's own.
    for (const url of ['http://nodejs.org:8080/x', 'https://nodejs.org:22/x'])
      assert.equal(await setUp('auto', null, { rules: allow }).admit(url), 'asked, nobodyToAsk');
    const ports = allow.replace('effect: fetch,', 'effect: fetch, category: [unusual-network, network],');
    assert.equal(await setUp('auto', null, { rules: ports }).admit('https://nodejs.org:8443/x'), 'permit');
    // One that allows without a host has not looked at where it goes.
    const any = '[{ decision: allow, when: { effect: fetch } }]';
    assert.equal(await setUp('auto', null, { rules: any }).admit('https://nodejs.org/api'), 'asked, nobodyToAsk');
  });

  it('takes an answer for the run for all pages of that host, and for nothing that takes data along', async () => {
    const { admit } = setUp('auto', forRun);
    assert.equal(await admit('https://nodejs.org/a'), 'asked, permit');
    assert.equal(await admit('https://nodejs.org/b?page=2'), 'permit');
    assert.equal(await admit('https://other.example/'), 'asked, permit');
    assert.equal(await admit('http://nodejs.org/b'), 'asked, permit');
    assert.equal(await admit('https://sub.nodejs.org/b'), 'asked, permit');
    assert.equal(await admit(data), 'asked, permit');
    assert.equal(await admit(data), 'asked, permit');
  });

  it('knows a page again in another spelling, whatever the agent says of it', () => {
    const same = (url: string, prompt?: string): string =>
      samenessOf(page(url, prompt), assessFetch({ url }, factsOf()).assessment);
    const first = same('https://docs.example/a?x=1&y=2');
    for (const url of [
      'http://docs.example/a?y=2&x=1',
      'https://docs.example/a/?x=1&y=2',
      'https://docs.example./a?x=1&y=2',
    ])
      assert.equal(same(url, 'else'), first, url);
    for (const url of ['https://docs.example/b?x=1&y=2', 'https://docs.example/a', 'https://other.example/a?x=1&y=2'])
      assert.notEqual(same(url), first, url);
  });
});
