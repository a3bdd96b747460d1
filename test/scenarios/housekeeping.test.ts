import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitId } from '../../src/effects/restoring/look.ts';
import { treeOf } from '../checkpoints/setup.ts';
import { inFull } from '../support/share.ts';
import { type Finished, jsonOf, makeWorld, until, type World } from './support.ts';

const script = (name: string): string => `turns:
  - calls: [{ tool: Read, input: { file_path: a.txt } }]
  - calls: [{ tool: Edit, input: { file_path: a.txt, old_string: one, new_string: 'one and ${name}' } }]
  - calls: [{ tool: Bash, input: { command: 'echo ${name} > ${name}.txt; echo PORT=1 >> .env' } }]
  - say: Done.
`;

/** Of no form that a scanner knows, so that only who copied the file could tell it. */
const secret = ['zq8w', 'fJwR0pIIZ0os'].join('-');
const hourMs = 60 * 60_000;

describe('what is kept of runs', () => {
  let world: World;
  beforeEach(() => {
    world = makeWorld({ 'a.txt': 'one\n', '.env': `STRIPE=${secret}\n` }, { git: true });
  });
  afterEach(() => world.close());

  const tree = (): Map<string, string> => treeOf(world.workspace, path => path === '.git');
  const gatehouse = async (...args: string[]): Promise<Finished> => world.cli(args).done;
  const state = (...path: string[]): string => join(world.home, ...path);

  async function someRun(name: string, ...more: string[]): Promise<{ run: string; finished: Finished }> {
    const server = await world.rehearse(script(name));
    const args = ['run', `Add ${name}`, '--mode', 'auto', '--on-ask', 'prompt', '--output', 'json', ...more];
    const finished = await world.cli(args, { server, stdin: 'y\ny\ny\ny\n' }).done;
    assert.equal(finished.code, 0, finished.stderr);
    return { run: jsonOf(finished).run, finished };
  }

  function filesBelow(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name));
  }

  /** Whether the store of the workspace has these bytes, under whatever name. */
  function inStore(text: string): boolean {
    const [store = ''] = readdirSync(state('shadow'));
    const id = gitId(Buffer.from(text));
    return spawnSync('git', ['--git-dir', state('shadow', store), 'cat-file', '-e', id]).status === 0;
  }

  /** Lets everything in the state be old enough to go. */
  function age(): void {
    const then = new Date(Date.now() - 2 * hourMs);
    for (const path of filesBelow(world.home)) utimesSync(path, then, then);
  }

  it('goes by count from the settings, the oldest first, and what is gone says so', async () => {
    const first = (await someRun('first')).run;
    const second = (await someRun('second')).run;
    writeFileSync(state('retention.json'), '{"runs": 1}');
    age();
    const before = tree();
    const dry = await gatehouse('gc', '--dry-run');
    assert.equal(dry.code, 0, dry.stderr);
    assert.match(dry.stdout, new RegExp(`^Would remove the checkpoints of 1 run: ${first}$`, 'm'));
    assert.match((await gatehouse('checkpoints', first)).stdout, /^[> -] +0 /m);

    const done = await gatehouse('gc', '--output', 'json');
    assert.equal(done.code, 0, done.stderr);
    const told = JSON.parse(done.stdout);
    assert.deepEqual([told.dropped, told.runs, told.retention.runs], [[first], 2, 1]);
    assert.ok(told.blobs.files > 0 && told.bytesAfter < told.bytesBefore);
    const undone = await gatehouse('undo', first, '--yes');
    assert.equal(undone.code, 1);
    assert.match(undone.stderr, /Checkpoint 0 is not kept any more: old checkpoints were removed/);
    assert.deepEqual(tree(), before);
    const listed = (await gatehouse('checkpoints', first)).stdout;
    assert.match(listed, /^x +0 .*the start {2}\(not kept any more\)$/m);
    assert.equal((await gatehouse('verify', first)).code, 0);
    assert.equal((await gatehouse('report', first)).code, 0);

    const again = JSON.parse((await gatehouse('gc', '--output', 'json')).stdout);
    assert.deepEqual(again.dropped, []);
    const kept = await gatehouse('undo', second, '--yes');
    assert.equal(kept.code, 0, kept.stderr);
    assert.equal(world.read('a.txt'), 'one and first\n');
    assert.equal(world.exists('second.txt'), false);
  });

  inFull('stays as long as a run in a worktree of its own needs it, whatever happens to other runs', async () => {
    const isolated = (await someRun('first', '--isolate', 'worktree')).run;
    age();
    const alone = await gatehouse('gc');
    assert.equal(alone.code, 0, alone.stderr);
    const other = (await someRun('second')).run;
    age();
    assert.equal((await gatehouse('gc')).code, 0);
    assert.equal((await gatehouse('purge', other, '--yes')).code, 0);
    const file = state('worktrees', isolated, 'workspace', 'first.txt');
    for (const [command, there] of [
      ['undo', false],
      ['redo', true],
    ] as const) {
      const done = await gatehouse(command, isolated, '--yes');
      assert.equal(done.code, 0, done.stderr);
      assert.equal(existsSync(file), there);
    }
    assert.equal(inStore('first\n'), true);
    assert.equal((await gatehouse('worktree', isolated, 'discard', '--yes')).code, 0);
    const purged = JSON.parse((await gatehouse('purge', isolated, '--yes', '--output', 'json')).stdout);
    assert.ok(purged.checkpointBytes > 0);
    assert.deepEqual(readdirSync(state('shadow')), []);
  });

  inFull('stays where a journal does not tell whose it is', async () => {
    const { run } = await someRun('first');
    await someRun('second');
    const journal = state('runs', run, 'journal.ndjson');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('Add first', 'Add forst'));
    writeFileSync(state('retention.json'), '{"runs": 1, "days": 0.25}');
    age();
    const done = await gatehouse('gc');
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, new RegExp(`left as they are: run ${run} does not tell whose checkpoints`));
    assert.match(done.stdout, /^Checkpoints are kept for 0\.25 days, /m);
    assert.equal(inStore('first\n'), true);
  });

  inFull('says which checkpoints it could not tidy, and why', async () => {
    await someRun('first');
    const [store = ''] = readdirSync(state('shadow'));
    // What git writes its references through.
    mkdirSync(state('shadow', store, 'packed-refs.lock'));
    age();
    const done = await gatehouse('gc');
    assert.equal(done.code, 1);
    assert.match(
      done.stdout,
      /left as they are: they could not be changed \(.*packed-refs\.lock.*Check the permissions/,
    );
    assert.equal(inStore('first\n'), true);
  });

  it('is told about wrong settings, by file and place', async () => {
    mkdirSync(world.home);
    writeFileSync(state('retention.json'), '{"days": -1}');
    const refused = await gatehouse('gc');
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /retention\.json, are wrong: days: .*Correct it, or remove the file/);
    assert.match((await gatehouse('doctor')).stdout, /fail +space .*\n.*retention\.json/);
  });

  it('is deleted for good with its run, and nothing that another run needs', async () => {
    const first = (await someRun('first')).run;
    const second = (await someRun('second')).run;
    const unasked = await gatehouse('purge', second);
    assert.equal(unasked.code, 2);
    assert.match(unasked.stdout, /^Would delete run /);
    assert.equal(inStore('second\n'), true);
    const { recordBytes, blobs, checkpointBytes } = JSON.parse(
      (await gatehouse('purge', second, '--yes', '--output', 'json')).stdout,
    );
    assert.ok(recordBytes > 0 && blobs.files > 0 && blobs.bytes > 0 && checkpointBytes !== null);
    assert.equal((await gatehouse('report', second)).code, 2);
    assert.deepEqual([existsSync(state('runs', second)), existsSync(state('anchors', second))], [false, false]);
    const text = filesBelow(state('blobs')).map(path => readFileSync(path, 'utf8'));
    assert.ok(text.includes('one and first\n'), 'the other run lost its content');
    assert.ok(!text.some(each => each.includes('one and second')), 'its content is still there');
    assert.deepEqual([inStore('first\n'), inStore('second\n')], [true, false]);
    // What is left of the workspace stands where the other run ended, but for what the deleted one did.
    writeFileSync(join(world.workspace, 'a.txt'), 'one and first\n');
    writeFileSync(join(world.workspace, '.env'), `STRIPE=${secret}\nPORT=1\n`);
    const undone = await gatehouse('undo', first, '--yes');
    assert.equal(undone.code, 0, undone.stderr);
    assert.equal(world.read('a.txt'), 'one\n');

    const last = await gatehouse('purge', first, '--yes');
    assert.equal(last.code, 0, last.stderr);
    assert.match(last.stdout, /^Deleted run .*\nIts checkpoints: [\d.]+ (KiB|MiB)\.$/m);
    assert.deepEqual(
      [readdirSync(state('runs')), filesBelow(state('blobs')), readdirSync(state('shadow'))],
      [[], [], []],
    );
  });

  inFull('does not go while a run goes on', async () => {
    const { run } = await someRun('first');
    const server = await world.rehearse(`turns:
  - calls: [{ tool: Bash, input: { command: 'touch started; until [ -e go ]; do sleep 0.05; done' } }]
  - say: Done.
`);
    const going = world.cli(['run', 'Wait', '--mode', 'auto', '--on-ask', 'prompt', '--output', 'ndjson'], {
      server,
      stdin: 'y\n',
    });
    await until(() => world.exists('started'));
    const live = readdirSync(state('runs')).find(each => each !== run) ?? '';
    const refused = await gatehouse('purge', live, '--yes');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /going on|works on|holds/i);
    writeFileSync(state('retention.json'), '{"runs": 1, "days": 0.0000001}');
    age();
    const { dropped } = JSON.parse((await gatehouse('gc', '--output', 'json')).stdout);
    assert.deepEqual(dropped, [run]);
    writeFileSync(join(world.workspace, 'go'), '');
    const finished = await going.done;
    assert.equal(finished.code, 0, finished.stderr);
    const undone = await gatehouse('undo', live, '--yes');
    assert.equal(undone.code, 0, undone.stderr);
    assert.equal(world.exists('started'), false);
  });

  inFull('is tidied behind the back of a run once a day has passed', async () => {
    const { run } = await someRun('first');
    writeFileSync(state('retention.json'), '{"days": 0.0000001}');
    const stamp = readFileSync(state('gc.day'), 'utf8');
    await someRun('second');
    assert.equal(readFileSync(state('gc.day'), 'utf8'), stamp);
    assert.equal(existsSync(state('runs', run, 'checkpoints-removed.json')), false);
    writeFileSync(state('gc.day'), `${Date.now() - 25 * hourMs}\n`);
    await someRun('third');
    await until(() => existsSync(state('runs', run, 'checkpoints-removed.json')) && !existsSync(state('gc.lock')));
    assert.notEqual(readFileSync(state('gc.day'), 'utf8'), stamp);
  });

  inFull('is for its owner alone, and no secret of a copied file leaves it', async () => {
    const { run, finished } = await someRun('first');
    const texts = [finished.stdout, finished.stderr];
    for (const args of [
      ['report', run],
      ['report', run, '--format', 'json'],
      ['verify', run],
      ['runs', '--output', 'json'],
      ['checkpoints', run, '--output', 'json'],
      ['undo', run, '--yes', '--output', 'json'],
      ['redo', run, '--yes', '--output', 'json'],
      ['doctor', '--output', 'json'],
      ['gc', '--output', 'json'],
      ['purge', run, '--yes', '--output', 'json'],
    ]) {
      if (args[0] === 'purge') {
        assert.equal(lstatSync(world.home).mode & 0o777, 0o700);
        for (const name of readdirSync(world.home)) {
          const { mode } = lstatSync(state(name));
          assert.equal(mode & 0o077, 0, `${name} has mode ${(mode & 0o777).toString(8)}`);
        }
        const journal = readFileSync(state('runs', run, 'journal.ndjson'), 'utf8');
        assert.ok(journal.includes('"effect.proposed"') && !journal.includes(secret));
      }
      const { stdout, stderr, code } = await gatehouse(...args);
      assert.ok(code === 0 || args[0] === 'doctor', `${args.join(' ')}: ${stderr}`);
      texts.push(stdout, stderr);
    }
    assert.ok(texts.some(text => text.includes('.env')));
    for (const text of texts) assert.ok(!text.includes(secret), text.slice(0, 400));
  });
});
