import assert from 'node:assert/strict';
import { full } from '../support/share.ts';
import { unavailable } from './bash.ts';
import { fuzz } from './fuzz.ts';
import { generate } from './generate.ts';
import { Random } from './random.ts';

describe('Reading commands against real bash', () => {
  it('makes the same texts of the same seed, and others of another', () => {
    const texts = (seed: number): string[] => {
      const random = new Random(seed);
      return Array.from({ length: 200 }, () => generate(random));
    };
    assert.deepEqual(texts(7), texts(7));
    assert.notDeepEqual(texts(7), texts(8));
  });

  const count = full ? 3000 : 600;

  it(`lists every program that bash runs in ${count} texts, with its words and its folder`, async function () {
    this.timeout(180_000);
    const reason = unavailable();
    if (reason !== null) {
      console.log(`      Not run: ${reason}`);
      return this.skip();
    }
    const outcome = await fuzz({ count, seed: 20, jobs: 2, shown: 5 });
    assert.deepEqual(outcome.minimized, []);
    assert.equal(outcome.found.length, 0);
    assert.equal(outcome.inputs, count);
    // Without these the test would hold of a rule that understands nothing.
    assert.ok(outcome.understood >= count / 5, `only ${outcome.understood} are understood`);
    assert.ok(outcome.complex >= count / 60, `only ${outcome.complex} of them are complex`);
    assert.ok(outcome.ran >= count / 2, `only ${outcome.ran} programs ran in them`);
    assert.ok(outcome.caught >= count / 30, `only ${outcome.caught} others would have been read wrongly`);
    assert.ok(outcome.hung <= count / 33, `${outcome.hung} hung`);
  });
});
