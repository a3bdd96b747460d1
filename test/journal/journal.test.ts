import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { anchorPath, type Home, journalPath } from '../../src/journal/home.ts';
import { createJournal, openJournal } from '../../src/journal/journal.ts';
import { readJournal, verifyRun } from '../../src/journal/read.ts';
import { Envelope, EventBody } from '../../src/protocol/event.ts';
import { crash, failureOf, freshHome, newRun, said, started, tickingClock } from './support.ts';

const temp = freshHome();

async function write(home: Home, run: string, bodies: EventBody[]): Promise<void> {
  const journal = await createJournal(home, run, tickingClock());
  for (const body of bodies) await journal.append(body);
  await journal.close();
}

describe('a journal', () => {
  it('gives back what was appended, exactly as append resolved it', async () => {
    const home = await temp.open();
    const run = newRun();
    const journal = await createJournal(home, run, tickingClock());
    const bodies: EventBody[] = [
      started(run),
      said('ünïcode 🚪 \u2028 "quoted" \\ \n tab\t\u0000'),
      {
        kind: 'model.answered',
        turn: 1,
        model: 'm',
        content: [{ type: 'tool_use', name: 'Read', id: 'call', input: { z: 1, a: [null, { b: -0.5 }] }, extra: true }],
        stopReason: 'tool_use',
        usage: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 },
        usd: null,
        requestBytes: 10,
        repeatedBytes: 0,
        durationMs: 5,
      },
    ];
    const appended = [];
    for (const body of bodies) appended.push(await journal.append(body));
    await journal.close();
    const read = await readJournal(home, run);
    assert.deepEqual(read.events, appended);
    assert.equal(JSON.stringify(read.events), JSON.stringify(appended));
    assert.deepEqual(
      read.events.map(({ v, seq, at, prev, hash, ...body }) => ({
        ...body,
        known: [v, seq, typeof at, prev.length, hash.length],
      })),
      bodies.map((body, seq) => ({ ...body, known: [1, seq, 'number', 64, 64] })),
    );
    assert.equal(read.events[0]?.prev, '0'.repeat(64));
    assert.equal(read.events[2]?.prev, read.events[1]?.hash);
    assert.equal(read.tornBytes, 0);
  });

  it('keeps the order of appends that do not wait for each other, and records what was meant when they were called', async () => {
    const home = await temp.open();
    const run = newRun();
    const journal = await createJournal(home, run, tickingClock());
    const body = { kind: 'person.said' as const, text: '' };
    const all = Array.from({ length: 50 }, (_, index) => {
      body.text = `word ${index}`;
      return journal.append(body);
    });
    body.text = 'changed afterwards';
    await journal.close();
    assert.deepEqual(
      (await Promise.all(all)).map(event => event.seq),
      all.map((_, index) => index),
    );
    const { events } = await readJournal(home, run);
    assert.deepEqual(
      events.map(event => event.kind === 'person.said' && event.text),
      all.map((_, index) => `word ${index}`),
    );
  });

  it('is for its owner alone', async () => {
    const home = await temp.open();
    const run = newRun();
    await write(home, run, [started(run)]);
    const modes = [home.root, home.runs, join(home.runs, run), journalPath(home, run), anchorPath(home, run)];
    assert.deepEqual(
      modes.map(path => (statSync(path).mode & 0o777).toString(8)),
      ['700', '700', '700', '600', '600'],
    );
  });

  it('refuses an event that no reader would take, and goes on', async () => {
    const home = await temp.open();
    const run = newRun();
    const journal = await createJournal(home, run, tickingClock());
    const bad = { kind: 'turn.started', turn: -1 } as const;
    assert.equal((await failureOf(journal.append(bad))).code, 'internal');
    const forged = { ...said('x'), seq: 7 };
    assert.equal((await failureOf(journal.append(forged))).code, 'internal');
    assert.equal((await journal.append(said('fine'))).seq, 0);
    await journal.close();
    assert.equal((await verifyRun(home, run)).ok, true);
  });

  it('has no kind whose own fields are hidden by those of every record', () => {
    const common = Object.keys(Envelope.shape);
    for (const { shape } of EventBody.options)
      for (const field of Object.keys(shape))
        assert.ok(!common.includes(field), `${shape.kind.value} has a ${field} of its own`);
  });

  it('takes nothing after it was closed', async () => {
    const home = await temp.open();
    const run = newRun();
    const journal = await createJournal(home, run, tickingClock());
    await journal.close();
    await journal.close();
    assert.equal((await failureOf(journal.append(said('late')))).code, 'journal.unwritable');
  });

  it('is not begun twice', async () => {
    const home = await temp.open();
    const run = newRun();
    await write(home, run, [started(run)]);
    assert.equal((await failureOf(createJournal(home, run, tickingClock()))).code, 'journal.unwritable');
    assert.equal((await verifyRun(home, run)).records, 1);
  });

  it('goes on where an earlier process stopped', async () => {
    const home = await temp.open();
    const run = newRun();
    await write(home, run, [started(run), said('one')]);
    const { journal, read } = await openJournal(home, run, tickingClock());
    assert.equal(read.events.length, 2);
    await journal.append({ kind: 'run.resumed', gatehouse: '0.1.0', cutBytes: read.tornBytes });
    await journal.close();
    const verified = await verifyRun(home, run);
    assert.deepEqual([verified.ok, verified.records, verified.anchored], [true, 3, true]);
  });

  it('cuts off a last record that was torn at any byte, and says how much it cut', async () => {
    const home = await temp.open();
    const run = newRun();
    await write(home, run, [started(run), said('kept')]);
    crash(home, run);
    const whole = readFileSync(journalPath(home, run));
    const anchor = readFileSync(anchorPath(home, run));
    const { journal } = await openJournal(home, run, tickingClock());
    await journal.append(said('torn, with an ü'));
    await journal.close();
    const longer = readFileSync(journalPath(home, run));
    for (let length = whole.length; length < longer.length; length++) {
      writeFileSync(journalPath(home, run), longer.subarray(0, length));
      writeFileSync(anchorPath(home, run), anchor);
      const read = await readJournal(home, run);
      assert.equal(read.tornBytes, length - whole.length);
      assert.equal(read.events.length, 2);
      const again = await openJournal(home, run, tickingClock());
      assert.equal(again.read.tornBytes, length - whole.length);
      await again.journal.append(said('after'));
      await again.journal.close();
      const after = await readJournal(home, run);
      assert.deepEqual([after.events.length, after.tornBytes], [3, 0]);
    }
  });

  it('stops for good when somebody else has written to it', async () => {
    const home = await temp.open();
    const run = newRun();
    const journal = await createJournal(home, run, tickingClock());
    await journal.append(started(run));
    appendFileSync(journalPath(home, run), 'x');
    assert.equal((await failureOf(journal.append(said('no')))).code, 'journal.unwritable');
    truncateSync(journalPath(home, run), statSync(journalPath(home, run)).size - 1);
    assert.equal((await failureOf(journal.append(said('nor now')))).code, 'journal.unwritable');
    await journal.close();
    assert.equal((await verifyRun(home, run)).records, 1);
  });

  it('does not write through a link', async () => {
    const home = await temp.open();
    const run = newRun();
    await write(home, run, [started(run)]);
    const elsewhere = join(temp.folder(), 'elsewhere');
    renameSync(journalPath(home, run), elsewhere);
    await promisify(execFile)('ln', ['-s', elsewhere, journalPath(home, run)]);
    await assert.rejects(openJournal(home, run, tickingClock()));
  });

  it('rejects, stays rejecting and leaves a whole journal when the disk is full', async () => {
    const home = await temp.open();
    const run = newRun();
    const script = resolve(import.meta.dirname, 'fill.ts');
    // The shell's limit stands in for a full disk: writes beyond it fail part of the way through a record.
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      'ulimit -f 8 && exec "$0" "$@"',
      process.execPath,
      script,
      home.root,
      run,
    ]);
    const result: unknown = JSON.parse(stdout);
    assert.deepEqual(result, {
      first: 'journal.unwritable',
      problem: 'EFBIG',
      queued: 'journal.unwritable',
      small: 'journal.unwritable',
    });
    const verified = await verifyRun(home, run);
    assert.deepEqual([verified.ok, verified.tornBytes, verified.failure], [true, 0, null]);
    assert.ok(verified.records > 1);
    const { journal } = await openJournal(home, run, tickingClock());
    await journal.append(said('there is room again'));
    await journal.close();
    assert.equal((await verifyRun(home, run)).records, verified.records + 1);
  });
});
