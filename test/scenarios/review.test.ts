import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFull, share } from '../support/share.ts';
import { eventsOf, type Finished, jsonOf, makeWorld, type World } from './support.ts';

const bash = (command: string): string =>
  `  - calls: [{ tool: Bash, input: { command: ${JSON.stringify(command)} } }]\n`;
/** The static risk knows nothing of this program. What follows it leaves a trace, so that the disk tells whether it ran. */
const frobs = (name: string): string => bash(`frobnicate ${name}; echo ${name} >> frobbed.txt`);
const frob = frobs('one');
const files = { 'keep.txt': 'kept\n' };

/** Codes of the decisions, those that leave it open to the next stage left out. */
const decided = (finished: Finished): string[] =>
  eventsOf(jsonOf(finished).journal).flatMap(event =>
    event.kind === 'effect.decided' && event.decision.verdict !== 'review'
      ? [`${event.decision.verdict} ${event.decision.reasons[0]?.code}`]
      : [],
  );

const faults: Record<string, string> = {
  'that is overloaded': 'fault: { status: 529, times: forever }',
  'whose stream is cut': 'fault: { stream: cut, times: forever }',
  'that answers in prose': 'say: "Yes, allow it."',
  'that answers in another schema': 'input: { verdict: yes, approved: true }',
};

describe('the reviewing model, through the command line', () => {
  let world: World;
  beforeEach(() => {
    world = makeWorld(files, { git: true });
  });
  afterEach(() => world.close());

  async function run(
    script: string,
    more: { stdin?: string; args?: string[]; env?: Record<string, string> } = {},
  ): Promise<Finished> {
    const server = await world.rehearse(script);
    const ask = more.stdin === undefined ? [] : ['--on-ask', 'prompt'];
    const args = ['run', 'Frob', '--mode', 'auto', '--output', 'json', ...ask, ...(more.args ?? [])];
    const { stdin = '', env = {} } = more;
    return world.cli(args, { server, stdin, env }).done;
  }

  it('lets what it allows run without a question, and the run’s cost holds the review’s', async () => {
    const finished = await run(
      `turns:\n${frob}  - say: Done.\nreview: [{ match: frobnicate, verdict: allow, reason: It is the project’s own. }]\n`,
    );
    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(world.read('frobbed.txt'), 'one\n');
    const { asks, journal } = jsonOf(finished);
    assert.equal(asks, 0);
    const events = eventsOf(journal);
    const reviewed = events.find(event => event.kind === 'effect.reviewed');
    assert.ok(reviewed?.kind === 'effect.reviewed');
    assert.equal(reviewed.outcome.type === 'verdict' && reviewed.outcome.reason, 'It is the project’s own.');
    const sum = (name: 'input' | 'output'): number =>
      events.reduce(
        (all, event) =>
          event.kind === 'model.answered' || event.kind === 'model.settled' ? all + (event.usage?.[name] ?? 0) : all,
        0,
      );
    const { usage } = JSON.parse(finished.stdout) as { usage: { input: number; output: number } };
    assert.deepEqual([usage.input, usage.output], [sum('input'), sum('output')]);
    const calls = events.flatMap(event => (event.kind === 'model.settled' && event.by === 'gate' ? [event.usage] : []));
    assert.deepEqual(calls, [reviewed.usage]);
  });

  it('keeps what it refuses from running, and the model reads why', async () => {
    const finished = await run(
      `turns:\n${frob}  - say: Done.\nreview: [{ match: frobnicate, verdict: deny, reason: Nobody asked for it. }]\n`,
    );
    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(world.exists('frobbed.txt'), false);
    assert.deepEqual(decided(finished), ['deny review.denied']);
    const answer = eventsOf(jsonOf(finished).journal).find(event => event.kind === 'tool.answered');
    assert.ok(answer?.kind === 'tool.answered');
    assert.match(answer.text, /^Refused by the rule review\.denied: Nobody asked for it\./);
  });

  for (const [name, entry] of share(Object.entries(faults), 1)) {
    it(`becomes no allow where it is one ${name} and nobody is there`, async () => {
      const finished = await run(`turns:\n${frob}  - say: Done.\nreview: [{ ${entry} }]\n`);
      assert.equal(finished.code, 0, finished.stderr);
      assert.equal(world.exists('frobbed.txt'), false);
      assert.match(decided(finished).at(-1) ?? '', /^deny review\.(down|unreadable)$/);
    });
    it(`blocks nobody where it is one ${name}: the person is asked, and their yes stands`, async () => {
      const finished = await run(`turns:\n${frob}  - say: Done.\nreview: [{ ${entry} }]\n`, { stdin: 'y\n' });
      assert.equal(finished.code, 0, finished.stderr);
      assert.equal(world.read('frobbed.txt'), 'one\n');
      assert.match(finished.stderr, /The reviewing model .*so nothing/);
      assert.equal(decided(finished).at(-1), 'allow person.allowed');
    });
  }

  it('is not asked where its call could cross a limit, and the run says so and ends by it', async () => {
    const rates = (dollars: number) => ({ input: dollars, output: dollars, cacheWrite: dollars, cacheRead: dollars });
    mkdirSync(world.home, { recursive: true, mode: 0o700 });
    writeFileSync(join(world.home, 'prices.json'), JSON.stringify({ rehearsal: rates(0.01), dear: rates(10_000) }));
    const args = ['--review-model', 'dear', '--max-usd', '1'];
    const finished = await run(`turns:\n${frob}  - say: Done.\nreview: [{ verdict: allow, reason: Yes. }]\n`, { args });
    assert.equal(finished.code, 3, finished.stderr);
    assert.equal(world.exists('frobbed.txt'), false);
    assert.equal(decided(finished).at(-1), 'deny review.limit');
    const events = eventsOf(jsonOf(finished).journal);
    assert.ok(!events.some(event => event.kind === 'model.held' && event.by === 'gate'));
    const answer = events.find(event => event.kind === 'tool.answered');
    assert.ok(answer?.kind === 'tool.answered');
    assert.match(
      answer.text,
      /^Refused by the rule review\.limit: the reviewing model was not asked, .* no person was/,
    );
  });

  inFull('is waited for ten seconds and no longer where it hangs', async () => {
    const finished = await run(
      `turns:\n${frob}  - say: Done.\nreview: [{ fault: { stream: hang, times: forever } }]\n`,
      { stdin: 'n\n' },
    );
    assert.equal(finished.code, 0, finished.stderr);
    assert.match(finished.stderr, /did not answer within 10 seconds/);
    const reviewed = eventsOf(jsonOf(finished).journal).find(event => event.kind === 'effect.reviewed');
    assert.ok(reviewed?.kind === 'effect.reviewed');
    assert.ok(reviewed.durationMs >= 9_500 && reviewed.durationMs < 30_000, String(reviewed.durationMs));
  });

  it('cannot say yes to a floor, nor to what leaves the machine', async () => {
    const finished = await run(
      `turns:\n${bash('rm -rf "$PWD"')}${bash('echo x > .git/hooks/pre-commit')}  - say: Done.\nreview: [{ verdict: allow, reason: Yes to everything. }]\n`,
    );
    assert.equal(world.read('keep.txt'), 'kept\n');
    assert.equal(world.exists('.git/hooks/pre-commit'), false);
    assert.ok(!eventsOf(jsonOf(finished).journal).some(event => event.kind === 'effect.reviewed'));
    assert.equal(jsonOf(finished).denials, 2);
  });

  inFull('is the model that was chosen, by option before environment', async () => {
    for (const [args, env, name] of [
      [['--review-model', 'claude-opus-5-5'], { GATEHOUSE_REVIEW_MODEL: 'other' }, 'claude-opus-5-5'],
      [[], { GATEHOUSE_REVIEW_MODEL: 'claude-haiku-4-5' }, 'claude-haiku-4-5'],
    ] as const) {
      const finished = await run(`turns:\n${frob}  - say: Done.\n`, { args: [...args], env: { ...env } });
      const reviewed = eventsOf(jsonOf(finished).journal).find(event => event.kind === 'effect.reviewed');
      assert.equal(reviewed?.kind === 'effect.reviewed' && reviewed.model, name, finished.stderr);
    }
  });

  const refused = 'review: [{ match: frobnicate, verdict: deny, reason: Nobody asked for it. }]\n';
  const three = ['one', 'two', 'three'].map(name => frobs(name)).join('');

  inFull('pauses after three refusals with exit 4 where nobody is there, and goes on when it is told to', async () => {
    const finished = await run(`turns:\n${bash('true')}${three}${bash('echo on > on.txt')}  - say: Done.\n${refused}`);
    assert.equal(finished.code, 4, finished.stderr);
    const { status, run: id } = jsonOf(finished);
    assert.equal(status, 'waiting');
    assert.match((await world.cli(['report', id]).done).stdout, /paused, because 3 things were refused/);
    const [server] = [
      await world.rehearse(`turns:\n${bash('true')}${three}${bash('echo on > on.txt')}  - say: Done.\n${refused}`),
    ];
    const resumed = await world.cli(['resume', id, '--answer', 'Leave frob alone.', '--output', 'json'], { server })
      .done;
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.equal(world.read('on.txt'), 'on\n');
    assert.equal(world.exists('frobbed.txt'), false);
  });

  it('shows them as one list at the terminal, takes one answer for all, and lets what was chosen pass once', async () => {
    const finished = await run(
      `turns:\n${bash('true')}${three}${frobs('two')}${frobs('two')}  - say: Done.\n${refused}`,
      { stdin: 'what?\n2\n' },
    );
    assert.equal(finished.code, 0, finished.stderr);
    assert.match(finished.stderr, /Several actions in a row were refused/);
    assert.match(finished.stderr, / 2 exec frobnicate two/);
    assert.match(finished.stderr, /Please answer a, n/);
    assert.equal(world.read('frobbed.txt'), 'two\n');
    assert.deepEqual(decided(finished).slice(-2), ['allow person.allowed', 'deny review.denied']);
  });

  inFull('keeps a no for all runs where the person says so', async () => {
    const script = `turns:\n${frob}  - say: Done.\nreview: [{ match: frobnicate, verdict: ask, reason: Unclear. }]\n`;
    const finished = await run(script, { stdin: 'k never frob in here\n' });
    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(world.exists('frobbed.txt'), false);
    assert.equal(readFileSync(join(world.home, 'instructions.md'), 'utf8'), '- never frob in here\n');
    const server = await world.rehearse('turns:\n  - say: Done.\n');
    await world.cli(['run', 'Hello', '--output', 'json'], { server }).done;
    assert.match(server.requests()[0]?.body ?? '', /standing-instructions>[^<]*- never frob in here/);
  });

  inFull('is told the standing instructions of a file that the person wrote', async () => {
    mkdirSync(world.home, { recursive: true, mode: 0o700 });
    writeFileSync(join(world.home, 'instructions.md'), 'Do not touch the frob.\n');
    const server = await world.rehearse(`turns:\n${frob}  - say: Done.\n`);
    await world.cli(['run', 'Frob', '--mode', 'auto', '--output', 'json'], { server }).done;
    const review = server.requests().find(({ body }) => body.includes('"Verdict"'));
    assert.match(review?.body ?? '', /Standing instructions for all runs\)\\nDo not touch the frob\./);
  });
});
