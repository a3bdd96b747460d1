import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { Run } from '../../../src/agent/run.ts';
import { createFeed } from '../../../src/hosts/vscode/feed.ts';
import { createRuns } from '../../../src/hosts/vscode/runs.ts';
import type { Observation, RunEvent } from '../../../src/protocol/event.ts';
import type { Told } from '../../../src/protocol/panel.ts';
import { answered, createScript, digest, exec, started } from '../../webview/events.ts';

/** A run that observes what the test says. */
function createRun(id = 'run-1'): {
  run: Run;
  say: (told: Told) => void;
  end: () => void;
  sent: unknown[];
} {
  const sent: unknown[] = [];
  const observers = new Set<(observation: Observation) => void>();
  const events: Extract<Observation, { type: 'event' }>['event'][] = [];
  let end: (result: Awaited<Run['result']>) => void = () => {};
  const run: Run = {
    id,
    earlier: 0,
    send(command) {
      sent.push(command);
      return 'taken';
    },
    observe(observer) {
      for (const event of events) observer({ type: 'event', event });
      observers.add(observer);
      return () => observers.delete(observer);
    },
    events: () => events,
    processes: () => [],
    processEnded: () => undefined,
    result: new Promise(resolve => {
      end = resolve;
    }),
  };
  return {
    run,
    say(told) {
      if (told.type === 'event') events.push(told.event);
      for (const observer of observers) observer(told);
    },
    sent,
    end: () => end({ run: id, status: 'done' } as Awaited<Run['result']>),
  };
}

const eventsIn = (items: readonly Told[]): RunEvent[] =>
  items.flatMap(item => (item.type === 'event' ? [item.event] : []));
const kinds = (items: readonly Told[]): string[] =>
  items.map(item => (item.type === 'event' ? item.event.kind : `live ${item.live.type}`));

describe("a run's feed", () => {
  it('tells in batches, with sentences', async () => {
    const { run, say } = createRun();
    const told = new EventEmitter();
    const feed = createFeed(run, items => told.emit('items', items));
    const { event, live } = createScript();
    const arrived = once(told, 'items');
    say(event(started));
    say(live({ type: 'text', turn: 1, text: 'I ' }));
    say(event({ kind: 'limit.reached', limit: 'turns', used: 3, allowed: 3 }));
    const [items] = (await arrived) as [Told[]];
    assert.deepEqual(kinds(items), ['run.started', 'live text', 'limit.reached']);
    assert.match(items[2]?.said?.[0] ?? '', /3 of 3 turns/);
    feed.dispose();
  });

  it('counts a limit that waits to be raised as a question', () => {
    const { run, say } = createRun();
    const feed = createFeed(run, () => {});
    const { event } = createScript();
    say(event(started));
    say(event({ kind: 'limit.reached', limit: 'turns', used: 3, allowed: 3 }));
    assert.deepEqual(feed.questions(), ['limit']);
    say(event({ kind: 'limit.raised', limit: 'turns', from: 3, to: 6 }));
    assert.deepEqual(feed.questions(), []);
    feed.dispose();
  });

  it('replays to a panel that opens late what is not an event yet', () => {
    const { run, say } = createRun();
    const feed = createFeed(run, () => {});
    const { event, live } = createScript();
    say(event(started));
    say(live({ type: 'text', turn: 1, text: 'Half ' }));
    say(live({ type: 'text', turn: 1, text: 'a turn' }));
    say(live({ type: 'question', question: 'q1', effect: 'e1', nonce: 'n1' }));
    const items = feed.replay();
    assert.deepEqual(kinds(items), ['run.started', 'live text', 'live question']);
    assert.deepEqual(items[1], { type: 'live', live: { type: 'text', turn: 1, text: 'Half a turn' } });
    say(event(answered(1, { type: 'text', text: 'Half a turn, whole.' })));
    say(live({ type: 'questionClosed', question: 'q1' }));
    assert.deepEqual(kinds(feed.replay()), ['run.started', 'model.answered']);
    feed.dispose();
  });

  it('replays the end of a long output, and none once the command is over', () => {
    const { run, say } = createRun();
    const feed = createFeed(run, () => {});
    const { event, live } = createScript();
    say(event({ kind: 'effect.proposed', effect: 'e1', call: 'c1', tool: 'Bash', value: exec('yes'), digest }));
    for (let at = 0; at < 3000; at++) say(live({ type: 'output', effect: 'e1', text: `${'y'.repeat(99)}\n` }));
    const last = feed.replay().at(-1);
    assert.ok(last?.type === 'live' && last.live.type === 'output');
    assert.ok(last.live.text.length <= 64_000, `${last.live.text.length} characters`);
    const failure = { code: 'run.stopped', audience: 'model' as const, args: {} };
    say(event({ kind: 'effect.failed', effect: 'e1', failure, durationMs: 1 }));
    assert.deepEqual(kinds(feed.replay()), ['effect.proposed', 'effect.failed']);
    feed.dispose();
  });
});

describe('the runs of a window', () => {
  it('are told apart, show who waits, and end each by itself', async () => {
    const changes = new EventEmitter();
    const runs = createRuns({ onTold: () => {}, onChange: () => changes.emit('change') });
    const [one, two] = [createRun('run-1'), createRun('run-2')];
    runs.add(one.run, { title: 'First', folder: '/a' });
    runs.add(two.run, { title: 'Second', folder: '/b' });
    assert.equal(runs.shown()?.id, 'run-2');
    const waits = once(changes, 'change');
    one.say({ type: 'live', live: { type: 'question', question: 'q', effect: 'e', nonce: 'n' } });
    await waits;
    assert.deepEqual(
      runs.list().map(held => [held.id, held.state()]),
      [
        ['run-2', 'running'],
        ['run-1', 'waiting'],
      ],
    );
    const ends = once(changes, 'change');
    two.end();
    await ends;
    assert.equal(runs.get('run-2')?.state(), 'done');
    assert.equal(runs.get('run-1')?.state(), 'waiting');
  });

  it('are stopped where they are at work, and left where they wait for the person', async () => {
    const runs = createRuns({ onTold: () => {}, onChange: () => {} });
    const [asks, works] = [createRun('run-1'), createRun('run-2')];
    runs.add(asks.run, { title: 'Asks', folder: '/a' });
    runs.add(works.run, { title: 'Works', folder: '/a' });
    asks.say({ type: 'live', live: { type: 'question', question: 'q', effect: 'e', nonce: 'n' } });
    const stopped = runs.stopAll();
    works.end();
    await stopped;
    assert.deepEqual(asks.sent, []);
    assert.deepEqual(works.sent, [{ type: 'stop', by: 'host' }]);
  });

  it('can be read from a journal, with what was left open told as cut off', () => {
    const runs = createRuns({ onTold: () => {}, onChange: () => {} });
    const { event } = createScript();
    const events = eventsIn([event(started), event({ kind: 'turn.started', turn: 1 })]);
    const held = runs.read('run-1', events, { title: 'First', folder: '/a' });
    assert.equal(held.state(), 'cutOff');
    assert.deepEqual(kinds(held.feed.replay()), ['run.started', 'turn.started']);
    assert.equal(held.send({ type: 'stop' }), 'late');
    const end = event({ kind: 'run.ended', status: 'limit', exitCode: 3, failure: null, survivors: [] });
    assert.equal(runs.read('run-1', [...events, ...eventsIn([end])], held).state(), 'limit');
    assert.equal(runs.read('run-1', events, { title: 'First', folder: '/a', elsewhere: true }).state(), 'elsewhere');
    assert.equal(runs.list().length, 1);
  });
});
