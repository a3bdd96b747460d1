import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { inFull } from '../support/share.ts';
import { eventsOf, jsonOf, makeWorld, until, type World } from './support.ts';

const script = (turns: string): string => `turns:\n${turns}`;
const looping = script('  - calls: [{ tool: Read, input: { file_path: a.txt } }]\n    repeat: forever\n');

describe('the built command line', () => {
  let world: World;
  afterEach(() => world.close());

  const journalOf = (): string => {
    const [run] = readdirSync(join(world.home, 'runs'));
    return join(world.home, 'runs', run ?? '', 'journal.ndjson');
  };

  it('ends at once, and its commands with it, on a second Ctrl-C', async () => {
    world = makeWorld({});
    // An odd length of time, by which this very process is found again.
    const time = `299.${process.pid}`;
    const server = await world.rehearse(
      script(`
  - calls: [{ tool: Bash, input: { command: 'trap "" INT TERM; touch begun; sleep ${time}; sleep ${time}' } }]
  - say: Never.
`),
    );
    const args = ['run', 'Wait', '--mode', 'auto', '--on-ask', 'prompt', '--output', 'ndjson'];
    const cli = world.cli(args, { server, stdin: 'y\n' });
    await until(() => world.exists('begun'));
    cli.child.kill('SIGINT');
    await cli.says('"stop.requested"');
    cli.child.kill('SIGINT');
    const finished = await cli.done;
    assert.equal(finished.code, 130);
    const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    assert.ok(!processes.split('\n').includes(`sleep ${time}`), 'a process of the command is still running');
    assert.equal(eventsOf(journalOf()).at(-1)?.kind, 'stop.requested', 'the run was ended in good order instead');
  });

  inFull('ends a run in good order when nobody reads its output any more', async () => {
    world = makeWorld({ 'a.txt': 'x\n' });
    const server = await world.rehearse(looping);
    const cli = world.cli(['run', 'Loop', '--stop-rule', 'sameCall=off', '--output', 'ndjson'], { server });
    await cli.says('"turn":3');
    cli.child.stdout?.destroy();
    const finished = await cli.done;
    assert.deepEqual([finished.code, finished.stderr], [130, '']);
    const last = eventsOf(journalOf()).at(-1);
    assert.ok(last?.kind === 'run.ended');
    assert.equal(last.status, 'interrupted');
  });

  it('prints nothing but data with json and ndjson, also when the server answers nonsense', async () => {
    world = makeWorld({});
    const server = await world.rehearse(
      script('  - fault: { status: 400, message: "no\\nsuch thing", times: 2 }\n    say: x\n'),
    );
    for (const output of ['json', 'ndjson']) {
      const finished = await world.cli(['run', 'Hi', '--output', output], { server }).done;
      assert.notEqual(finished.code, 0);
      const lines = finished.stdout.trimEnd().split('\n');
      for (const line of lines) assert.equal(typeof JSON.parse(line), 'object');
      assert.equal(JSON.parse(lines.at(-1) ?? '').status, 'failed');
      assert.match(finished.stderr, /^gatehouse: .*no.*such thing.*\n$/);
    }
  });

  inFull('ends in silence where nobody reads on, as before `head`', async () => {
    world = makeWorld({});
    const cli = world.cli(['classify'], { stdin: '{"command":"ls"}\n'.repeat(40_000) });
    cli.child.stdout?.once('data', () => cli.child.stdout?.destroy());
    const { code, stderr } = await cli.done;
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('works in a folder whose name has blanks and letters of other scripts', async () => {
    world = makeWorld({ 'a b/ö.txt': 'one\n' });
    const folder = join(world.workspace, "it's ünïcode 工作");
    mkdirSync(folder);
    renameSync(join(world.workspace, 'a b'), join(folder, 'a b'));
    const server = await world.rehearse(
      script(`
  - calls:
      - { tool: Grep, input: { pattern: one } }
      - { tool: Read, input: { file_path: a b/ö.txt } }
  - calls: [{ tool: Edit, input: { file_path: a b/ö.txt, old_string: one, new_string: two } }]
  - calls: [{ tool: Bash, input: { command: 'cat "a b/ö.txt" > copy' } }]
  - say: Done.
`),
    );
    const args = ['run', 'Mend', '--mode', 'auto', '--on-ask', 'prompt', '--output', 'json', '--cwd', folder];
    const finished = await world.cli(args, { server, stdin: 'y\n' }).done;
    assert.equal(finished.code, 0, finished.stderr);
    assert.deepEqual(jsonOf(finished).filesChanged, ['a b/ö.txt', 'copy']);
    assert.equal(world.read("it's ünïcode 工作/copy"), 'two\n');
  });
});
