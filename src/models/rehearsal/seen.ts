import { createHash } from 'node:crypto';
import { commonPrefixBytes } from '../wire.ts';
import type { Fault } from './script.ts';

const remembered = 16;

/** What a prompt cache would know: the last requests, one for each conversation. */
export class SeenRequests {
  #bodies: string[] = [];

  /** Bytes at the beginning of `body` that an earlier request had too. Then remembers it in place of the one it goes on from. */
  take(sent: string): number {
    // How long an answer may be is no part of the prompt, so a cache does not look at it.
    const body = sent.replace(/"max_tokens":\d+/, found => found.replaceAll(/\d/g, '0'));
    let best = 0;
    let parent = -1;
    for (const [index, earlier] of this.#bodies.entries()) {
      const same = commonPrefixBytes(earlier, body);
      if (same <= best) continue;
      best = same;
      // The array of messages and the object are closed by two characters, where the next request goes on.
      parent = same >= Buffer.byteLength(earlier) - 2 ? index : -1;
    }
    if (parent >= 0) this.#bodies.splice(parent, 1);
    this.#bodies = [...this.#bodies.slice(-(remembered - 1)), body];
    return best;
  }
}

/** How often each fault has struck. A retry is known by its body, which is the same to the byte. */
export class FaultCounters {
  readonly #struck = new Map<string, number>();

  /** The fault that is due for this request, or null once all have had their turn. */
  take(faults: readonly Fault[], body: string): Fault | null {
    if (faults.length === 0) return null;
    const key = createHash('sha256').update(body).digest('base64');
    const before = this.#struck.get(key) ?? 0;
    this.#struck.set(key, before + 1);
    let sum = 0;
    for (const fault of faults) {
      if (fault.times === 'forever') return fault;
      sum += fault.times;
      if (before < sum) return fault;
    }
    return null;
  }
}
