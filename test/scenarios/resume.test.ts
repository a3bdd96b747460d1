import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFull } from '../support/share.ts';
import { eventsOf, jsonOf, makeWorld, type World } from './support.ts';

const write = (name: string) => ({ calls: [{ tool: 'Write', input: { file_path: name, content: `${name}\n` } }] });
const push = { calls: [{ tool: 'Bash', input: { command: 'git push origin main' } }] };
const script = (...turns: object[]): string => JSON.stringify({ turns });
const auto = ['--mode', 'auto', '--output', 'json'];

describe('gatehouse resume', () => {
  let world: World;
  afterEach(() => world.close());

  it('goes on after a limit once that is raised, and counts what was spent before', async () => {
    world = makeWorld({ 'README.md': 'x\n' }, { git: true });
    const server = await world.rehearse(script(write('a'), write('b'), write('c'), { say: 'Done.' }));
    const first = await world.cli(['run', 'Go', ...auto, '--max-turns', '2'], { server }).done;
    assert.equal(first.code, 3);
    const again = await world.cli(['resume', '--mode', 'plan', '--output', 'json'], { server }).done;
    assert.equal(again.code, 3);
    const last = await world.cli(['resume', '--mode', 'auto', '--output', 'json', '--max-turns', '4'], { server }).done;
    assert.equal(last.code, 0, last.stderr);
    assert.deepEqual([jsonOf(last).turns, jsonOf(last).filesChanged], [4, ['a', 'b', 'c']]);
    assert.equal(jsonOf(last).run, jsonOf(first).run);
    const modes = eventsOf(jsonOf(last).journal).flatMap(event => (event.kind === 'mode.changed' ? [event.mode] : []));
    assert.deepEqual(modes, ['plan', 'auto']);
    // The last one is the reviewer's.
    const bodies = server.requests().map(({ body }) => body);
    assert.ok(bodies.some(body => body.includes('was interrupted and goes on now')));
  });

  inFull('prints only what is new with --output ndjson', async () => {
    world = makeWorld({ 'README.md': 'x\n' }, { git: true });
    const server = await world.rehearse(script(write('a'), write('b'), { say: 'Done.' }));
    await world.cli(['run', 'Go', ...auto, '--max-turns', '1'], { server }).done;
    const { stdout } = await world.cli(['resume', '--output', 'ndjson', '--max-turns', '9'], { server }).done;
    const kinds = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).kind);
    assert.equal(kinds[0], 'run.resumed');
    assert.equal(kinds.at(-2), 'run.ended');
  });

  it('refuses a run that is done, until the person has new words for it', async () => {
    world = makeWorld({ 'README.md': 'x\n' }, { git: true });
    const server = await world.rehearse(
      script({ say: 'Done.' }, { when: { user: 'and b too' }, ...write('b') }, { say: 'That as well.' }),
    );
    const first = await world.cli(['run', 'Go', ...auto], { server }).done;
    const { run } = jsonOf(first);
    const none = await world.cli(['resume'], { server }).done;
    assert.equal(none.code, 2);
    assert.match(none.stderr, /No run of this folder can go on/);
    const journal = readFileSync(jsonOf(first).journal);
    const over = await world.cli(['resume', run.slice(0, 12)], { server }).done;
    assert.match(over.stderr, /has ended \(done\)/);
    assert.deepEqual(readFileSync(jsonOf(first).journal).length, journal.length);
    const more = await world.cli(['resume', '--answer', 'and b too', '--output', 'json'], { server }).done;
    assert.equal(more.code, 0, more.stderr);
    assert.deepEqual([jsonOf(more).run, world.read('b')], [run, 'b\n']);
  });

  for (const changed of [false, true])
    (changed ? it : inFull)(
      `${changed ? 'asks again' : 'does not ask again'} what was allowed for the run, ${changed ? 'where the policy has changed' : 'under the same policy'}`,
      async () => {
        world = makeWorld({ 'README.md': 'x\n' }, { git: true });
        const server = await world.rehearse(script(push, push, { say: 'Done.' }));
        const args = [...auto, '--on-ask', 'prompt'];
        const first = await world.cli(['run', 'Go', ...args, '--max-turns', '1'], { server, stdin: 'r\n' }).done;
        assert.equal(jsonOf(first).asks, 1);
        if (changed) {
          mkdirSync(join(world.workspace, '.gatehouse'));
          const rules = 'version: 1\nrules:\n  - { decision: deny, when: { command: npm publish } }\n';
          writeFileSync(join(world.workspace, '.gatehouse/policy.yaml'), rules);
        }
        const more = ['resume', '--output', 'json', '--on-ask', 'prompt', '--max-turns', '9'];
        const last = await world.cli(more, { server, stdin: 'y\n' }).done;
        assert.equal(last.code, 0, last.stderr);
        assert.equal(jsonOf(last).asks, changed ? 2 : 1);
        const given = eventsOf(jsonOf(last).journal).filter(event => event.kind === 'grant.given');
        assert.equal(given.length, 1);
      },
    );

  inFull('keeps to the policy that the run was started with', async () => {
    world = makeWorld({ 'README.md': 'x\n' }, { git: true });
    const policy = join(world.home, '..', 'strict.yaml');
    writeFileSync(policy, 'version: 1\nrules:\n  - { decision: deny, when: { effect: edit, paths: b } }\n');
    const server = await world.rehearse(script(write('a'), write('b'), { say: 'Done.' }));
    await world.cli(['run', 'Go', ...auto, '--policy', policy, '--max-turns', '1'], { server }).done;
    const last = await world.cli(['resume', '--output', 'json', '--max-turns', '9'], { server }).done;
    assert.equal(last.code, 0, last.stderr);
    assert.deepEqual([jsonOf(last).denials, world.exists('b')], [1, false]);
  });

  inFull('tells the person what goes on, and not again what was', async () => {
    world = makeWorld({ 'README.md': 'x\n' }, { git: true });
    const server = await world.rehearse(script({ say: 'First words.', ...write('a') }, { say: 'Last words.' }));
    await world.cli(['run', 'Go', ...auto, '--max-turns', '1'], { server }).done;
    const { stdout } = await world.cli(['resume', '--max-turns', '9'], { server }).done;
    assert.match(stdout, /↻ Going on with the run\./);
    assert.match(stdout, /Its limits are now 9 turns/);
    assert.match(stdout, /Last words\./);
    assert.doesNotMatch(stdout, /First words/);
  });
});
