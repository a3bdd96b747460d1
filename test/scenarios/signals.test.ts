import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { share } from '../support/share.ts';
import { eventsOf, makeWorld, until, type World } from './support.ts';

describe('a signal to the built command line', () => {
  let world: World;
  afterEach(() => world.close());

  /** Whether a `sleep` of this odd length, by which a test finds its own, is there. */
  const sleeps = (time: string): boolean =>
    execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n').includes(`sleep ${time}`);

  const rows = [
    ['SIGTERM', true],
    ['SIGHUP', true],
    ['SIGKILL', false],
    ['SIGQUIT', true],
  ] as const;
  for (const [index, [signal, orderly]] of share([...rows.entries()], 2))
    it(`leaves no command behind: ${signal}${orderly ? ' ends the run in good order' : ''}`, async () => {
      world = makeWorld({});
      const [near, far] = [`29${index}.1${process.pid}`, `29${index}.2${process.pid}`];
      const server = await world.rehearse(`turns:
  - calls: [{ tool: Bash, input: { command: 'sleep ${far}', run_in_background: true } }]
  - calls: [{ tool: Bash, input: { command: 'touch begun; sleep ${near}' } }]
  - say: Never.
`);
      const args = ['run', 'Wait', '--mode', 'auto', '--on-ask', 'prompt', '--output', 'json'];
      const cli = world.cli(args, { server, stdin: 'y\ny\n' });
      await until(() => world.exists('begun') && sleeps(near) && sleeps(far));
      cli.child.kill(signal);
      const finished = await cli.done;
      await until(() => !sleeps(near) && !sleeps(far));
      if (!orderly) return;
      assert.equal(finished.code, 130);
      const [run = ''] = readdirSync(join(world.home, 'runs'));
      const last = eventsOf(join(world.home, 'runs', run, 'journal.ndjson')).at(-1);
      assert.ok(last?.kind === 'run.ended');
      assert.deepEqual([last.status, last.survivors], ['interrupted', []]);
    });
});
