import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPrices } from '../../src/hosts/prices.ts';
import { usdOf } from '../../src/models/prices.ts';
import { failsWith } from '../effects/setup.ts';

describe('prices of the person’s own', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'gatehouse-prices-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (text: string): void => writeFileSync(join(root, 'prices.json'), text);
  const usage = { input: 1_000_000, output: 1_000_000, cacheRead: 0, cacheWrite: 0 };

  it('come before the published ones, and beside them', async () => {
    const rates = { input: 1, output: 2, cacheWrite: 0, cacheRead: 0 };
    write(
      JSON.stringify({ 'my-model': rates, 'claude-opus-5': { ...rates, long: { ...rates, above: 10, input: 7 } } }),
    );
    const prices = await readPrices({ root });
    assert.equal(usdOf(usage, 'my-model', prices), 3);
    assert.equal(usdOf(usage, 'claude-opus-5', prices), 9);
    assert.equal(usdOf(usage, 'claude-haiku-4-5', prices), 6);
  });

  it('are none where there is no file', async () => {
    assert.deepEqual(await readPrices({ root }), {});
  });

  const wrong: [string, string, RegExp][] = [
    ['no JSON', '{', /not JSON/],
    ['no table', '[]', /^the whole: /],
    ['a rate that is missing', '{"m":{"input":1,"output":1,"cacheRead":1}}', /^m › cacheWrite: /],
    ['a rate below nothing', '{"m":{"input":-1,"output":1,"cacheRead":1,"cacheWrite":1}}', /^m › input: /],
    ['a rate beyond all measure', '{"m":{"input":1e300,"output":1,"cacheRead":1,"cacheWrite":1}}', /^m › input: /],
    ['a rate in words', '{"m":{"input":"1","output":1,"cacheRead":1,"cacheWrite":1}}', /^m › input: /],
    ['a name that is none', '{"m":{"inputs":1,"input":1,"output":1,"cacheRead":1,"cacheWrite":1}}', /^m: .*inputs/],
  ];
  for (const [what, text, problem] of wrong)
    it(`are refused with the place where they are wrong: ${what}`, async () => {
      write(text);
      await assert.rejects(readPrices({ root }), (error: unknown) => {
        failsWith('prices.invalid', { file: join(root, 'prices.json') })(error);
        assert.match(String(Reflect.get(Reflect.get(error as object, 'failure') as object, 'args').problem), problem);
        return true;
      });
    });
});
