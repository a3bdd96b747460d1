import assert from 'node:assert/strict';
import { createModes } from '../../../src/hosts/vscode/modes.ts';
import { createPresence } from '../../../src/hosts/vscode/presence.ts';
import type { HeldRun, Runs } from '../../../src/hosts/vscode/runs.ts';
import type { Mode } from '../../../src/protocol/command.ts';

function setUp(over: { setting?: Mode; confirmed?: boolean; kept?: unknown; running?: Mode } = {}) {
  const kept = new Map<string, unknown>([['mode', over.kept]]);
  const sent: [Mode, string][] = [];
  const seen = { revealed: 0, confirmed: over.confirmed ?? false };
  const modes = createModes({
    kept: { get: key => kept.get(key), update: async (key, value) => void kept.set(key, value) },
    setting: () => over.setting ?? 'ask',
    confirmed: {
      is: async () => seen.confirmed,
      set: async () => {
        seen.confirmed = true;
      },
    },
    running: () => over.running ?? null,
    send: (mode, by) => sent.push([mode, by]),
    reveal: async () => void seen.revealed++,
    onChange: () => undefined,
  });
  return { modes, sent, seen, kept };
}

describe('the mode of a workspace', () => {
  it('is the person’s choice for it, else their setting, and nothing that does not fit', () => {
    assert.equal(setUp({ setting: 'plan' }).modes.current(), 'plan');
    assert.equal(setUp({ setting: 'plan', kept: 'ask' }).modes.current(), 'ask');
    assert.equal(setUp({ kept: 'yolo' }).modes.current(), 'ask');
  });

  it('reaches every run that goes on, and is kept', async () => {
    const { modes, sent, kept } = setUp();
    await modes.choose('plan');
    assert.deepEqual([sent, kept.get('mode'), modes.current()], [[['plan', 'panel']], 'plan', 'plan']);
  });

  it('is Auto only after the page about it was confirmed, once on a machine', async () => {
    const { modes, sent, seen } = setUp();
    await modes.choose('auto');
    assert.deepEqual([modes.page(), modes.current(), sent], ['first', 'ask', []]);
    await modes.answer(false);
    assert.deepEqual([modes.page(), modes.current(), seen.confirmed], [null, 'ask', false]);
    await modes.choose('auto');
    await modes.answer(true);
    assert.deepEqual([modes.page(), modes.current(), sent], [null, 'auto', [['auto', 'panel']]]);
    await modes.choose('ask');
    await modes.choose('auto');
    assert.deepEqual([modes.page(), modes.current()], [null, 'auto']);
  });

  it('is never turned to Auto by a command, which anybody can call; that opens the question in the panel', async () => {
    for (const confirmed of [false, true]) {
      const { modes, sent, seen } = setUp({ confirmed });
      await modes.toggle();
      await modes.toggle();
      assert.deepEqual([modes.current(), sent, seen.revealed], ['ask', [], 2]);
      assert.equal(modes.page(), confirmed ? 'again' : 'first');
      await modes.answer(true);
      assert.deepEqual([modes.current(), sent], ['auto', [['auto', 'editor']]]);
    }
  });

  it('is turned off by a command at once, whether the workspace or the run on display is in Auto', async () => {
    for (const over of [{ kept: 'auto' }, { running: 'auto' as const }]) {
      const { modes, sent, seen } = setUp(over);
      await modes.toggle();
      assert.deepEqual([modes.current(), sent, seen.revealed], ['ask', [['ask', 'editor']], 0]);
    }
  });

  it('an answer that no page asked for changes nothing', async () => {
    const { modes, seen } = setUp();
    await modes.answer(true);
    assert.deepEqual([modes.current(), seen.confirmed], ['ask', false]);
  });

  it('lets no run start in Auto before the page was confirmed, whatever the setting', async () => {
    const { modes } = setUp({ setting: 'auto' });
    assert.equal(await modes.mayStart('ask'), true);
    assert.equal(await modes.mayStart(modes.current()), false);
    assert.equal(modes.page(), 'first');
    await modes.answer(true);
    assert.equal(await modes.mayStart('auto'), true);
  });
});

describe('whether a run is seen', () => {
  it('is told to each run that goes on, where it changes', () => {
    const told: string[] = [];
    const held = (id: string, state: HeldRun['state']): HeldRun =>
      ({
        id,
        state,
        send: (command: { away: boolean }) => told.push(`${id} ${command.away ? 'away' : 'back'}`),
      }) as unknown as HeldRun;
    const [one, two, over] = [held('one', () => 'running'), held('two', () => 'waiting'), held('over', () => 'done')];
    let [shown, visible] = [one, true];
    const runs = { list: () => [one, two, over], shown: () => shown } as unknown as Runs;
    const presence = createPresence(runs, () => visible);
    const after = (): string[] => {
      presence.update();
      return told.splice(0);
    };
    assert.deepEqual(after(), ['two away']);
    assert.deepEqual(after(), []);
    visible = false;
    assert.deepEqual(after(), ['one away']);
    [shown, visible] = [two, true];
    assert.deepEqual(after(), ['two back']);
    shown = over;
    assert.deepEqual(after(), ['two away']);
  });
});
