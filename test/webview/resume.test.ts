import assert from 'node:assert/strict';
import type { EventBody } from '../../src/protocol/event.ts';
import type { Told } from '../../src/protocol/panel.ts';
import { cutOff } from '../../webview-ui/src/view/end.ts';
import { foldAll } from '../../webview-ui/src/view/fold.ts';
import type { ToolItem } from '../../webview-ui/src/view/items.ts';
import { entries } from '../../webview-ui/src/view/log.ts';
import type { View } from '../../webview-ui/src/view/view.ts';
import { answered, createScript, digest, exec, execDone, started } from './events.ts';

const proposed = (effect: string): EventBody => ({
  kind: 'effect.proposed',
  effect,
  call: 'c1',
  tool: 'Bash',
  value: exec('npm test'),
  digest,
});

function tool(view: View): ToolItem {
  const found = entries(view.items).find(item => item.type === 'tool');
  assert.ok(found?.type === 'tool');
  return found;
}

describe('a run that was cut off', () => {
  const resumed: EventBody = { kind: 'run.resumed', gatehouse: '1', cutBytes: 0 };

  function asked(): { items: Told[]; event: ReturnType<typeof createScript>['event'] } {
    const { event } = createScript();
    const calls = answered(1, { type: 'tool_use', id: 'c1', name: 'Bash', input: { command: 'npm test' } });
    const bodies: EventBody[] = [
      started,
      { kind: 'turn.started', turn: 1 },
      calls,
      proposed('e1'),
      { kind: 'question.asked', question: 'q1', effect: 'e1' },
    ];
    return { items: bodies.map(body => event(body)), event };
  }

  it('is over where nobody goes on with it, and asks nothing', () => {
    const view = cutOff(foldAll(asked().items));
    assert.deepEqual([view.active, view.thinking, view.questions], [false, false, []]);
    assert.deepEqual([tool(view).state, tool(view).question], ['unfinished', null]);
  });

  it('asks again in the same row once it goes on, and ends there', () => {
    const { items, event } = asked();
    const again = [
      event(resumed, 'Resumed.'),
      event(proposed('e2')),
      event({ kind: 'question.asked', question: 'q2', effect: 'e2' }),
    ];
    const view = foldAll([...items, ...again]);
    assert.deepEqual([view.active, view.questions], [true, ['q2']]);
    assert.deepEqual([tool(view).state, tool(view).question?.question], ['asking', 'q2']);
    assert.equal(entries(view.items).filter(item => item.type === 'tool').length, 1);
    const done = foldAll([
      ...items,
      ...again,
      event({ kind: 'effect.intended', effect: 'e2', digest }),
      event(execDone('e2', 0)),
    ]);
    assert.equal(tool(done).state, 'done');
  });

  it('tells of a call that was over before it went on as done or failed, by its answer', () => {
    for (const isError of [false, true]) {
      const { items, event } = asked();
      const answer: EventBody = { kind: 'tool.answered', call: 'c1', tool: 'Bash', text: '', isError, masked: 0 };
      const view = foldAll([...items, event(resumed), event(answer)]);
      assert.equal(tool(view).state, isError ? 'failed' : 'done');
    }
  });

  it('counts no time between', () => {
    const { items, event } = asked();
    const at = (told: Told, ms: number): Told =>
      told.type === 'event' ? { ...told, event: { ...told.event, at: ms } } : told;
    const end: EventBody = { kind: 'run.ended', status: 'done', exitCode: 0, failure: null, survivors: [] };
    const timed = [...items.map(told => at(told, 1000)), at(event(resumed), 61_000), at(event(end), 62_000)];
    const last = entries(foldAll(timed).items).at(-1);
    assert.equal(last?.type === 'end' && last.durationMs, 1000);
  });
});
