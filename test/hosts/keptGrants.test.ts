import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { grantFilesOf, openKeptGrants } from '../../src/hosts/keptGrants.ts';
import type { KeptGrant } from '../../src/ports/grants.ts';
import { handClock } from '../support/fakes.ts';

const digest = 'a'.repeat(64);
const id = (at: number): string => String(at).padStart(24, '0');
const grant = (at: number, over: Partial<KeptGrant> = {}): KeptGrant => ({
  id: id(at),
  run: 'r',
  at: 0,
  expiresAt: 2_000_000,
  policyDigest: digest,
  command: 'npm test',
  cwd: '/w',
  commandDigest: digest,
  signature: digest,
  violations: [{ type: 'host', host: 'a.example', port: 443 }],
  shown: digest,
  ...over,
});

describe('the grants of a workspace on disk', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'gatehouse-grants-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const folderOf = (): string => join(root, 'grants', readdirSync(join(root, 'grants'))[0] ?? '');

  it('are those that were kept for that very workspace, in files that nobody else reads', async () => {
    const kept = openKeptGrants({ root }, '/w', handClock());
    await kept.keep(grant(1));
    assert.deepEqual(await kept.all(), [grant(1)]);
    assert.deepEqual(await openKeptGrants({ root }, '/w', handClock()).all(), [grant(1)]);
    assert.deepEqual(await openKeptGrants({ root }, '/other', handClock()).all(), []);
    assert.deepEqual(readdirSync(folderOf()), [`${id(1)}.json`]);
    assert.equal(statSync(join(folderOf(), `${id(1)}.json`)).mode & 0o777, 0o600);
  });

  it('end at their time, and are then removed', async () => {
    const clock = handClock();
    const kept = openKeptGrants({ root }, '/w', clock);
    await kept.keep(grant(1));
    clock.advance(1_000_000);
    assert.deepEqual(await kept.all(), []);
    await kept.keep(grant(2, { expiresAt: 9_000_000 }));
    assert.deepEqual(readdirSync(folderOf()), [`${id(2)}.json`]);
  });

  it('are gone once revoked, and an id that is none of ours reaches no file', async () => {
    const kept = openKeptGrants({ root }, '/w', handClock());
    await kept.keep(grant(1));
    await kept.keep(grant(2));
    for (const strange of ['../../x', '', id(3), `${id(1)}/..`]) assert.equal(await kept.revoke(strange), false);
    assert.equal(await kept.revoke(id(1)), true);
    assert.deepEqual(await kept.all(), [grant(2)]);
    await assert.rejects(kept.keep(grant(3, { id: '../../../escape' })));
  });

  it('are found by the run that asked for them, in every workspace', async () => {
    await openKeptGrants({ root }, '/w', handClock()).keep(grant(1, { run: 'one' }));
    await openKeptGrants({ root }, '/v', handClock()).keep(grant(2, { run: 'one' }));
    await openKeptGrants({ root }, '/w', handClock()).keep(grant(3, { run: 'two' }));
    const found = await grantFilesOf({ root }, 'one');
    assert.deepEqual(found.map(({ path }) => basename(path)).toSorted(), [`${id(1)}.json`, `${id(2)}.json`]);
    assert.ok(found.every(({ path, bytes }) => statSync(path).size === bytes));
    assert.deepEqual(await grantFilesOf({ root }, 'three'), []);
  });

  it('that cannot be read, or stand in a file of another name, grant nothing', async () => {
    const kept = openKeptGrants({ root }, '/w', handClock());
    await kept.keep(grant(1));
    const folder = folderOf();
    writeFileSync(join(folder, `${id(2)}.json`), 'half a');
    writeFileSync(join(folder, `${id(3)}.json`), JSON.stringify({ v: 1, ...grant(1) }));
    writeFileSync(join(folder, `${id(4)}.json`), JSON.stringify({ v: 2, ...grant(4) }));
    assert.deepEqual(await kept.all(), [grant(1)]);
  });
});
