import assert from 'node:assert/strict';
import { setImmediate as pass } from 'node:timers/promises';
import { createCompactor } from '../../src/agent/context/compactor.ts';
import { createLimiting, type LimitingDeps } from '../../src/agent/limits/limiting.ts';
import { type Ending, type LoopDeps, runLoop } from '../../src/agent/loop.ts';
import { cutAnswer } from '../../src/agent/prompts.ts';
import { createRecorder, type Recorder } from '../../src/agent/recorder.ts';
import { createSession } from '../../src/agent/session.ts';
import { createTainting } from '../../src/agent/taint.ts';
import { createTurns } from '../../src/agent/together.ts';
import type { ExecOutcome } from '../../src/effects/outcome.ts';
import { createGate } from '../../src/gate/gate.ts';
import { mintPermit, type Permit } from '../../src/gate/permit.ts';
import {
  type Model,
  ModelError,
  type ModelIo,
  type ModelRequest,
  type ModelTurn,
  nothingLost,
} from '../../src/ports/model.ts';
import { type Limits, noUsage } from '../../src/protocol/budget.ts';
import type { Effect, ExecEffect } from '../../src/protocol/effect.ts';
import type { EventKind, EventOf, RunEvent } from '../../src/protocol/event.ts';
import { failures } from '../../src/protocol/failure.ts';
import type { AssistantBlock } from '../../src/protocol/message.ts';
import { wordMasker } from '../effects/setup.ts';
import { handClock, memoryJournal, noHolding, noJudging, scriptedApprover } from '../support/fakes.ts';

type Reply = Partial<ModelTurn> | ((io: ModelIo, request: ModelRequest) => Promise<Partial<ModelTurn>>);

const words = (text: string): AssistantBlock[] => [{ type: 'text', text }];
const call = (id: string): AssistantBlock => ({ type: 'tool_use', id, name: 'Read', input: {} });

const execOutcome: ExecOutcome = {
  kind: 'exec',
  exitCode: 0,
  signal: null,
  timedOut: false,
  stopped: false,
  durationMs: 1,
  output: '',
  outputBytes: 0,
  droppedBytes: 0,
  survivors: [],
  violations: [],
  background: null,
};

/** A loop with a model that gives these replies in turn, the last one again and again. Nothing has an effect. */
async function loop(
  replies: readonly Reply[],
  {
    limits = {},
    ask = async () => null,
    ...more
  }: Partial<LoopDeps> & { limits?: Limits; ask?: LimitingDeps['ask'] } = {},
) {
  const journal = memoryJournal();
  const clock = handClock();
  const session = createSession();
  const masker = wordMasker({});
  const limiting = createLimiting({
    journal: { append: body => recorder.append(body) },
    clock,
    limits,
    ask,
  });
  const folds = [(event: RunEvent) => session.apply(event), (event: RunEvent) => limiting.apply(event)];
  const recorder: Recorder = createRecorder(journal, folds, masker);
  const requests: { messages: string }[] = [];
  const model: Model = {
    async respond(request, io) {
      const reply = replies[Math.min(requests.length, replies.length - 1)] ?? {};
      requests.push({ messages: JSON.stringify(request.messages) });
      const given = typeof reply === 'function' ? await reply(io, request) : reply;
      const turn = { content: words('Done.'), stopReason: 'end_turn', model: 'm', usage: noUsage, usd: 0 };
      return { ...turn, requestBytes: 0, repeatedBytes: 0, ...given };
    },
  };
  const approver = scriptedApprover(() => null);
  const newId = (): string => `e${journal.events.length}`;
  const deps: LoopDeps = {
    recorder,
    session,
    model,
    modelName: 'm',
    system: '',
    tools: [],
    clock,
    masker,
    limiting,
    mayEnd: async () => !session.pending,
    pause: async () => null,
    call: {
      recorder,
      gate: createGate({ journal: recorder, approver, clock, ...noJudging(), mode: () => 'auto', newId }),
      effects: {
        run: () => assert.fail('an effect'),
        processes: () => [],
        endProcess: async () => [],
        endAll: async () => [],
        restCpuMs: async () => 0,
      },
      revise: async () => ({ type: 'same' }),
      holding: noHolding(),
      tainting: createTainting({ run: 'r', root: '/w', snapshots: null }),
      masker,
      clock,
      prepare: async () => Promise.reject(new ModelError(failures.unknownTool({ tool: 'Read' }), nothingLost)),
      sayFailure: failure => failure.code,
      lineMasker: () => ({ write: () => undefined, end: () => undefined }),
      newId,
      learn: async () => undefined,
      inTurn: work => work(),
    },
    ...more,
  };
  await recorder.append({
    kind: 'run.started',
    run: 'r',
    gatehouse: '0',
    workspace: '/w',
    prompt: 'Go.',
    mode: 'auto',
    model: 'm',
    scripted: true,
    limits,
    systemDigest: '0'.repeat(64),
  });
  const of = <K extends EventKind>(kind: K): EventOf<K>[] =>
    journal.events.filter((event: RunEvent): event is EventOf<K> => event.kind === kind);
  const stop = new AbortController();
  return { deps, clock, session, recorder, requests, of, stop, run: (): Promise<Ending> => runLoop(deps, stop.signal) };
}

describe('the loop', () => {
  it('ends when the model asks for nothing more', async () => {
    const l = await loop([{ content: [call('t1')], stopReason: 'tool_use' }, {}]);
    assert.deepEqual(await l.run(), { type: 'done' });
    assert.deepEqual(
      l.of('turn.started').map(event => event.turn),
      [1, 2],
    );
    assert.match(l.requests[1]?.messages ?? '', /tool\.unknown/);
  });

  it('tells the model that its answer was cut, and goes on', async () => {
    const l = await loop([{ content: words('And so'), stopReason: 'max_tokens' }, {}]);
    assert.deepEqual(await l.run(), { type: 'done' });
    assert.deepEqual(
      l.of('context.added').map(event => event.text),
      [cutAnswer],
    );
    assert.ok(l.requests[1]?.messages.includes(cutAnswer));
  });

  it('takes the summary of the server out where that is refused, and goes on with our own', async () => {
    const refused = async (): Promise<never> => {
      throw new ModelError(failures.modelBadRequest({ status: 400, message: 'compaction' }), nothingLost);
    };
    const l = await loop([{ content: [call('t1')], stopReason: 'tool_use' }, refused, {}]);
    const { model, masker, clock } = l.deps;
    const server = { model, modelName: 'm', masker, clock };
    l.deps.compactor = createCompactor({ session: l.session, recorder: l.recorder, system: '', tools: [], server });
    const block = { type: 'compaction' as const, content: 'A summary.', signature: 's' };
    await l.recorder.append({
      kind: 'context.compacted',
      how: 'summed',
      upTo: 0,
      text: 'Facts.',
      why: 'window',
      tokensBefore: 9,
      tokensAfter: 1,
      block,
    });
    assert.deepEqual(await l.run(), { type: 'done' });
    assert.ok(l.requests[1]?.messages.includes(JSON.stringify(block)));
    assert.ok(!l.requests[2]?.messages.includes('A summary.'));
    assert.match(
      l.requests[2]?.messages ?? '',
      /^\[\{"role":"user","content":\[\{"type":"text","text":"<earlier turns/,
    );
    assert.deepEqual(
      l.of('compaction.failed').map(({ why }) => why),
      ['notOffered'],
    );
  });

  it('sends a request that was refused as too long again, shorter, and gives up where that is no help', async () => {
    const tooLong = async (): Promise<never> => {
      throw new ModelError(failures.contextTooLong({ message: 'too long' }), nothingLost);
    };
    const l = await loop([{ content: [call('t1')], stopReason: 'tool_use' }, tooLong, {}]);
    const compactor = createCompactor({ session: l.session, recorder: l.recorder, system: '', tools: [] });
    l.deps.compactor = compactor;
    assert.deepEqual(await l.run(), { type: 'done' });
    assert.deepEqual(
      l.of('context.compacted').map(({ why }) => why),
      ['refused'],
    );
    assert.match(l.requests[2]?.messages ?? '', /<earlier turns/);

    const never = await loop([{ content: [call('t1')], stopReason: 'tool_use' }, tooLong]);
    never.deps.compactor = createCompactor({ session: never.session, recorder: never.recorder, system: '', tools: [] });
    const ending = await never.run();
    assert.equal('failure' in ending && ending.failure.code, 'model.contextTooLong');
    assert.equal(never.requests.length, 3);
  });

  it('goes on with a turn that the server paused', async () => {
    const l = await loop([{ content: words('Wait.'), stopReason: 'pause_turn' }, {}]);
    assert.deepEqual(await l.run(), { type: 'done' });
    assert.equal(l.requests.length, 2);
  });

  it('gives up when the server pauses with nothing said again and again', async () => {
    const l = await loop([{ content: [], stopReason: 'pause_turn' }]);
    assert.deepEqual(await l.run(), { type: 'failed', failure: failures.modelStalled({ pauses: 4 }) });
    assert.equal(l.requests.length, 4);
  });

  it('does not give up on pauses that say something, or that are not in a row', async () => {
    const empty = { content: [], stopReason: 'pause_turn' };
    const more = { content: words('On.'), stopReason: 'pause_turn' };
    const l = await loop([empty, empty, empty, more, empty, empty, empty, {}]);
    assert.deepEqual(await l.run(), { type: 'done' });
  });

  it('waits for words that were said before the end, and takes one more turn for them', async () => {
    const l = await loop([{}]);
    const asked = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    l.deps.mayEnd = async () => {
      asked.resolve();
      await written.promise;
      return !l.session.pending;
    };
    const ending = l.run();
    await asked.promise;
    await l.recorder.append({ kind: 'person.said', text: 'And the README.' });
    written.resolve();
    assert.deepEqual(await ending, { type: 'done' });
    assert.match(l.requests[1]?.messages ?? '', /And the README\./);
  });

  it('stops before the turn that would cross the limit', async () => {
    const more = async (_: ModelIo, request: ModelRequest) => ({
      content: [call(`t${request.messages.length}`)],
      stopReason: 'tool_use',
    });
    const l = await loop([more], { limits: { turns: 2 } });
    assert.deepEqual(await l.run(), { type: 'limit' });
    assert.equal(l.requests.length, 2);
    assert.deepEqual(
      l.of('limit.reached').map(({ limit, used, allowed }) => [limit, used, allowed]),
      [['turns', 2, 2]],
    );
  });

  /** A command before which a process in the background is found to have changed more lines than are allowed. */
  async function crossed(ask: LimitingDeps['ask']) {
    const l = await loop([{ content: [call('t1')], stopReason: 'tool_use' }, {}], { limits: { lines: 10 }, ask });
    const value: ExecEffect = { kind: 'exec', command: 'make', cwd: '/w', timeoutMs: 1, background: false };
    const terms = { profile: 'workspace' as const, hosts: [], writes: [] };
    const lines = { added: 11, removed: 0, atMost: false, uncounted: 0, each: [] };
    const changed = { checkpoint: 1, effect: 'earlier', before: null, after: null, files: 1, paths: ['log'], lines };
    const permitted = async () => ({ type: 'permit', permit: mintPermit(value, terms, l.clock.now()), value });
    const open = new Set<string>();
    const ran: string[] = [];
    Object.assign(l.deps.call, {
      prepare: async () => ({ effect: value, present: () => '' }),
      gate: { admit: permitted, renew: permitted },
      holding: {
        ...noHolding(),
        before: async (effect: string) => {
          open.add(effect);
          if (l.of('checkpoint.made').length === 0) await l.recorder.append({ kind: 'checkpoint.made', ...changed });
        },
        drop: (effect: string) => open.delete(effect),
      },
      effects: {
        ...l.deps.call.effects,
        run: async (permit: Permit<ExecEffect>) => {
          ran.push(permit.redeem(l.clock.now()).effect.command);
          return execOutcome;
        },
      },
      inTurn: createTurns(),
      mayChange: (effect: Effect, signal: AbortSignal) => l.deps.limiting.mayChange(effect, signal),
      fits: (effect: Effect) => l.deps.limiting.fits(effect),
    });
    return { ...l, open, ran };
  }

  it('does not begin an effect before which a process in the background was found to have crossed a limit', async () => {
    const l = await crossed(async () => null);
    assert.deepEqual(await l.run(), { type: 'limit' });
    assert.deepEqual([l.of('effect.proposed').length, l.of('effect.intended').length], [1, 0]);
    assert.equal(l.of('tool.answered')[0]?.text, 'run.limitReached');
    assert.deepEqual([...l.open], [], 'nothing is held for what never begins');
  });

  it('holds no permit and no state while the person thinks about such a limit', async () => {
    const meanwhile: unknown[] = [];
    const l = await crossed(async () => {
      meanwhile.push([...l.open], await Promise.race([l.deps.call.inTurn(async () => 'free'), pass('taken')]));
      l.clock.advance(3_600_000);
      return 50;
    });
    assert.deepEqual(await l.run(), { type: 'done' });
    assert.deepEqual(meanwhile, [[], 'free']);
    assert.deepEqual(l.ran, ['make']);
    assert.deepEqual([...l.open], [l.of('effect.done')[0]?.effect], 'the state before it is held anew');
  });

  it('makes the conversation shorter for a turn that is taken, and for none that is not', async () => {
    const failure = failures.ruleStopped({ rule: 'sameCall', times: 4, tool: 'Read' });
    const more: Reply = async (_, request) => ({
      content: [call(`t${request.messages.length}`)],
      stopReason: 'tool_use',
    });
    const apply = (): void => undefined;
    const stopped = { type: 'stop', failure } as const;
    const ways: [Ending['type'], (l: Awaited<ReturnType<typeof loop>>) => Partial<LoopDeps>, Limits][] = [
      ['limit', () => ({}), { turns: 2 }],
      [
        'ruled',
        l => ({
          stopping: { apply, check: async () => (l.requests.length < 2 ? null : stopped), halted: async () => failure },
        }),
        {},
      ],
      ['waiting', l => ({ pause: async () => (l.requests.length < 2 ? null : { type: 'waiting', failure }) }), {}],
    ];
    for (const [type, end, limits] of ways) {
      const l = await loop([more], { limits });
      const asked: number[] = [];
      const compactor = { beforeTurn: async () => void asked.push(l.requests.length), refused: async () => false };
      Object.assign(l.deps, end(l), { compactor });
      assert.equal((await l.run()).type, type);
      assert.deepEqual(asked, [0, 1], type);
    }
  });

  it('begins no turn where it was stopped while the conversation was made shorter', async () => {
    const l = await loop([{}]);
    l.deps.compactor = { beforeTurn: async () => l.stop.abort(), refused: async () => false };
    assert.deepEqual(await l.run(), { type: 'stopped' });
    assert.deepEqual(l.of('turn.started'), []);
  });

  it('ends well as soon as a rule finds the task done, and writes that down once it may end', async () => {
    const ended: string[] = [];
    const mays = [false, true];
    const l = await loop([{ content: [call('t1')], stopReason: 'tool_use' }], {
      mayEnd: async (_signal, met) => {
        ended.push(`asked, met ${met}`);
        return mays.shift() ?? true;
      },
      stopping: {
        apply: () => undefined,
        check: async () =>
          l.requests.length === 0 ? null : { type: 'met', ended: async () => void ended.push('written') },
        halted: async () => failures.policyHalt({}),
      },
    });
    assert.deepEqual(await l.run(), { type: 'done' });
    assert.equal(l.requests.length, 2);
    assert.deepEqual(ended, ['asked, met true', 'asked, met true', 'written']);
  });

  it('ends by a rule before the next turn', async () => {
    const failure = failures.ruleStopped({ rule: 'sameCall', times: 4, tool: 'Read' });
    const l = await loop([{ content: [call('t1')], stopReason: 'tool_use' }], {
      stopping: {
        apply: () => undefined,
        check: async () => (l.requests.length < 2 ? null : { type: 'stop', failure }),
        halted: async () => failure,
      },
    });
    assert.deepEqual(await l.run(), { type: 'ruled', failure });
    assert.equal(l.requests.length, 2);
  });

  const untilStopped = async (io: ModelIo): Promise<never> => {
    if (!io.signal.aborted) await new Promise(resolve => io.signal.addEventListener('abort', resolve, { once: true }));
    throw new ModelError(failures.cancelled({}), nothingLost);
  };

  it('stops in the middle of a call when the minutes are over, and not before', async () => {
    const l = await loop([untilStopped], { limits: { minutes: 2 } });
    let ended = false;
    const ending = l.run().finally(() => {
      ended = true;
    });
    l.clock.advance(2 * 60_000 - 1);
    for (let round = 0; round < 5; round += 1) await pass();
    assert.equal(ended, false);
    l.clock.advance(1);
    assert.deepEqual(await ending, { type: 'limit' });
    assert.deepEqual(
      l.of('limit.reached').map(({ limit, allowed }) => [limit, allowed]),
      [['minutes', 2]],
    );
  });

  it('stops in the middle of a call when the person stops it', async () => {
    const l = await loop([untilStopped]);
    const ending = l.run();
    l.stop.abort();
    assert.deepEqual(await ending, { type: 'stopped' });
  });

  it('gives each call a result when it is stopped between two of them', async () => {
    const l = await loop([{ content: [call('t1'), call('t2')], stopReason: 'tool_use' }]);
    l.deps.call.prepare = async () => {
      l.stop.abort();
      return Promise.reject(new ModelError(failures.unknownTool({ tool: 'Read' }), nothingLost));
    };
    assert.deepEqual(await l.run(), { type: 'stopped' });
    assert.deepEqual(
      l.of('tool.answered').map(({ call, text }) => [call, text]),
      [
        ['t1', 'tool.unknown'],
        ['t2', 'run.stopped'],
      ],
    );
  });

  const failing = [
    [failures.modelRefused({}), 'failed'],
    [failures.contextTooLong({ message: '' }), 'failed'],
    [failures.keyRejected({ status: 401, message: '' }), 'unreachable'],
    [failures.modelUnreachable({ attempts: 8, problem: '' }), 'unreachable'],
    [failures.wrongServer({ origin: '', found: '' }), 'unreachable'],
  ] as const;
  for (const [failure, type] of failing)
    it(`is ${type} after ${failure.code}, and writes down what the call used`, async () => {
      const spent = { usage: { input: 5, output: 3, cacheRead: 2, cacheWrite: 1 }, usd: 0.25 };
      const l = await loop([() => Promise.reject(new ModelError(failure, { spent, open: false }))]);
      assert.deepEqual(await l.run(), { type, failure });
      assert.deepEqual(
        l.of('model.failed').map(({ usage, usd }) => ({ usage, usd })),
        [spent],
      );
    });

  it('writes down what a call that is tried again used', async () => {
    const spent = { usage: { input: 5, output: 30, cacheRead: 0, cacheWrite: 0 }, usd: null };
    const l = await loop([
      async io => {
        await io.onRetry({ attempt: 1, code: 'stream_cut', waitMs: 1, spent, open: false });
        await io.onRetry({ attempt: 2, code: 'overloaded', waitMs: 1, spent: null, open: false });
        return {};
      },
    ]);
    assert.deepEqual(await l.run(), { type: 'done' });
    assert.deepEqual(
      l.of('model.retrying').map(({ usage, usd }) => ({ usage, usd })),
      [spent, { usage: null, usd: undefined }],
    );
  });
});
