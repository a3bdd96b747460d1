import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eventsOf, jsonOf, makeWorld, type World } from './support.ts';

const run = `turns:
  - calls: [{ tool: Bash, input: { command: 'cp keep.txt one.txt' } }]
  - calls: [{ tool: Bash, input: { command: 'cp keep.txt one.txt' } }]
  - say: Done.
`;

describe('a rule from an answer, through the command line', () => {
  let world: World;
  before(() => {
    world = makeWorld({ 'keep.txt': 'kept\n' }, { git: true });
  });
  after(() => world.close());

  it('holds for this run as it is and for later ones by the policy, and for nothing beside it', async () => {
    const args = ['run', 'Frob', '--mode', 'ask', '--output', 'json', '--on-ask', 'prompt'];
    const first = await world.cli(args, { server: await world.rehearse(run), stdin: 'e\np\ny\n' }).done;
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /• cp keep\.txt one\.txt/);
    assert.equal(world.read('one.txt'), 'kept\n');
    assert.equal(jsonOf(first).asks, 1);
    const file = join(world.home, 'policy.yaml');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(readFileSync(file, 'utf8'), /command: cp keep\.txt one\.txt$/m);
    const kept = eventsOf(jsonOf(first).journal).find(event => event.kind === 'policy.ruleKept');
    assert.equal(kept?.failure, null);

    rmSync(join(world.workspace, 'one.txt'));
    const other = run.replace('one.txt', 'two.txt');
    const second = await world.cli(args, { server: await world.rehearse(other), stdin: 'n\n' }).done;
    assert.equal(second.code, 0, second.stderr);
    assert.deepEqual([world.exists('two.txt'), world.exists('one.txt')], [false, true]);
    assert.equal(jsonOf(second).asks, 1);
    const rule = eventsOf(jsonOf(second).journal).find(
      event => event.kind === 'effect.decided' && event.decision.verdict === 'allow',
    );
    assert.ok(rule?.kind === 'effect.decided' && rule.decision.by.type === 'rule');
  });
});
