import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDayLedger } from '../../src/hosts/dayLedger.ts';
import type { DayLedger } from '../../src/ports/dayLedger.ts';

describe('the day’s ledger', () => {
  let root = '';
  let now = 0;
  const clock = { now: () => now, sleep: () => new Promise<void>(resolve => setImmediate(resolve)) };
  const open = (workspace = '/w'): DayLedger => openDayLedger({ root }, workspace, clock);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'gatehouse-ledger-'));
    now = new Date(2026, 10, 20, 12).getTime();
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('holds what is set aside until it is known what was spent', async () => {
    const ledger = open();
    const held = await ledger.reserve(2, 5);
    assert.equal(await ledger.spent(), 2);
    await held?.settle(0.5);
    assert.equal(await open().spent(), 0.5);
  });

  it('lets runs side by side never set aside more than the day has', async () => {
    const results = await Promise.all(Array.from({ length: 12 }, () => open().reserve(1, 5)));
    assert.equal(results.filter(each => each !== null).length, 5);
    assert.equal(await open().spent(), 5);
  });

  it('keeps what nobody settles, as after a crash, until the day ends', async () => {
    const late = await open().reserve(3, 5);
    assert.equal(await open().reserve(3, 5), null);
    now += 24 * 3_600_000;
    assert.notEqual(await open().reserve(3, 5), null);
    await late?.settle(0);
    assert.equal(await open().spent(), 3, 'what is settled late belongs to the day before');
  });

  it('forgets nothing where the clock is set forward and back again, and counts each day by itself', async () => {
    await open().reserve(4, 5);
    now += 36 * 3_600_000;
    assert.equal(await open().spent(), 0);
    const held = await open().reserve(2, 5);
    now -= 36 * 3_600_000;
    assert.equal(await open().spent(), 4);
    assert.equal(await open().reserve(2, 5), null);
    await held?.settle(1);
    assert.equal(await open().spent(), 4);
    now += 36 * 3_600_000;
    assert.equal(await open().spent(), 1);
  });

  it('holds a day to its dollars also where it has many later days in it, or earlier ones', async () => {
    const day = 24 * 3_600_000;
    const today = now;
    for (const years of [5, -5]) {
      const ledger = open(`/w${years}`);
      now = new Date(2026 + years, 2, 1, 12).getTime();
      for (let count = 0; count < 9; count += 1) {
        await (await ledger.reserve(1, 1))?.settle(1);
        now += day;
      }
      now = today;
      const late = await ledger.reserve(0.9, 1);
      assert.equal(await ledger.reserve(0.9, 1), null);
      now += day;
      await ledger.reserve(0.5, 1);
      await late?.settle(0.8);
      assert.equal(await ledger.spent(), 0.5);
      now = today;
      assert.equal(await ledger.spent(), 0.8);
    }
  });

  it('goes on from one that an earlier version wrote', async () => {
    await open().reserve(1, 5);
    const { readdirSync } = await import('node:fs');
    const [name = ''] = readdirSync(join(root, 'ledger')).filter(each => each.endsWith('.json'));
    writeFileSync(join(root, 'ledger', name), '{"v":1,"day":"2026-11-20","usd":4.5}');
    assert.equal(await open().reserve(1, 5), null);
    assert.equal(await open().spent(), 4.5);
  });

  it('is one for each workspace', async () => {
    await open('/w').reserve(5, 5);
    assert.notEqual(await open('/v').reserve(5, 5), null);
  });

  it('is refused where it cannot be read', async () => {
    const ledger = open();
    await ledger.reserve(1, 5);
    const { readdirSync } = await import('node:fs');
    const [name = ''] = readdirSync(join(root, 'ledger')).filter(each => each.endsWith('.json'));
    writeFileSync(join(root, 'ledger', name), '{"v":1}');
    await assert.rejects(ledger.reserve(1, 5));
  });
});
