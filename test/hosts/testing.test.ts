import assert from 'node:assert/strict';
import { fitting } from '../../src/hosts/testing.ts';

describe('the figures of a check', () => {
  it('are those that a record can hold, whatever the tests printed', () => {
    const tests = { passed: 1, failed: 0, skipped: 0 };
    const findings = { errors: 0, warnings: 1, notes: 0 };
    assert.deepEqual(fitting({ tests, coverage: 50, findings }), { tests, coverage: 50, findings });
    for (const bad of [Number.POSITIVE_INFINITY, Number.NaN, -1, 0.5, 1e300])
      assert.deepEqual(fitting({ tests: { ...tests, failed: bad }, coverage: 50, findings: null }), { coverage: 50 });
    for (const bad of [Number.NaN, -1, 101])
      assert.deepEqual(fitting({ tests, coverage: bad, findings }), { tests, findings });
    assert.deepEqual(fitting({ tests: null, coverage: null, findings: null }), {});
  });
});
