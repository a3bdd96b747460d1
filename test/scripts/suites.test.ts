import assert from 'node:assert/strict';
import { type Counts, runSuite } from '../../scripts/suites.mjs';

/** A suite that is a few lines of JavaScript, in which `report` writes what mocha's reporter would. */
function run(title: string, body: string): Promise<Counts> {
  const report =
    "const report = x => require('fs').writeFileSync(process.env.GATEHOUSE_TEST_RESULT, JSON.stringify(x));";
  return runSuite({ title, args: ['-e', report + body], style: 'dot', minutes: 1 }, {});
}

describe('a suite', () => {
  it('counts what its reporter counted', async () => {
    const counts = await run(
      'a suite that fails',
      'report({ passed: 3, failed: 1, skipped: 2 }); process.exitCode = 1',
    );
    assert.deepEqual(counts, { passed: 3, failed: 1, skipped: 2 });
  });

  it('is a failure when it leaves no counts', async () => {
    const counts = await run('a suite that crashes', 'process.exitCode = 7');
    assert.deepEqual([counts.passed, counts.failed], [0, 1]);
    assert.match(counts.problem ?? '', /no result \(exit code 7\)/);
  });

  it('is a failure when no test ran, even if some were skipped', async () => {
    const counts = await run('a suite without tests', 'report({ passed: 0, failed: 0, skipped: 4 })');
    assert.deepEqual([counts.failed, counts.skipped], [1, 4]);
  });

  it('is a failure when it ends badly though its tests passed', async () => {
    const counts = await run(
      'a suite that ends badly',
      'report({ passed: 2, failed: 0, skipped: 0 }); process.exitCode = 3',
    );
    assert.deepEqual([counts.passed, counts.failed], [2, 1]);
  });

  it('is not given the counts of an earlier run', async () => {
    await run('a suite that stops reporting', 'report({ passed: 5, failed: 0, skipped: 0 })');
    assert.equal((await run('a suite that stops reporting', '')).passed, 0);
  });
});
