import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { emptySummary, fold } from '../../src/journal/fold.ts';
import type { RunEvent } from '../../src/protocol/event.ts';
import { full, inFull, share } from '../support/share.ts';
import { type Cli, type CliOptions, eventsOf, type Finished, jsonOf, makeWorld, until, type World } from './support.ts';

const killer = pathToFileURL(resolve(import.meta.dirname, '../support/killAt.ts')).href;

const bash = (command: string) => ({ calls: [{ tool: 'Bash', input: { command } }] });
const call = (tool: string, input: object) => ({ calls: [{ tool, input }] });

/** Reads, edits, commands of which two append to a file, and a question. What is done twice, or not at all, shows. */
const script = JSON.stringify({
  turns: [
    {
      calls: ['a.txt', 'b.txt'].map(file_path => ({ tool: 'Read', input: { file_path } })),
    },
    call('Edit', { file_path: 'a.txt', old_string: 'one', new_string: 'uno' }),
    bash('echo first >> log.txt'),
    call('Write', { file_path: 'sub/c.txt', content: 'three\n' }),
    bash('cat a.txt b.txt'),
    call('Write', { file_path: '.github/workflows/one.yml', content: 'on: push\n' }),
    {
      calls: [
        { tool: 'Edit', input: { file_path: 'b.txt', old_string: 'two', new_string: 'dos' } },
        { tool: 'Bash', input: { command: 'echo second >> log.txt; sort a.txt b.txt sub/c.txt > all.txt' } },
      ],
    },
    { say: 'Done.' },
  ],
});
const files = { 'a.txt': 'one\n', 'b.txt': 'two\n', '.gitignore': 'begun\ngo\n' };

/** Every file but git's own, by its path. */
function treeOf(world: World): Record<string, string> {
  const names = readdirSync(world.workspace, { recursive: true, encoding: 'utf8' }).sort();
  const kept = names.filter(name => !/^\.git(\/|$)|^(begun|go)$/.test(name));
  return Object.fromEntries(
    kept
      .filter(name => statSync(join(world.workspace, name)).isFile())
      .map(name => [name, readFileSync(join(world.workspace, name), 'utf8')]),
  );
}

const runOf = (world: World): string => readdirSync(join(world.home, 'runs'))[0] ?? '';
const journalOf = (world: World): string => join(world.home, 'runs', runOf(world), 'journal.ndjson');

describe('a run that was killed', () => {
  let world: World;
  let finished: { tree: Record<string, string>; events: RunEvent[] };

  async function start(at: string | null, turns = script): Promise<{ cli: Cli; given: CliOptions }> {
    world = makeWorld(files, { git: true });
    const given = { server: await world.rehearse(turns), stdin: 'y\ny\ny\ny\n' };
    const env = at === null ? {} : { NODE_OPTIONS: `--import=${killer}`, KILL_AT: at };
    const args = ['run', 'Go', '--mode', 'auto', '--on-ask', 'prompt', '--output', 'json'];
    return { cli: world.cli(args, { ...given, env }), given };
  }

  function resume(given: CliOptions, ...more: string[]): Promise<Finished> {
    return world.cli(['resume', '--on-ask', 'prompt', '--output', 'json', ...more], given).done;
  }

  /** It ended well, in the tree that an uninterrupted run has, and nothing was silently done twice. */
  async function settled(ended: Finished): Promise<RunEvent[]> {
    assert.equal(ended.code, 0, ended.stderr);
    assert.equal(jsonOf(ended).status, 'done');
    assert.deepEqual(treeOf(world), finished.tree);
    const events = eventsOf(journalOf(world));
    const begun = new Map<string, number>();
    const doubted = new Set(events.flatMap(event => (event.kind === 'effect.doubted' ? [event.effect] : [])));
    const values = new Map<string, string>();
    for (const event of events) {
      if (event.kind === 'effect.proposed' && !['read', 'search'].includes(event.value.kind))
        values.set(event.effect, `${event.call} ${event.tool}`);
      const value =
        event.kind === 'effect.intended' && !doubted.has(event.effect) ? values.get(event.effect) : undefined;
      if (value !== undefined) begun.set(value, (begun.get(value) ?? 0) + 1);
    }
    for (const [value, times] of begun) assert.equal(times, 1, `${value} was begun ${times} times`);
    const verified = await world.cli(['verify', runOf(world)]).done;
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    assert.deepEqual(events.reduce(fold, emptySummary).held, [], 'a call of a model is neither over nor counted');
    return events;
  }

  before(async function () {
    this.timeout(60_000);
    const { cli } = await start(null);
    const ended = await cli.done;
    assert.equal(ended.code, 0, ended.stderr);
    finished = { tree: treeOf(world), events: eventsOf(journalOf(world)) };
    await world.close();
  });
  afterEach(() => world.close());

  it('is compared with one of at least 30 events that does all of it', () => {
    assert.ok(finished.events.length >= 30, `${finished.events.length} events`);
    assert.equal(finished.tree['log.txt'], 'first\nsecond\n');
    assert.equal(finished.tree['all.txt'], 'dos\nthree\nuno\n');
    assert.ok(finished.events.some(({ kind }) => kind === 'question.asked'));
  });

  /** How many records there are is known once the first run has ended, so the cases are made as one test each by share. */
  const parts = Array.from({ length: 20 }, (_, at) => at);
  for (const part of share(parts, 1))
    it(`goes on from any record: part ${part + 1} of 20`, async function () {
      this.timeout(300_000);
      const { length } = finished.events;
      const from = 1 + Math.floor((part * (length - 1)) / 20);
      const to = full ? 1 + Math.floor(((part + 1) * (length - 1)) / 20) : from + 1;
      for (let records = from; records < to; records++) {
        const { cli, given } = await start(`after:${records}`);
        assert.equal((await cli.done).signal, 'SIGKILL', `after ${records} records`);
        if (records === 1) {
          // Nothing but its start is known, and that is enough.
          assert.deepEqual(
            eventsOf(journalOf(world)).map(({ kind }) => kind),
            ['run.started'],
          );
        }
        // Nothing was begun that is not written down, so what is in doubt was not done.
        await settled(await resume(given, '--on-doubt', 'redo'));
        await world.close();
      }
    });

  for (const [what, nth, test] of [
    ['an edit', 'edit', inFull],
    ['a command', 'exec', it],
  ] as const)
    test(`does not do again what was done and not written down: ${what}`, async function () {
      this.timeout(60_000);
      const at = finished.events.findIndex(
        event => event.kind === 'effect.done' && event.outcome.kind === nth && event.seq > 0,
      );
      const { cli, given } = await start(`before:${at}`);
      assert.equal((await cli.done).signal, 'SIGKILL');
      const events = await settled(await resume(given, '--on-doubt', 'skip'));
      const doubted = events.filter(event => event.kind === 'effect.doubted');
      assert.deepEqual(
        doubted.map(({ verdict, by, changed }) => [verdict, by, changed]),
        nth === 'edit' ? [['done', 'evidence', ['a.txt']]] : [['skip', 'option', ['log.txt']]],
      );
      assert.equal(events.filter(event => event.kind === 'checkpoint.made').length, checkpoints(finished.events));
    });

  for (const [moment, name, test] of [
    ['rename', 'a.txt', it],
    ['link', 'c.txt', inFull],
  ] as const)
    test(`does an edit that was killed between its temporary file and its place: ${name}`, async function () {
      this.timeout(60_000);
      const { cli, given } = await start(`${moment}:${name}`);
      assert.equal((await cli.done).signal, 'SIGKILL');
      const left = readdirSync(world.workspace, { recursive: true, encoding: 'utf8' });
      assert.ok(left.some(each => /\.gatehouse-[0-9a-f-]+\.tmp$/.test(each)));
      const events = await settled(await resume(given));
      const doubted = events.filter(event => event.kind === 'effect.doubted');
      assert.deepEqual(
        doubted.map(({ verdict, by }) => [verdict, by]),
        [['undone', 'evidence']],
      );
    });

  inFull(
    'waits where a command was killed in its middle and nobody decides, and then does what was decided',
    async function () {
      this.timeout(60_000);
      const command = 'echo first >> log.txt; test -e go || { touch begun; sleep 50; }';
      const { cli, given } = await start(null, script.replace('echo first >> log.txt', command));
      await until(() => world.exists('begun'));
      cli.child.kill('SIGKILL');
      await cli.done;
      writeFileSync(join(world.workspace, 'go'), '');
      const waiting = await world.cli(['resume', '--output', 'json'], { ...given, stdin: '' }).done;
      assert.equal(waiting.code, 4, waiting.stderr);
      assert.match(waiting.stderr, /cut off in the middle of an effect \(echo first .*--on-doubt redo, skip or stop/);
      assert.equal(world.read('log.txt'), 'first\n');
      const stopped = await resume(given, '--on-doubt', 'stop');
      assert.deepEqual([stopped.code, jsonOf(stopped).status], [1, 'stopped']);
      const events = await settled(await resume(given, '--on-doubt', 'skip'));
      const told = events.find(event => event.kind === 'tool.answered' && /was being done/.test(event.text));
      assert.ok(told?.kind === 'tool.answered' && /Changed since it began: log\.txt\./.test(told.text));
    },
  );

  it('counts a review that was under way as all that it could have taken', async function () {
    this.timeout(60_000);
    world = makeWorld(files, { git: true });
    const turns = [bash('frobnicate one; echo one >> log.txt'), { say: 'Done.' }];
    const allow = { verdict: 'allow', reason: 'Fine.' };
    const rehearse = async (review: object) => ({
      server: await world.rehearse(JSON.stringify({ turns, review: [review] })),
    });
    const given = await rehearse({ ...allow, fault: { stream: 'hang', times: 'forever' } });
    const cli = world.cli(['run', 'Go', '--mode', 'auto', '--reviewer', 'off', '--output', 'json'], given);
    await until(() => given.server.requests().some(({ body }) => body.includes('"Verdict"')));
    cli.child.kill('SIGKILL');
    await cli.done;
    const ended = await resume(await rehearse(allow));
    assert.equal(ended.code, 0, ended.stderr);
    const events = eventsOf(journalOf(world));
    const held = events.flatMap(event => (event.kind === 'model.held' && event.by === 'gate' ? [event] : []));
    const settled = events.flatMap(event => (event.kind === 'model.settled' ? [event] : []));
    assert.deepEqual(
      settled.filter(({ by }) => by === 'gate').map(({ hold }) => hold),
      held.map(({ hold }) => hold),
    );
    assert.deepEqual(settled[0]?.usage, held[0]?.usage);
    assert.ok((settled[1]?.usage?.output ?? 300) < 300, 'the one that answered took what it tells');
  });

  it('is gone on with by one process at a time', async function () {
    this.timeout(60_000);
    const turns = script.replace('echo first >> log.txt', 'touch begun; sleep 50');
    const { cli, given } = await start(null, turns);
    await until(() => world.exists('begun'));
    const second = await world.cli(['resume', runOf(world)], given).done;
    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`is going on in process ${cli.child.pid} `));
    cli.child.kill('SIGKILL');
    await cli.done;
  });
});

const checkpoints = (events: readonly RunEvent[]): number =>
  events.filter(({ kind }) => kind === 'checkpoint.made').length;
