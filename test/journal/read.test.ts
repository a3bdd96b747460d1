import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { anchorBytes } from '../../src/journal/anchor.ts';
import { seal } from '../../src/journal/chain.ts';
import { anchorPath, type Home, journalPath, runFolder } from '../../src/journal/home.ts';
import { createJournal, openJournal } from '../../src/journal/journal.ts';
import { readJournal, verifyRun } from '../../src/journal/read.ts';
import type { Failure } from '../../src/protocol/failure.ts';
import { crash, failureOf, freshHome, newRun, said, started, tickingClock } from './support.ts';

const temp = freshHome();

/** A run of `count` records; returns its id. */
async function written(home: Home, count: number): Promise<string> {
  const run = newRun();
  const journal = await createJournal(home, run, tickingClock());
  await journal.append(started(run));
  for (let i = 1; i < count; i++) await journal.append(said(`word ${i}`));
  await journal.close();
  return run;
}

const lines = (home: Home, run: string): string[] =>
  readFileSync(journalPath(home, run), 'utf8').split('\n').slice(0, -1);
const put = (home: Home, run: string, texts: readonly string[]): void =>
  writeFileSync(journalPath(home, run), texts.map(line => `${line}\n`).join(''));
const problem = ({ code, args }: Failure): unknown[] => [code, args['line'], args['problem']];

describe('reading a journal', () => {
  it('refuses every flipped bit with the line it is in', async () => {
    const home = await temp.open();
    const run = await written(home, 3);
    const whole = readFileSync(journalPath(home, run));
    let line = 1;
    for (let at = 0; at < whole.length; at++) {
      const flipped = Buffer.from(whole);
      const bit = 1 << (at % 8);
      flipped[at] = (whole[at] ?? 0) ^ bit;
      writeFileSync(journalPath(home, run), flipped);
      const failure = await failureOf(readJournal(home, run));
      // The last newline alone ends the last record, which the anchor knows: without it the tail is cut.
      if (at === whole.length - 1) assert.deepEqual([failure.code, failure.args['found']], ['journal.cut', 1]);
      else assert.deepEqual(problem(failure), ['journal.damaged', line, 'hash'], `bit ${bit} of byte ${at}`);
      if (whole[at] === 0x0a) line++;
    }
  });

  it('refuses lines that were deleted, doubled, swapped or added, by number', async () => {
    const home = await temp.open();
    const run = await written(home, 5);
    const [a = '', b = '', c = '', d = '', e = ''] = lines(home, run);
    const rows: [string[], unknown[]][] = [
      [
        [b, c, d, e],
        ['journal.damaged', 1, 'seq'],
      ],
      [
        [a, c, d, e],
        ['journal.damaged', 2, 'seq'],
      ],
      [
        [a, b, b, c, d, e],
        ['journal.damaged', 3, 'seq'],
      ],
      [
        [a, c, b, d, e],
        ['journal.damaged', 2, 'seq'],
      ],
      [
        [a, b, '', c, d, e],
        ['journal.damaged', 3, 'hash'],
      ],
      [
        [a, b, '{}', c, d, e],
        ['journal.damaged', 3, 'hash'],
      ],
      [
        [a, b, c, d, e, a],
        ['journal.damaged', 6, 'seq'],
      ],
    ];
    for (const [texts, expected] of rows) {
      put(home, run, texts);
      assert.deepEqual(problem(await failureOf(readJournal(home, run))), expected);
    }
  });

  it('refuses records of another run, and records that were rewritten with all hashes made anew', async () => {
    const home = await temp.open();
    const run = await written(home, 3);
    const other = await written(home, 4);
    const mine = lines(home, run);
    const theirs = lines(home, other);
    put(home, run, [mine[0] ?? '', theirs[1] ?? '']);
    assert.deepEqual(problem(await failureOf(readJournal(home, run))), ['journal.damaged', 2, 'prev']);
    put(home, run, theirs);
    assert.deepEqual(problem(await failureOf(readJournal(home, run))), ['journal.damaged', 3, 'anchor']);
  });

  it('refuses a known kind in a form that it does not have, and what is no JSON, even under a right hash', async () => {
    const home = await temp.open();
    const run = await written(home, 1);
    const [first = ''] = lines(home, run);
    const { prev } = last(first);
    const bad = seal(`{"v":1,"seq":1,"at":1,"kind":"turn.started","turn":"one","prev":"${prev}"}`);
    writeFileSync(journalPath(home, run), `${first}\n${bad.line.toString()}`);
    assert.deepEqual(problem(await failureOf(readJournal(home, run))), ['journal.damaged', 2, 'schema']);
    writeFileSync(journalPath(home, run), `${first}\n${seal('{"v":1,]}').line.toString()}`);
    assert.deepEqual(problem(await failureOf(readJournal(home, run))), ['journal.damaged', 2, 'json']);
  });

  for (const [what, record] of [
    ['a kind that it does not know', '"v":1,"seq":1,"at":1,"kind":"moon.landed","crew":3'],
    ['a later version', '"v":2,"seq":1,"at":1,"kind":"person.said","words":[]'],
  ] as const)
    it(`reads past a record of ${what}, checks its chain, and lets nobody go on with the run`, async () => {
      const home = await temp.open();
      const run = await written(home, 1);
      crash(home, run);
      const [first = ''] = lines(home, run);
      const { prev } = last(first);
      const future = seal(`{${record},"prev":"${prev}"}`);
      writeFileSync(journalPath(home, run), `${first}\n${future.line.toString()}`);
      const before = readFileSync(journalPath(home, run));
      const read = await readJournal(home, run);
      assert.deepEqual([read.records, read.unknown, read.events.length], [2, 1, 1]);
      const verified = await verifyRun(home, run);
      assert.deepEqual([verified.ok, verified.records, verified.unknown], [true, 2, 1]);
      const version = Number(record[4]);
      assert.deepEqual(await failureOf(openJournal(home, run, tickingClock())), {
        code: 'journal.newer',
        audience: 'user',
        args: { run, version },
      });
      assert.deepEqual(readFileSync(journalPath(home, run)), before);
      const forged = seal(`{${record},"prev":"${'0'.repeat(64)}"}`);
      writeFileSync(journalPath(home, run), `${first}\n${forged.line.toString()}`);
      assert.deepEqual(problem(await failureOf(readJournal(home, run))), ['journal.damaged', 2, 'prev']);
    });

  it('sees a cut tail, to the last record or within one', async () => {
    const home = await temp.open();
    const run = await written(home, 5);
    const all = lines(home, run);
    for (let kept = 0; kept < 5; kept++) {
      put(home, run, all.slice(0, kept));
      const failure = await failureOf(readJournal(home, run));
      assert.deepEqual([failure.code, failure.args], ['journal.cut', { run, expected: 4, found: kept - 1 }]);
    }
    writeFileSync(journalPath(home, run), readFileSync(journalPath(home, run)).subarray(0, -1));
    assert.equal((await failureOf(readJournal(home, run))).code, 'journal.cut');
    assert.equal((await failureOf(openJournal(home, run, tickingClock()))).code, 'journal.cut');
  });

  it('lets a journal be two records ahead of its anchor, as after a power failure, and no more', async () => {
    const home = await temp.open();
    const run = await written(home, 6);
    const texts = lines(home, run);
    const anchorAt = (seq: number): void => {
      const bytes = Buffer.byteLength(
        texts
          .slice(0, seq + 1)
          .map(line => `${line}\n`)
          .join(''),
      );
      writeFileSync(anchorPath(home, run), anchorBytes({ seq, hash: last(texts[seq] ?? '').prev, bytes }));
    };
    for (const seq of [5, 4, 3]) {
      anchorAt(seq);
      assert.equal((await readJournal(home, run)).head.seq, 5);
    }
    anchorAt(2);
    assert.deepEqual(problem(await failureOf(readJournal(home, run))), ['journal.damaged', 6, 'unanchored']);
    anchorAt(3);
    const { journal } = await openJournal(home, run, tickingClock());
    await journal.close();
    assert.match(readFileSync(anchorPath(home, run), 'utf8'), /^\{"seq":5,/);
  });

  it('lets nothing follow once it was closed, neither good records nor garbage, until it is opened again', async () => {
    const home = await temp.open();
    const run = await written(home, 3);
    const whole = readFileSync(journalPath(home, run), 'utf8');
    let { prev } = last(lines(home, run)[2] ?? '');
    let forged = whole;
    for (const seq of [3, 4]) {
      const { line, hash } = seal(JSON.stringify({ v: 1, seq, at: 1, kind: 'person.said', text: 'forged', prev }));
      forged += line.toString();
      prev = hash;
      writeFileSync(journalPath(home, run), forged);
      assert.deepEqual(problem(await failureOf(readJournal(home, run))), ['journal.damaged', 4, 'afterEnd']);
      assert.equal((await failureOf(openJournal(home, run, tickingClock()))).code, 'journal.damaged');
    }
    writeFileSync(journalPath(home, run), `${whole}{"v":1,"seq":3`);
    assert.deepEqual(problem(await failureOf(readJournal(home, run))), ['journal.damaged', 4, 'afterEnd']);
    assert.equal((await verifyRun(home, run)).ok, false);
    writeFileSync(journalPath(home, run), whole);
    const { journal } = await openJournal(home, run, tickingClock());
    await journal.append(said('more'));
    assert.equal((await readJournal(home, run)).records, 4);
    await journal.close();
    assert.equal((await verifyRun(home, run)).records, 4);
  });

  it('takes a missing or broken anchor for damage', async () => {
    const home = await temp.open();
    const run = await written(home, 2);
    writeFileSync(anchorPath(home, run), '{"seq":');
    assert.deepEqual(problem(await failureOf(readJournal(home, run))), ['journal.damaged', 0, 'anchorUnreadable']);
    rmSync(anchorPath(home, run));
    assert.deepEqual(problem(await failureOf(readJournal(home, run))), ['journal.damaged', 0, 'anchorMissing']);
    assert.equal((await verifyRun(home, run)).anchored, false);
  });

  it('reads a run that goes on meanwhile', async () => {
    const home = await temp.open();
    const run = newRun();
    const journal = await createJournal(home, run, tickingClock());
    const progress = { written: 0 };
    const writing = (async () => {
      for (; progress.written < 300; progress.written++) await journal.append(said('x'.repeat(progress.written * 10)));
    })();
    let reads = 0;
    while (progress.written < 300) {
      await readJournal(home, run);
      reads++;
    }
    await writing;
    await journal.close();
    assert.ok(reads > 0);
    assert.equal((await readJournal(home, run)).records, 300);
  });

  it('verifies 3,000 records, some of them long', async () => {
    const home = await temp.open();
    const run = newRun();
    mkdirSync(runFolder(home, run));
    let prev = '0'.repeat(64);
    const parts: Buffer[] = [];
    for (let seq = 0; seq < 3000; seq++) {
      const text = seq % 500 === 0 ? 'long '.repeat(100_000) : `word ${seq}`;
      const sealed = seal(JSON.stringify({ v: 1, seq, at: seq, kind: 'person.said', text, prev }));
      parts.push(sealed.line);
      prev = sealed.hash;
    }
    const bytes = Buffer.concat(parts);
    writeFileSync(journalPath(home, run), bytes);
    writeFileSync(anchorPath(home, run), anchorBytes({ seq: 2999, hash: prev, bytes: bytes.length }));
    assert.deepEqual(await verifyRun(home, run), {
      ok: true,
      records: 3000,
      head: prev,
      anchored: true,
      tornBytes: 0,
      unknown: 0,
      failure: null,
    });
  });

  it('hashes the line as documented: its JSON text without the hash', async () => {
    const home = await temp.open();
    const run = await written(home, 1);
    const [line = ''] = lines(home, run);
    const text = line.replace(/,"hash":"[0-9a-f]{64}"\}$/, '}');
    assert.equal(createHash('sha256').update(text).digest('hex'), last(line).prev);
  });

  it('says that a run is not there, and lets no id lead elsewhere', async () => {
    const home = await temp.open();
    assert.equal((await failureOf(readJournal(home, newRun()))).code, 'run.unknown');
    for (const id of ['../..', 'runs/../../etc', '', 'last', `${newRun()}/..`])
      assert.equal((await failureOf(readJournal(home, id))).code, 'run.unknown');
    assert.deepEqual((await verifyRun(home, '../x')).ok, false);
  });
});

/** What a record that follows this line would carry. */
function last(line: string): { prev: string } {
  return { prev: /"hash":"([0-9a-f]{64})"\}$/.exec(line)?.[1] ?? '' };
}
