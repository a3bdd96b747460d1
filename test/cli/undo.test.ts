import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { lockRun } from '../../src/agent/lock.ts';
import { realClock } from '../../src/effects/clock.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { readJournal } from '../../src/journal/read.ts';
import { newRunId } from '../../src/journal/runid.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { type Course, openCourse, treeOf } from '../checkpoints/setup.ts';
import { crash } from '../journal/support.ts';
import { Shell } from './shell.ts';
import { until } from './streams.ts';

describe('undo, redo and checkpoints', () => {
  let shell: Shell;
  let course: Course;
  let run: string;
  beforeEach(async () => {
    shell = new Shell();
    course = await openCourse({ 'a.txt': 'one\n', 'b.txt': 'one\n' });
    await course.edit('a.txt', 'two\n');
    await course.sh('echo two > b.txt; git commit -m x 2> errors.txt || true');
    run = newRunId(Date.now());
  });
  afterEach(async () => {
    shell.dispose();
    await course.close();
  });

  /** Writes the run down as one that has ended, or has broken off after `more`. */
  async function keep(more: EventBody[] = [], over = true): Promise<void> {
    await course.leave();
    shell.env['GATEHOUSE_HOME'] = course.home.root;
    const journal = await createJournal(course.home, run, realClock);
    for (const { v: _v, seq: _seq, at: _at, prev: _prev, hash: _hash, ...body } of course.journal.events)
      await journal.append(body.kind === 'run.started' ? { ...body, run } : body);
    const failure = null;
    if (over) await journal.append({ kind: 'run.ended', status: 'done', exitCode: 0, failure, survivors: [] });
    for (const body of more) await journal.append(body);
    await journal.close();
    if (!over) crash(course.home, run);
  }

  const answering = async (answer: string): Promise<{ code: number; out: string; err: string }> => {
    const keys = new PassThrough();
    const said = shell.atTerminal(['undo', run], keys);
    await until(() => shell.stderr.text.includes('[y/n]'));
    keys.write(`${answer}\n`);
    return said;
  };

  it('ask at a terminal, and do nothing on a no', async () => {
    await keep();
    const before = treeOf(course.root);
    const no = await answering('n');
    assert.deepEqual([no.code, treeOf(course.root)], [1, before]);
    assert.match(no.err, /Restore these files\? \[y\/n\] .*Nothing was changed\./s);
    const yes = await answering('y');
    assert.equal(yes.code, 0, yes.err);
    assert.deepEqual([course.read('a.txt'), course.read('b.txt')], ['one\n', 'one\n']);
  });

  it('ask for nothing where nothing would change, or where it is refused', async () => {
    await keep();
    const nothing = await shell.run(['undo', run, '--to', '2']);
    const said = `In ${course.root}:\nNo file has to change to stand at checkpoint 2.\n`;
    assert.deepEqual([nothing.code, nothing.out], [0, said]);
    course.write('a.txt', 'mine\n');
    const refused = await shell.run(['undo', run]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /a\.txt was changed since/);
  });

  it('say which commands changed what git keeps', async () => {
    const command = { kind: 'exec', exitCode: 0, signal: null, timedOut: false, stopped: false } as const;
    const effect = course.journal.events
      .flatMap(event => (event.kind === 'effect.proposed' ? [event.effect] : []))
      .at(-1);
    const outcome = { ...command, durationMs: 1, outputBytes: 0, survivors: [] };
    await course.journal.append({ kind: 'effect.done', effect: effect ?? '', outcome, durationMs: 1 });
    await keep();
    const { out } = await shell.run(['undo', run, '--yes']);
    assert.match(out, /What these commands did to git’s own history stays:\n +echo two > b\.txt; git commit -m x/);
  });

  it('refuse while the run goes on, and list all the same', async () => {
    await keep();
    const lock = await lockRun(course.home, run);
    try {
      const { code, err } = await shell.run(['undo', run, '--yes']);
      assert.equal(code, 1);
      assert.match(err, new RegExp(String(process.pid)));
      assert.equal((await shell.run(['checkpoints', run])).code, 0);
    } finally {
      await lock.release();
    }
    assert.equal(course.read('a.txt'), 'two\n');
  });

  for (const command of ['checkpoints', 'redo'])
    it(`take back what a killed restore had done, also as \`${command}\``, async () => {
      const { ref: before } = await course.snapshots.take();
      const paths = ['a.txt', 'b.txt'];
      const restore = randomUUID();
      course.write('a.txt', 'one\n');
      course.write(`.gatehouse-${restore}.tmp`, 'hal');
      await keep([{ kind: 'restore.intended', restore, to: 0, by: 'person', before, paths }], false);
      const { code, err } = await shell.run([command, run]);
      assert.equal(code, 0);
      assert.match(err, /A restore was cut off before\. 1 file was put back as before it\./);
      assert.deepEqual([...treeOf(course.root).keys()].sort(), ['a.txt', 'b.txt', 'errors.txt']);
      assert.equal(course.read('a.txt'), 'two\n');
      const { events } = await readJournal(course.home, run);
      assert.equal(events.at(-1)?.kind, 'restore.failed');
    });

  it('take no two answers for one conflict, and no path outside', async () => {
    await keep();
    const both = await shell.run(['undo', run, '--keep', '--overwrite', '--yes']);
    assert.match(both.err, /exclude each other/);
    const outside = await shell.run(['undo', run, '--path', '/etc/passwd', '--yes']);
    assert.match(outside.err, /does not lie in the workspace/);
    assert.deepEqual([both.code, outside.code], [2, 2]);
    const one = await shell.run(['undo', run, '--path', join(course.root, 'a.txt'), '--yes', '--output', 'json']);
    assert.deepEqual([JSON.parse(one.out).files, course.read('a.txt'), course.read('b.txt')], [1, 'one\n', 'two\n']);
  });
});
