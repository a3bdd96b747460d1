import assert from 'node:assert/strict';
import { commandGrant, createGrants, type Grant, grantsGiven, wideningGrant } from '../../src/gate/grants.ts';
import type { Terms } from '../../src/protocol/containment.ts';
import type { EffectOf } from '../../src/protocol/effect.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { memoryJournal } from '../support/fakes.ts';

const exec = (command: string, over: Partial<EffectOf<'exec'>> = {}): EffectOf<'exec'> => ({
  kind: 'exec',
  command,
  cwd: '/w',
  timeoutMs: 1000,
  background: false,
  ...over,
});
const terms: Terms = { profile: 'workspace', hosts: [], writes: [] };
const policy = 'a'.repeat(64);
const stricter = 'b'.repeat(64);
const started: EventBody = {
  kind: 'run.started',
  run: 'r',
  gatehouse: '0',
  workspace: '/w',
  prompt: 'p',
  mode: 'auto',
  model: 'm',
  scripted: true,
  limits: {},
  systemDigest: policy,
  policyDigest: policy,
};
const resumed = (policyDigest: string): EventBody => ({
  kind: 'run.resumed',
  gatehouse: '0',
  cutBytes: 0,
  policyDigest,
});

function grantOf(command: string, signature = 'shown'): Grant {
  const grant = commandGrant(exec(command), signature);
  assert.ok(grant !== null);
  return grant;
}

const given = ({ violations, ...grant }: Grant): EventBody => ({
  kind: 'grant.given',
  grant: 'g',
  effect: 'e',
  ...grant,
  violations: [...violations],
});

async function kept(bodies: EventBody[], digest = policy) {
  const journal = memoryJournal();
  for (const body of bodies) await journal.append(body);
  return grantsGiven(journal.events, digest);
}

describe('a grant of a run', () => {
  it('is for the very command, shown as it was, and for nothing else', () => {
    const grants = createGrants('/w', [grantOf('npm test')]);
    assert.equal(grants.covers(exec('npm test'), 'shown'), true);
    assert.equal(grants.covers(exec('npm test'), 'worse'), false);
    assert.equal(grants.covers(exec('npm test --force'), 'shown'), false);
    assert.equal(grants.covers(exec('npm test', { cwd: '/w/sub' }), 'shown'), false);
    assert.equal(grants.covers(exec('npm test', { background: true }), 'shown'), false);
  });

  it('of what a command was seen to want widens that command, and grants no answer', () => {
    const wider = wideningGrant(exec('npm test'), [{ type: 'host', host: 'a.example', port: 443 }]);
    assert.ok(wider !== null);
    const grants = createGrants('/w', [wider]);
    assert.deepEqual(grants.extend(exec('npm test'), terms).hosts, ['a.example']);
    assert.deepEqual(grants.extend(exec('npm run x'), terms).hosts, []);
    assert.equal(grants.covers(exec('npm test'), 'shown'), false);
  });

  it('is there again when the run is resumed under the same policy', async () => {
    const grant = grantOf('npm test');
    assert.deepEqual(await kept([started, given(grant)]), [grant]);
    assert.deepEqual(await kept([started, given(grant), resumed(policy)]), [grant]);
  });

  it('is gone under another policy, and does not come back with the first', async () => {
    const grant = grantOf('npm test');
    assert.deepEqual(await kept([started, given(grant)], stricter), []);
    assert.deepEqual(await kept([started, given(grant), resumed(stricter)]), []);
    assert.deepEqual(await kept([started, given(grant), resumed(stricter), given(grant)], stricter), [grant]);
  });

  it('is gone with the part of the conversation that it was given in', async () => {
    const [one, two] = [grantOf('one'), grantOf('two')];
    const rewound: EventBody = { kind: 'conversation.rewound', record: 2, checkpoint: 0 };
    assert.deepEqual(await kept([started, given(one), given(two), rewound]), [one]);
  });
});
