import assert from 'node:assert/strict';
import { createLimiting } from '../../../src/agent/limits/limiting.ts';
import type { LimitQuestion } from '../../../src/ports/approver.ts';
import { type Limits, noUsage } from '../../../src/protocol/budget.ts';
import type { EditEffect } from '../../../src/protocol/effect.ts';
import type { EventBody, EventKind, EventOf, RunEvent } from '../../../src/protocol/event.ts';
import { handClock, memoryJournal } from '../../support/fakes.ts';

const digest = '0'.repeat(64);
const { signal } = new AbortController();

function edit(path: string, added: number, removed = 0): EditEffect {
  const next = { sha256: digest, bytes: 1 };
  return { kind: 'edit', path, base: null, next, patch: '', added, removed };
}

function edited(effect: string, value: EditEffect): EventBody[] {
  return [
    { kind: 'effect.proposed', effect, call: 'c', tool: 'Edit', value, digest },
    {
      kind: 'effect.done',
      effect,
      outcome: { kind: 'edit', path: value.path, file: { sha256: digest, bytes: 1 } },
      durationMs: 1,
    },
  ];
}

const denied: EventBody = {
  kind: 'effect.decided',
  effect: 'e',
  decision: { verdict: 'deny', by: { type: 'static' }, reasons: [] },
};

/** A run with these limits that has come so far; a person answers `ask`. */
async function at(
  limits: Limits,
  bodies: readonly EventBody[] = [],
  ask: ((question: LimitQuestion, signal: AbortSignal) => Promise<number | null>) | null = async () => null,
) {
  const journal = memoryJournal();
  const clock = handClock();
  const append = async (body: EventBody): Promise<RunEvent> => {
    const event = await journal.append(body);
    limiting.apply(event);
    return event;
  };
  const asked: LimitQuestion[] = [];
  const limiting = createLimiting({
    journal: { append },
    clock,
    limits,
    ask:
      ask === null
        ? null
        : (question, withdrawn) => {
            asked.push(question);
            return ask(question, withdrawn);
          },
  });
  for (const body of bodies) await append(body);
  limiting.begin(clock.now());
  const of = <K extends EventKind>(kind: K): EventOf<K>[] =>
    journal.events.filter((event): event is EventOf<K> => event.kind === kind);
  return { limiting, clock, append, asked, of };
}

const turns = (count: number): EventBody[] =>
  Array.from({ length: count }, (_, index) => ({ kind: 'turn.started', turn: index + 1 }));

describe('the limits of a run', () => {
  it('let the last allowed turn be taken, and no other', async () => {
    const { limiting, append, of } = await at({ turns: 4 }, turns(3));
    assert.equal(await limiting.mayTakeTurn(signal), true);
    await append({ kind: 'turn.started', turn: 4 });
    assert.equal(await limiting.mayTakeTurn(signal), false);
    assert.deepEqual(
      of('limit.reached').map(({ limit, used, allowed }) => [limit, used, allowed]),
      [['turns', 4, 4]],
    );
  });

  it('warn once at 75 and once at 90 percent, and again when they are raised', async () => {
    const { limiting, append, of } = await at({ turns: 20 });
    const warned = (): unknown => of('limit.warned').map(({ share, used, allowed }) => [share, used, allowed]);
    for (const { kind, turn } of turns(19) as { kind: 'turn.started'; turn: number }[]) {
      await append({ kind, turn });
      await limiting.mayGoOn(signal);
    }
    assert.deepEqual(warned(), [
      [75, 15, 20],
      [90, 18, 20],
    ]);
    await limiting.raise('turns', 25);
    await limiting.mayGoOn(signal);
    assert.deepEqual(of('limit.warned').at(-1)?.allowed, 25);
  });

  it('refuse an edit that would cross them, and take one that just fits', async () => {
    const { limiting, of } = await at({ files: 2, lines: 10 }, [
      ...edited('e1', edit('/w/a', 4)),
      ...edited('e2', edit('/w/b', 4)),
    ]);
    assert.equal(await limiting.mayChange(edit('/w/a', 1, 1), signal), null);
    assert.equal((await limiting.mayChange(edit('/w/a', 2, 1), signal))?.code, 'run.limitReached');
    assert.deepEqual(
      of('limit.reached').map(({ limit, used, allowed, next }) => [limit, used, allowed, next]),
      [['lines', 8, 10, 3]],
    );
    assert.equal(await limiting.mayGoOn(signal), false, 'nothing goes on after it');
  });

  it('stop where a command has changed more files than allowed', async () => {
    const { limiting, append, of } = await at({ files: 1 });
    const paths = ['a', 'b'];
    await append({ kind: 'checkpoint.made', checkpoint: 1, effect: 'e', before: null, after: null, files: 2, paths });
    assert.equal(await limiting.mayGoOn(signal), false);
    assert.deepEqual(of('limit.reached')[0]?.used, 2);
  });

  const ran = (added: number, removed: number): EventBody => ({
    kind: 'checkpoint.made',
    checkpoint: 1,
    effect: 'e',
    before: null,
    after: null,
    files: 1,
    paths: ['a'],
    lines: { added, removed, atMost: false, uncounted: 0, each: [[added, removed]] },
  });
  const command = { kind: 'exec', command: 'make', cwd: '/w', timeoutMs: 1, background: false } as const;

  it('let nothing more be done once a command has changed more lines than allowed, until they are raised', async () => {
    const { limiting, append, of } = await at({ lines: 10 });
    await append(ran(6, 4));
    assert.equal(await limiting.mayChange(command, signal), null, 'all that are allowed may be used');
    assert.equal(await limiting.mayEndWell(signal), true);
    await append(ran(1, 0));
    assert.equal((await limiting.mayChange(command, signal))?.code, 'run.limitReached');
    assert.deepEqual([await limiting.mayGoOn(signal), await limiting.mayEndWell(signal)], [false, false]);
    assert.deepEqual(
      of('limit.reached').map(({ limit, used, allowed }) => [limit, used, allowed]),
      [['lines', 11, 10]],
    );
    assert.deepEqual(of('limit.warned'), [], 'what is crossed is told of by what it stops');
    const more = await at({ lines: 10 }, [ran(11, 0)], async () => 20);
    assert.equal(await more.limiting.mayEndWell(signal), true);
    assert.deepEqual(more.of('limit.raised')[0]?.to, 20);
  });

  it('stop at lines that a command changed and nobody has looked at', async () => {
    const { limiting, append } = await at({ unreviewedLines: 10 }, [ran(4, 5)]);
    assert.equal(await limiting.mayGoOn(signal), true);
    await append(ran(1, 0));
    assert.equal(await limiting.mayGoOn(signal), false);
  });

  it('stop at the last refusal that is allowed', async () => {
    const { limiting, append } = await at({ refusals: 2 }, [denied]);
    assert.equal(await limiting.mayGoOn(signal), true);
    await append(denied);
    assert.equal(await limiting.mayGoOn(signal), false);
  });

  const kept = (path: string, left: number): EventBody => ({
    kind: 'change.reviewed',
    path,
    how: 'kept',
    baseline: null,
    lines: 1,
    left,
  });

  it('stop at so many lines that nobody has looked at, an edit that a person allowed not counted', async () => {
    const seen: EventBody[] = [
      { kind: 'question.asked', question: 'q', effect: 'e0' },
      { kind: 'question.answered', question: 'q', effect: 'e0', answer: { verdict: 'allow' } },
      ...edited('e0', edit('/w/seen', 90)),
    ];
    const { limiting, append, of } = await at({ unreviewedLines: 10 }, [...seen, ...edited('e1', edit('/w/a', 6, 3))]);
    assert.equal(await limiting.mayGoOn(signal), true);
    for (const body of edited('e2', edit('/w/b', 1))) await append(body);
    assert.equal(await limiting.mayTakeTurn(signal), false);
    assert.deepEqual(
      of('limit.reached').map(({ limit, used, allowed }) => [limit, used, allowed]),
      [['unreviewedLines', 10, 10]],
    );
  });

  it('go on without more where the person looks at the changes meanwhile', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const { limiting, append, of } = await at(
      { unreviewedLines: 10 },
      edited('e1', edit('/w/a', 12)),
      (_question, withdrawn) => {
        resolve();
        return new Promise(answer => withdrawn.addEventListener('abort', () => answer(null)));
      },
    );
    const goesOn = limiting.mayGoOn(signal);
    await asked;
    await append(kept('/w/a', 11));
    await append(kept('/w/a', 3));
    assert.equal(await goesOn, true);
    assert.equal(limiting.over(), false);
    assert.equal(of('limit.raised').length, 0);
  });

  it('go on where the person gives more, with what is raised written down', async () => {
    const { limiting, asked, of } = await at({ turns: 3 }, turns(3), async () => 6);
    assert.equal(await limiting.mayTakeTurn(signal), true);
    assert.deepEqual(asked, [{ limit: 'turns', used: 3, allowed: 3, next: null }]);
    assert.deepEqual(
      of('limit.raised').map(({ limit, from, to }) => [limit, from, to]),
      [['turns', 3, 6]],
    );
    assert.deepEqual(limiting.limits(), { turns: 6 });
  });

  it('go on where another surface raises them while the question is open, which is withdrawn', async () => {
    const open = Promise.withResolvers<void>();
    let withdrawn = false;
    const { limiting } = await at({ turns: 3 }, turns(3), async (_question, gone) => {
      gone.addEventListener('abort', () => {
        withdrawn = true;
      });
      open.resolve();
      return new Promise(() => undefined);
    });
    const going = limiting.mayTakeTurn(signal);
    await open.promise;
    assert.equal(limiting.canRaise('turns', 3), false);
    await limiting.raise('turns', 4);
    assert.equal(await going, true);
    assert.equal(withdrawn, true);
  });

  it('are raised by nobody where they are not set, and never lowered', async () => {
    const { limiting, of } = await at({ turns: 3 });
    await limiting.raise('files', 5);
    await limiting.raise('turns', 2);
    await limiting.raise('turns', Number.POSITIVE_INFINITY);
    assert.deepEqual([of('limit.raised'), limiting.limits()], [[], { turns: 3 }]);
  });

  it('end the minutes for what is under way, and give the next more once they are raised', async () => {
    const { limiting, clock, of } = await at({ minutes: 2 }, [], async () => 5);
    const deadline = limiting.deadline();
    clock.advance(2 * 60_000);
    await new Promise(setImmediate);
    assert.equal(deadline.aborted, true);
    assert.equal(await limiting.mayGoOn(signal), true);
    assert.equal(limiting.deadline().aborted, false);
    assert.deepEqual(of('limit.reached')[0]?.used, 2);
  });

  const dear = { usage: { ...noUsage, output: 100 }, usd: 2 };
  const gate = { model: 'g', asks: false, signal };

  it('keep a call from being made that has no time for a question, and ask before the run goes on', async () => {
    const { limiting, asked, of } = await at({ usd: 1 }, [], async () => 3);
    await assert.rejects(limiting.purse.hold(dear, gate), /run.limitReached/);
    assert.deepEqual([asked, limiting.over()], [[], false]);
    assert.equal(await limiting.mayGoOn(signal), true);
    assert.deepEqual(asked, [{ limit: 'usd', used: 0, allowed: 1, next: 2 }]);
    assert.equal(await limiting.mayGoOn(signal), true);
    assert.deepEqual([asked.length, of('limit.reached').length, limiting.limits()], [1, 1, { usd: 3 }]);
    await limiting.purse.hold(dear, gate);
  });

  it('do not ask about such a call while an effect is under way, nor where the run ends', async () => {
    const { limiting, asked } = await at({ usd: 1, files: 1 }, [], async () => 3);
    await assert.rejects(limiting.purse.hold(dear, gate));
    assert.deepEqual([await limiting.mayChange(command, signal), limiting.fits(command)], [null, true]);
    assert.deepEqual([await limiting.mayEndWell(signal), asked], [true, []]);
    assert.equal(await limiting.mayTakeTurn(signal), true);
    assert.deepEqual(asked.length, 1);
  });

  it('tell without a question whether an effect fits', async () => {
    const { limiting, asked, append, of } = await at({ files: 1 }, edited('e1', edit('/w/a', 1)), async () => 2);
    assert.deepEqual(
      [limiting.fits(edit('/w/a', 9)), limiting.fits(edit('/w/b', 1)), limiting.fits(command)],
      [true, false, true],
    );
    assert.deepEqual([asked, of('limit.reached')], [[], []]);
    assert.deepEqual([await limiting.mayChange(edit('/w/b', 1), signal), limiting.fits(edit('/w/b', 1))], [null, true]);
    for (const path of ['/w/b', '/w/c']) for (const body of edited(path, edit(path, 1))) await append(body);
    assert.equal(limiting.fits(command), false);
  });

  it('ask once where edits of a turn come to the same limit', async () => {
    const { limiting, asked } = await at({ lines: 4 }, edited('e1', edit('/w/a', 3)), async () => 20);
    const both = ['/w/b', '/w/c'].map(path => limiting.mayChange(edit(path, 2), signal));
    assert.deepEqual([await Promise.all(both), asked.length], [[null, null], 1]);
  });

  it('do not ask about such a call once the limit was raised by itself', async () => {
    const { limiting, asked } = await at({ usd: 1 });
    await assert.rejects(limiting.purse.hold(dear, gate));
    await limiting.raise('usd', 5);
    assert.deepEqual([await limiting.mayGoOn(signal), asked], [true, []]);
  });

  it('end the run after such a call where the person gives no more, or where nobody is there', async () => {
    for (const ask of [async () => null, null]) {
      const { limiting, of } = await at({ usd: 1 }, [], ask);
      await assert.rejects(limiting.purse.hold(dear, gate));
      assert.deepEqual([await limiting.mayGoOn(signal), limiting.over()], [false, true]);
      assert.equal(of('limit.reached').length, 1);
    }
  });

  it('end the minutes also where the clock was set back meanwhile', async () => {
    const journal = memoryJournal();
    const slept = Promise.withResolvers<void>();
    let now = 5_000_000;
    const clock = { now: () => now, sleep: () => slept.promise };
    const limiting = createLimiting({ journal, clock, limits: { minutes: 2 }, ask: null });
    limiting.begin(now);
    const deadline = limiting.deadline();
    now -= 3_600_000;
    slept.resolve();
    await new Promise(setImmediate);
    assert.equal(deadline.aborted, true);
    assert.equal(await limiting.mayGoOn(signal), false, 'or the run would turn in a circle');
  });

  it('take more minutes than a timer can be set for', async () => {
    const waits: number[] = [];
    const first = Promise.withResolvers<void>();
    const clock = {
      now: () => 0,
      sleep(ms: number) {
        waits.push(ms);
        return waits.length === 1 ? first.promise : new Promise<void>(() => undefined);
      },
    };
    const limiting = createLimiting({ journal: memoryJournal(), clock, limits: { minutes: 40_000 }, ask: null });
    const deadline = limiting.deadline();
    first.resolve();
    await new Promise(setImmediate);
    assert.deepEqual([waits, deadline.aborted], [[2 ** 31 - 1, 40_000 * 60_000 - (2 ** 31 - 1)], false]);
  });

  it('count what was spent before the run went on', async () => {
    const usage = { input: 100, output: 10, cacheRead: 0, cacheWrite: 0 };
    const answered: EventBody = {
      kind: 'model.answered',
      turn: 1,
      model: 'm',
      content: [],
      stopReason: 'end_turn',
      usage,
      usd: 0.5,
      requestBytes: 1,
      repeatedBytes: 0,
      durationMs: 1,
    };
    const { limiting } = await at({ tokens: 200, usd: 1 }, [answered]);
    assert.deepEqual(limiting.purse.room(), { tokens: 90, usd: 0.5 });
    const call = { model: 'm', asks: false, signal };
    await limiting.purse.hold({ usage: { ...noUsage, cacheWrite: 90 }, usd: 0.5 }, call);
    await assert.rejects(limiting.purse.hold({ usage: { ...noUsage, output: 1 }, usd: 0 }, call));
  });

  it('are those that the run goes on with, higher or lower, whatever was raised before', async () => {
    const raised: EventBody = { kind: 'limit.raised', limit: 'turns', from: 3, to: 5 };
    const resumed = (limits?: Limits): EventBody => ({
      kind: 'run.resumed',
      gatehouse: '0',
      cutBytes: 0,
      ...(limits === undefined ? {} : { limits }),
    });
    const after = async (given: Limits, ...bodies: EventBody[]): Promise<Limits> =>
      (await at(given, [...turns(5), raised, ...bodies])).limiting.limits();
    assert.deepEqual(await after({ turns: 40 }, resumed({ turns: 40 })), { turns: 40 });
    assert.deepEqual(await after({ turns: 2 }, resumed({ turns: 2 })), { turns: 2 });
    assert.deepEqual(await after({ turns: 40 }, resumed({ turns: 40 }), resumed()), { turns: 40 });
    assert.deepEqual(await after({ turns: 5 }, resumed()), { turns: 5 });
    assert.deepEqual(await after({ turns: 6 }, resumed({ turns: 40 }), { ...raised, from: 40, to: 60 }), { turns: 60 });
    const { limiting } = await at({ turns: 40 }, [...turns(5), raised, resumed({ turns: 40 })]);
    assert.equal(await limiting.mayTakeTurn(signal), true);
  });
});
