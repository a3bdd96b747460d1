import assert from 'node:assert/strict';
import { mintPermit, Permit, permitLifetimeMs } from '../../src/gate/permit.ts';
import type { ExecEffect } from '../../src/protocol/effect.ts';
import { GatehouseError } from '../../src/protocol/failure.ts';
import { uncontained } from '../support/fakes.ts';

const effect = (): ExecEffect => ({ kind: 'exec', command: 'true', cwd: '/w', timeoutMs: 1000, background: false });
const code = (expected: string) => (error: unknown) =>
  error instanceof GatehouseError && error.failure.code === expected;

describe('a permit', () => {
  it('opens once', () => {
    const permit = mintPermit(effect(), uncontained, 0);
    assert.deepEqual(permit.redeem(1), { effect: effect(), terms: uncontained });
    assert.throws(() => permit.redeem(1), code('permit.used'));
  });

  it('expires', () => {
    const permit = mintPermit(effect(), uncontained, 0);
    assert.throws(() => permit.redeem(permitLifetimeMs + 1), code('permit.expired'));
  });

  it('holds the effect as it was when it was minted', () => {
    const asked = effect();
    const permit = mintPermit(asked, uncontained, 0);
    asked.command = 'rm -rf /';
    assert.equal(permit.redeem(1).effect.command, 'true');
  });

  it('is of a type that no other value has', () => {
    // @ts-expect-error the private field makes the class nominal
    const forged: Permit = {
      digest: 'x',
      kind: 'exec',
      terms: uncontained,
      redeem: () => ({ effect: effect(), terms: uncontained }),
    };
    assert.equal(forged instanceof Permit, false);
    assert.throws(() => Permit.prototype.redeem.call(forged, 0), TypeError);
  });
});
