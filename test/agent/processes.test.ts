import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeRun } from '../../src/hosts/compose.ts';
import { openHome } from '../../src/journal/home.ts';
import type { EventOf } from '../../src/protocol/event.ts';
import { play } from './play.ts';

describe('the background processes of a run', () => {
  it('have ended before the run has, and its journal says so in that order', async () => {
    const command = 'echo begun; sleep 60';
    const script = [{ calls: [{ tool: 'Bash', input: { command, run_in_background: true } }] }, { say: 'done' }];
    const played = await play(script);
    const [ended, ...more] = played.of('process.ended');
    const [over] = played.of('run.ended');
    assert.ok(ended !== undefined && over !== undefined);
    assert.deepEqual(more, []);
    assert.ok(ended.seq < over.seq, `${ended.seq} is not before ${over.seq}`);
    assert.deepEqual([ended.survivors, over.survivors], [[], []]);
    const started = played.of('effect.done')[0]?.outcome;
    assert.equal(started?.kind === 'exec' && started.process, ended.process);
  });

  it('are told of with what they tried, where they tried anything', async () => {
    const base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-processes-')));
    try {
      const workspace = join(base, 'workspace');
      mkdirSync(workspace);
      writeFileSync(join(base, 'script.yaml'), 'turns:\n  - say: Done.\n');
      const run = await composeRun({
        prompt: 'go',
        workspace,
        mode: 'auto',
        home: await openHome({ env: { GATEHOUSE_HOME: join(base, 'state') }, workspace }),
        approver: { ask: async () => null },
        editor: null,
        endpoint: { type: 'rehearsal', script: join(base, 'script.yaml') },
        env: { PATH: process.env['PATH'] },
        version: '0.0.0',
      });
      const over = { exitCode: 1, survivors: [] };
      const tried = { type: 'host', host: 'a.example', port: 443 } as const;
      run.processEnded({ ...over, process: 'bg-1', violations: [] });
      run.processEnded({ ...over, process: 'bg-2', violations: [tried] });
      await run.result;
      const told = run.events().filter((event): event is EventOf<'process.ended'> => event.kind === 'process.ended');
      assert.deepEqual(
        told.map(({ process, violations }) => [process, violations]),
        [
          ['bg-1', undefined],
          ['bg-2', [tried]],
        ],
      );
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  });
});
