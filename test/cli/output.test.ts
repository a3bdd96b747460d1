import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { Run, RunResult } from '../../src/agent/run.ts';
import type { Io } from '../../src/hosts/cli/io.ts';
import { reportAsText } from '../../src/hosts/cli/output.ts';
import { createTerminal } from '../../src/hosts/cli/terminal.ts';
import type { RunEvent } from '../../src/protocol/event.ts';
import { Scene } from './scene.ts';
import { Sink } from './streams.ts';

const result: RunResult = {
  run: '20261120-042917-bw7f3kq2m9x4',
  status: 'done',
  exitCode: 0,
  turns: 1,
  usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  usd: 0,
  filesChanged: [],
  checkpoints: 0,
  asks: 0,
  denials: 0,
  accepted: null,
  acceptance: [],
  failure: null,
};

describe('what a person reads of a run', () => {
  it('begins, where it goes on, with the limits that it had last', async () => {
    const { observations } = new Scene()
      .start({ limits: { turns: 3 } })
      .event({ kind: 'limit.raised', limit: 'turns', from: 3, to: 5 })
      .event({ kind: 'run.resumed', gatehouse: '0', cutBytes: 0, limits: { turns: 8 } })
      .event({ kind: 'run.resumed', gatehouse: '0', cutBytes: 0, limits: { turns: 40 } });
    const events = observations.flatMap(seen => (seen.type === 'event' ? [seen.event] : []));
    const shown = async (seen: readonly RunEvent[], earlier: number): Promise<string> => {
      const run: Run = {
        id: result.run,
        earlier,
        events: () => seen,
        send: () => 'late',
        processes: () => [],
        processEnded: () => undefined,
        observe(observer) {
          for (const event of seen) observer({ type: 'event', event });
          return () => undefined;
        },
        result: Promise.resolve(result),
      };
      const out = new Sink();
      const io: Io = {
        stdin: new PassThrough(),
        stdout: out,
        stderr: new Sink(),
        env: {},
        cwd: '/',
        version: '0',
        interrupt: new AbortController().signal,
        ctrlC: () => undefined,
      };
      await reportAsText(run, io, createTerminal(out, new Sink(), false));
      return out.text;
    };
    assert.match(await shown(events.slice(0, 1), 0), / limits +3 turns\n/);
    assert.match(await shown(events.slice(0, 3), 2), / limits +5 turns\n[^]*now 8 turns/);
    const again = await shown(events, 3);
    assert.match(again, / limits +8 turns\n[^]*now 40 turns/);
    assert.doesNotMatch(again, /3 turns|now 8/);
  });
});
