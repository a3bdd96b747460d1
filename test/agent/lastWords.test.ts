import assert from 'node:assert/strict';
import { startRun } from '../../src/agent/start.ts';
import { realClock } from '../../src/effects/clock.ts';
import type { Model, ModelTurn } from '../../src/ports/model.ts';
import { noUsage } from '../../src/protocol/budget.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { MemoryBlobs, wordMasker } from '../effects/setup.ts';
import { memoryJournal, noJudging, scriptedApprover, stillSnapshots } from '../support/fakes.ts';

describe('words that are said while the model ends', () => {
  it('are waited for while they are written down, and told in one more turn', async () => {
    const journal = memoryJournal();
    const answered = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const requests: string[] = [];
    /** A disk that is slow with a person's words, and free again only after the model has answered. */
    const slow = {
      ...journal,
      async append(body: EventBody) {
        if (body.kind === 'person.said') await written.promise;
        const event = await journal.append(body);
        if (body.kind === 'model.answered') answered.resolve();
        return event;
      },
    };
    const model: Model = {
      async respond(request): Promise<ModelTurn> {
        requests.push(JSON.stringify(request.messages));
        if (requests.length === 1) assert.equal(run.send({ type: 'say', text: 'And the README.' }), 'taken');
        const content = [{ type: 'text', text: 'Done.' }];
        return {
          content,
          stopReason: 'end_turn',
          model: 'm',
          usage: noUsage,
          usd: 0,
          requestBytes: 0,
          repeatedBytes: 0,
        };
      },
    };
    const nothing = { inside: true, kind: 'missing', links: 0 } as const;
    const workspace = {
      root: '/w',
      locate: async (path: string) => ({ path, real: path, ...nothing }),
      look: () => assert.fail('a file'),
    };
    const run = startRun(
      {
        id: 'r',
        journal: slow,
        blobs: new MemoryBlobs(),
        model,
        effects: {
          run: () => assert.fail('an effect'),
          processes: () => [],
          endProcess: async () => [],
          endAll: async () => [],
          restCpuMs: async () => 0,
        },
        workspace,
        snapshots: stillSnapshots(),
        masker: wordMasker({}),
        lineMasker: () => ({ write: () => undefined, end: () => undefined }),
        clock: realClock,
        approver: scriptedApprover(() => null),
        ...noJudging(),
        learn: async () => undefined,
      },
      {
        prompt: 'Go.',
        mode: 'auto',
        model: 'm',
        scripted: true,
        limits: {},
        version: '0',
        policyDigest: '0'.repeat(64),
        environment: { workspace: '/w', platform: 'x', shell: 'sh', date: '2026-01-01', mode: 'auto' },
      },
    );
    await answered.promise;
    // The loop has all that it needs to end, were it not for the words.
    for (let round = 0; round < 5; round += 1) await new Promise(resolve => setImmediate(resolve));
    written.resolve();
    const result = await run.result;
    assert.deepEqual([result.status, result.turns], ['done', 2]);
    assert.match(requests[1] ?? '', /And the README\./);
    assert.equal(run.send({ type: 'say', text: 'More.' }), 'late');
  });
});
