import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultRetention } from '../../src/checkpoints/retention.ts';
import { claimDay, dueForTidying } from '../../src/hosts/housekeeping/daily.ts';
import { readRetention } from '../../src/hosts/housekeeping/retention.ts';
import { type Home, openHome } from '../../src/journal/home.ts';
import { asFailure } from '../../src/protocol/failure.ts';

const dayMs = 24 * 60 * 60_000;

describe('how much is kept', () => {
  let home: Home;
  beforeEach(async () => {
    home = await openHome({ env: { GATEHOUSE_HOME: mkdtempSync(join(tmpdir(), 'gatehouse-retention-')) } });
  });
  afterEach(() => rmSync(home.root, { recursive: true, force: true }));

  const write = (text: string): void => writeFileSync(join(home.root, 'retention.json'), text);

  it('is what the host was told, else what the file says, else the default', async () => {
    assert.deepEqual(await readRetention(home), defaultRetention);
    write('{"runs": 7, "days": 0.5}');
    assert.deepEqual(await readRetention(home), { ...defaultRetention, runs: 7, days: 0.5 });
    assert.deepEqual(await readRetention(home, { runs: 9 }), { ...defaultRetention, runs: 9, days: 0.5 });
  });

  it('is refused where the file is wrong, with its name and the place', async () => {
    for (const [text, problem] of [
      ['{', /^it is not JSON/],
      ['[]', /^the whole: /],
      ['{"runs": 0}', /^runs: /],
      ['{"runs": 1.5}', /^runs: /],
      ['{"gigabytes": "5"}', /^gigabytes: /],
      ['{"weeks": 3}', /weeks/],
    ] as const) {
      write(text);
      const failure = asFailure(await readRetention(home).catch((error: unknown) => error));
      assert.deepEqual([failure.code, failure.args['file']], ['retention.invalid', join(home.root, 'retention.json')]);
      assert.match(String(failure.args['problem']), problem);
    }
  });

  it('is looked after once a day, and not on the first', async () => {
    const start = 1_700_000_000_000;
    assert.equal(await claimDay(home, start), false);
    assert.equal(readFileSync(join(home.root, 'gc.day'), 'utf8'), `${start}\n`);
    assert.equal(await claimDay(home, start + dayMs - 1), false);
    assert.equal(await dueForTidying(home, start + dayMs), true);
    assert.equal(await claimDay(home, start + dayMs), true);
    assert.equal(await claimDay(home, start + dayMs + 1), false);
    // The clock was set back.
    assert.equal(await claimDay(home, start), true);
    writeFileSync(join(home.root, 'gc.day'), 'nonsense');
    assert.equal(await claimDay(home, start), true);
  });
});
