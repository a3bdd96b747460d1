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

  it('have ended before the run is measured, so that what they do last is measured too', async () => {
    const command = "trap 'echo bad > late.js; exit' TERM; touch ready; while :; do sleep 0.05; done";
    const wait = 'until test -e ready; do sleep 0.05; done';
    const played = await play(
      [
        { calls: [{ tool: 'Bash', input: { command, run_in_background: true } }] },
        { calls: [{ tool: 'Bash', input: { command: wait } }] },
        { say: 'done' },
        { say: 'done' },
        { say: 'done' },
      ],
      { accept: ['test ! -e late.js'], sandbox: 'container-is-the-boundary' },
    );
    assert.equal(played.result.accepted, false);
    const made = played.of('checkpoint.made').find(({ paths }) => paths?.includes('late.js'));
    const [measured] = played.of('acceptance.checked').filter(({ when }) => when === 'end');
    assert.ok(made !== undefined && measured !== undefined && made.seq < measured.seq);
    assert.ok(played.of('context.added').some(({ text }) => text.includes('in the background was ended')));
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
