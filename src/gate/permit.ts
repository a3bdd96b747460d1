import type { Terms } from '../protocol/containment.ts';
import type { Digest, Effect } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { digestOf } from './digest.ts';

/** A permit is good for this long, in ms: enough to reach the executor, too short to be kept. */
export const permitLifetimeMs = 10_000;

let minter: <E extends Effect>(effect: E, terms: Terms, now: number) => Permit<E>;

/** What a permit gives up when it is used: the effect, and the terms that hold it. */
export interface Redeemed<E extends Effect> {
  effect: E;
  terms: Terms;
}

/**
 * The only key to an effect. It is bound to the digest of the exact effect and to the terms that its process is held to,
 * opens once, and expires. The private field makes it nominal: no other value has this type. Only the gate may import
 * `mintPermit`; a test holds that.
 */
export class Permit<E extends Effect = Effect> {
  readonly #effect: E;
  readonly #terms: Terms;
  readonly #digest: Digest;
  readonly #expires: number;
  #used = false;

  static {
    minter = (effect, terms, now) => new Permit(effect, terms, now);
  }

  private constructor(effect: E, terms: Terms, now: number) {
    this.#effect = structuredClone(effect);
    this.#terms = structuredClone(terms);
    this.#digest = digestOf(effect);
    this.#expires = now + permitLifetimeMs;
  }

  get digest(): Digest {
    return this.#digest;
  }

  get kind(): E['kind'] {
    return this.#effect.kind;
  }

  get terms(): Terms {
    return structuredClone(this.#terms);
  }

  /** Gives the effect up, once. Throws `permit.used`, `permit.expired` or `permit.forged`. */
  redeem(now: number): Redeemed<E> {
    if (this.#used) throw new GatehouseError(failures.permitUsed({}));
    this.#used = true;
    if (now > this.#expires) throw new GatehouseError(failures.permitExpired({}));
    if (digestOf(this.#effect) !== this.#digest) throw new GatehouseError(failures.permitForged({}));
    return { effect: this.#effect, terms: this.#terms };
  }
}

export function mintPermit<E extends Effect>(effect: E, terms: Terms, now: number): Permit<E> {
  return minter(effect, terms, now);
}
