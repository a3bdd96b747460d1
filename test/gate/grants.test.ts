import assert from 'node:assert/strict';
import {
  commandGrant,
  createGrants,
  type Grant,
  grantsGiven,
  wideningGrant,
  workspaceGrantMs,
} from '../../src/gate/grants.ts';
import type { KeptGrant, KeptGrants } from '../../src/ports/grants.ts';
import type { Terms, Violation } from '../../src/protocol/containment.ts';
import type { EffectOf } from '../../src/protocol/effect.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { handClock, memoryJournal } from '../support/fakes.ts';

const exec = (command: string, over: Partial<EffectOf<'exec'>> = {}): EffectOf<'exec'> => ({
  kind: 'exec',
  command,
  cwd: '/w',
  timeoutMs: 1000,
  background: false,
  ...over,
});
const terms: Terms = { profile: 'workspace', hosts: [], writes: [] };
const as = (signature: string) => ({ signature, found: 'found' });
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
  const grant = commandGrant(`g-${command}`, exec(command), signature);
  assert.ok(grant !== null);
  return grant;
}

const given = ({ violations, id, ...grant }: Grant): EventBody => ({
  kind: 'grant.given',
  grant: id,
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
    assert.equal(grants.covers(exec('npm test'), as('shown')), true);
    assert.equal(grants.covers(exec('npm test'), as('worse')), false);
    assert.equal(grants.covers(exec('npm test --force'), as('shown')), false);
    assert.equal(grants.covers(exec('npm test', { cwd: '/w/sub' }), as('shown')), false);
    assert.equal(grants.covers(exec('npm test', { background: true }), as('shown')), false);
  });

  it('of what a command was seen to want widens that command, and grants no answer', () => {
    const wider = wideningGrant('g', exec('npm test'), [{ type: 'host', host: 'a.example', port: 443 }], as('shown'));
    assert.ok(wider !== null);
    const grants = createGrants('/w', [wider]);
    assert.deepEqual(grants.extend(exec('npm test'), terms, 'found').hosts, ['a.example']);
    assert.deepEqual(grants.extend(exec('npm run x'), terms, 'found').hosts, []);
    assert.deepEqual(grants.extend(exec('npm test'), terms, 'another script').hosts, []);
    assert.equal(grants.covers(exec('npm test'), as('shown')), false);
  });

  it('adds no place outside the workspace, whatever was granted', () => {
    const wider = wideningGrant(
      'g',
      exec('npm test'),
      ['/w/jest.setup.js', '/home/ann/.ssh/authorized_keys', '/w', '/'].map(path => ({ type: 'write' as const, path })),
      as('shown'),
    );
    assert.ok(wider !== null);
    const grants = createGrants('/w', [wider]);
    assert.deepEqual(grants.extend(exec('npm test'), terms, 'found').writes, ['/w/jest.setup.js']);
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

  it('is gone once it was revoked, also when the run is resumed', async () => {
    const [one, two] = [grantOf('one'), grantOf('two')];
    assert.deepEqual(await kept([started, given(one), given(two), { kind: 'grant.revoked', grant: one.id }]), [two]);
    const grants = createGrants('/w', [one, two]);
    await grants.revoke(one.id);
    assert.equal(grants.has(one.id), false);
    assert.equal(grants.covers(exec('one'), as('shown')), false);
    assert.equal(grants.covers(exec('two'), as('shown')), true);
  });

  it('is gone with the part of the conversation that it was given in', async () => {
    const [one, two] = [grantOf('one'), grantOf('two')];
    const rewound: EventBody = { kind: 'conversation.rewound', record: 2, checkpoint: 0 };
    assert.deepEqual(await kept([started, given(one), given(two), rewound]), [one]);
  });
});

/** A store in memory, as another process might change it. */
function memoryGrants() {
  const all = new Map<string, KeptGrant>();
  const kept: KeptGrants = {
    all: async () => [...all.values()],
    keep: async grant => void all.set(grant.id, grant),
    revoke: async id => all.delete(id),
  };
  return { all, kept };
}

describe('a grant of a workspace', () => {
  const setUp = (store = memoryGrants(), policyDigest = policy) => {
    const clock = handClock();
    return {
      ...store,
      store,
      clock,
      grants: createGrants('/w', [], { kept: store.kept, run: 'r', policyDigest, clock }),
    };
  };
  const host: Violation = { type: 'host', host: 'a.example', port: 443 };

  it('holds in another run for the very command, shown as it was', async () => {
    const { grants, store, clock } = setUp();
    const grant = grantOf('npm test');
    assert.equal(await grants.keep(grant, exec('npm test'), as('shown')), clock.now() + workspaceGrantMs);
    assert.equal(grants.has(grant.id), true, 'it can be revoked at once');
    const later = setUp(store).grants;
    assert.equal(later.covers(exec('npm test'), as('shown')), false, 'nothing was read yet');
    await later.refresh();
    assert.equal(later.covers(exec('npm test'), as('shown')), true);
    assert.equal(later.covers(exec('npm test'), as('worse')), false);
    assert.equal(later.covers(exec('npm test --force'), as('shown')), false);
  });

  it('does not hold under another policy', async () => {
    const { grants, store } = setUp();
    await grants.keep(grantOf('npm test'), exec('npm test'), as('shown'));
    const other = setUp(store, stricter).grants;
    await other.refresh();
    assert.equal(other.covers(exec('npm test'), as('shown')), false);
  });

  it('is gone as soon as another process has taken it back', async () => {
    const { grants, all } = setUp();
    await grants.keep(grantOf('npm test'), exec('npm test'), as('shown'));
    await grants.refresh();
    all.clear();
    await grants.refresh();
    assert.equal(grants.covers(exec('npm test'), as('shown')), false);
  });

  it('of what a command was seen to want holds only as long as the command is found to be the same', async () => {
    const { grants } = setUp();
    const wider = wideningGrant('g', exec('npm test'), [host], as('shown'));
    assert.ok(wider !== null);
    await grants.keep(wider, exec('npm test'), as('shown'));
    await grants.refresh();
    assert.deepEqual(grants.extend(exec('npm test'), terms, 'found').hosts, ['a.example']);
    assert.deepEqual(grants.extend(exec('npm test'), terms, 'another script').hosts, []);
  });

  it('is nobody’s where the store cannot be read or written', async () => {
    const broken: KeptGrants = {
      all: () => Promise.reject(new Error('EIO')),
      keep: () => Promise.reject(new Error('EROFS')),
      revoke: () => Promise.reject(new Error('EROFS')),
    };
    const grants = createGrants('/w', [], { kept: broken, run: 'r', policyDigest: policy, clock: handClock() });
    assert.equal(await grants.keep(grantOf('npm test'), exec('npm test'), as('shown')), null);
    await grants.refresh();
    assert.equal(grants.covers(exec('npm test'), as('shown')), false);
    await assert.rejects(grants.revoke('x'), 'whoever revokes is told that it could not be');
  });
});
