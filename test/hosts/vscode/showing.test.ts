import assert from 'node:assert/strict';
import { createRuns } from '../../../src/hosts/vscode/runs.ts';
import { createShowing } from '../../../src/hosts/vscode/showing.ts';
import type { RunEvent } from '../../../src/protocol/event.ts';
import type { HostMessage } from '../../../src/protocol/panel.ts';
import { eventsWith, pastRun } from './pastRun.ts';

function setUp() {
  const events = eventsWith(1);
  const posted: HostMessage[] = [];
  const reading = Promise.withResolvers<readonly RunEvent[]>();
  const runs = createRuns({ onTold: () => undefined, onChange: () => undefined });
  const unused = (): never => assert.fail('not asked for here');
  const showing = createShowing({
    runs,
    past: {
      list: async () => [],
      find: async () => pastRun(events),
      events: () => reading.promise,
      home: unused,
    },
    panel: {
      post: message => posted.push(message),
      reveal: async () => undefined,
      visible: () => true,
      badge: unused,
      dispose: unused,
    },
    findings: { show: () => undefined, of: () => null, open: () => [], dispose: unused },
    asking: {
      approver: { ask: unused },
      attract: unused,
      meant: unused,
      checkRule: unused,
      tellDenied: () => undefined,
    },
    lists: [],
    refresh: async () => undefined,
  });
  const displayed = () => posted.flatMap(message => (message.type === 'replay' ? [message.run] : []));
  return { runs, showing, displayed, read: () => reading.resolve(events) };
}

describe('the run on display', () => {
  it('is one of before, once its journal has been read', async () => {
    const { runs, showing, displayed, read } = setUp();
    const opened = showing.open('run-1');
    read();
    await opened;
    assert.equal(runs.shown()?.id, 'run-1');
    assert.deepEqual(displayed(), ['run-1']);
  });

  it('stays what was chosen after it, where its journal took long to read', async () => {
    const { runs, showing, displayed, read } = setUp();
    const opened = showing.open('run-1');
    showing.show(null);
    read();
    await opened;
    assert.equal(runs.shown(), null);
    assert.deepEqual(displayed(), [null]);
  });
});
