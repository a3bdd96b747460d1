import type { Holding } from '../../src/agent/holding.ts';
import type { GateDeps } from '../../src/gate/gate.ts';
import type { Answered, Approver, Question } from '../../src/ports/approver.ts';
import type { Snapshots } from '../../src/ports/checkpoints.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Journal } from '../../src/ports/journal.ts';
import type { Terms } from '../../src/protocol/containment.ts';
import type { EventBody, RunEvent } from '../../src/protocol/event.ts';

/** Terms that hold nothing, for effects that no sandbox is about. */
export const uncontained: Terms = { profile: 'uncontained', hosts: [], writes: [] };

/** A journal in memory, with the envelope but without the chain. */
export function memoryJournal(): Journal & { events: RunEvent[]; close(): Promise<void> } {
  const events: RunEvent[] = [];
  return {
    events,
    async append(body: EventBody) {
      const zeros = '0'.repeat(64);
      const event: RunEvent = { v: 1, seq: events.length, at: 0, prev: zeros, hash: zeros, ...body };
      events.push(event);
      return event;
    },
    async close() {},
  };
}

/** A clock that moves when told to; sleepers wake in order. */
export function handClock(start = 1_000_000): Clock & { advance(ms: number): void } {
  let now = start;
  const sleepers: { at: number; wake(): void }[] = [];
  return {
    now: () => now,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(new Error('aborted'));
        signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
        sleepers.push({ at: now + ms, wake: resolve });
      });
    },
    advance(ms) {
      now += ms;
      for (const sleeper of sleepers.filter(each => each.at <= now)) sleeper.wake();
    },
  };
}

/** An approver that keeps what it was asked and answers what it is told. */
export function scriptedApprover(
  answer: (question: Question) => Answered | null | Promise<Answered | null>,
): Approver & {
  asked: Question[];
} {
  const asked: Question[] = [];
  return {
    asked,
    async ask(question) {
      asked.push(question);
      return answer(question);
    },
  };
}

/** What a gate judges by where no effect is expected to come to it. */
export function noJudging(): Pick<GateDeps, 'assess' | 'policy' | 'root' | 'containment'> {
  const nothing = (): never => {
    throw new Error('no effect was expected');
  };
  return {
    assess: { reader: async () => nothing(), facts: { begin: nothing }, texts: async () => nothing() },
    policy: { decide: nothing },
    root: '/w',
    containment: async () => nothing(),
  };
}

/** For runs in which no state is held: as if every effect changed nothing. */
export function noHolding(): Holding {
  const nothing = async (): Promise<void> => undefined;
  return {
    begin: () => undefined,
    ready: nothing,
    before: nothing,
    drop: () => undefined,
    after: async () => null,
    step: nothing,
    settle: async () => false,
    cutOff: async () => null,
  };
}

/** Snapshots of a workspace in which nothing ever differs. */
export function stillSnapshots(): Snapshots {
  const ref = { manifest: { sha256: '0'.repeat(64), bytes: 0 }, files: 0, notHeld: 0 };
  const taken = { ref, changed: false, newlyNotHeld: [] };
  return {
    take: async () => taken,
    touch: async () => taken,
    manifest: async () => ({ version: 1, parts: [], emptyFolders: [], notHeld: [] }),
    changes: async () => [],
    read: async () => new Uint8Array(),
    close: async () => undefined,
  };
}
