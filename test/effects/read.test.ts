import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, bench, failsWith } from './setup.ts';

describe('read', () => {
  let b: Bench;
  beforeEach(async () => {
    b = await bench();
  });
  afterEach(() => b.remove());

  const read = (path: string, more = {}) => b.run({ kind: 'read', path, ...more });

  it('gives lines, with or without a newline at the end, and the digest of the whole file', async () => {
    const outcome = await read(b.write('a', 'one\ntwo\nthree'), { offset: 2, limit: 1 });
    assert.deepEqual(outcome, {
      kind: 'read',
      path: join(b.root, 'a'),
      file: (await b.workspace.look(join(b.root, 'a')))?.ref,
      text: 'two',
      from: 2,
      to: 2,
      totalLines: 3,
      cutLines: 0,
      whole: 'one\ntwo\nthree',
    });
    assert.equal((await read(b.write('b', 'one\ntwo\n'))).totalLines, 2);
    assert.equal((await read(b.write('c', 'one\n\n'))).text, 'one\n');
  });

  it('tells an empty file from one that ends before the offset', async () => {
    const empty = await read(b.write('a', ''));
    assert.deepEqual([empty.text, empty.to, empty.totalLines], ['', 0, 0]);
    const past = await read(b.write('b', 'x\n'), { offset: 5 });
    assert.ok(past.to < past.from);
    assert.equal(past.totalLines, 1);
  });

  it('shows CRLF as LF and leaves the byte order mark out', async () => {
    const outcome = await read(b.write('a', '\uFEFFone\r\ntwo\rstill two\r\n'));
    assert.equal(outcome.text, 'one\ntwo\rstill two');
    assert.equal(outcome.totalLines, 2);
  });

  it('stops at 2,000 lines and cuts long ones between characters, saying how much is missing', async () => {
    const many = await read(b.write('a', 'x\n'.repeat(2500)));
    assert.deepEqual([many.to, many.totalLines], [2000, 2500]);
    const long = await read(b.write('b', `${'a'.repeat(1999)}😀${'b'.repeat(10)}\nshort`));
    const [first, second] = long.text.split('\n');
    assert.equal(first, `${'a'.repeat(1999)}…[+12 characters]`);
    assert.equal(second, 'short');
    assert.equal(long.cutLines, 1);
  });

  it('stops at a whole line where many long ones come together, so that reading on works', async () => {
    const path = b.write('a', `${'y'.repeat(1000)}\n`.repeat(300));
    const first = await read(path);
    assert.ok(first.text.length <= 100_000 && first.to > 50 && first.to < 300);
    const next = await read(path, { offset: first.to + 1 });
    assert.equal(next.from, first.to + 1);
  });

  it('refuses what is not text', async () => {
    await assert.rejects(read(b.write('nul', 'a\0b')), failsWith('file.binary'));
    await assert.rejects(read(b.write('latin1', Buffer.from([0x61, 0xe9, 0x62]))), failsWith('file.binary'));
    await assert.rejects(read(b.write('utf16', Buffer.from('\uFEFFhello', 'utf16le'))), failsWith('file.binary'));
  });

  it('refuses what is no file, without waiting for a pipe', async () => {
    const fifo = join(b.root, 'fifo');
    execFileSync('mkfifo', [fifo]);
    await assert.rejects(read(fifo), failsWith('file.notAFile', { found: 'pipe' }));
    await assert.rejects(read(b.root), failsWith('file.notAFile', { found: 'directory' }));
    await assert.rejects(read('/dev/zero'), failsWith('file.notAFile', { found: 'device' }));
    await assert.rejects(read(join(b.root, 'none')), failsWith('file.missing'));
    await assert.rejects(read(join(b.root, 'no\0ne')), failsWith('file.missing'));
  });

  it('refuses what is huge, also where its size is not told beforehand', async () => {
    const huge = b.write('huge', '');
    truncateSync(huge, 8 * 1024 * 1024 + 1);
    await assert.rejects(read(huge), failsWith('file.tooLarge', { bytes: 8 * 1024 * 1024 + 1 }));
    const limit = b.write('limit', Buffer.alloc(8 * 1024 * 1024, 'x\n'));
    assert.equal((await read(limit)).totalLines, 4 * 1024 * 1024);
  });

  it('reads names with spaces, newlines and other alphabets', async () => {
    for (const name of ['a b', 'zwei\nzeilen', 'файл-文件-😀', "it's $(x)"])
      assert.equal((await read(b.write(name, name))).text, name);
  });

  it('does not follow a link that was swapped in for the file or for a folder', async () => {
    writeFileSync(join(b.outside, 'f'), 'secret');
    const file = b.write('f', 'fine');
    rmSync(file);
    symlinkSync(join(b.outside, 'f'), file);
    await assert.rejects(read(file), failsWith('file.changed'));
    mkdirSync(join(b.root, 'd'));
    b.write('d/f', 'fine');
    renameSync(join(b.root, 'd'), join(b.root, 'old'));
    symlinkSync(b.outside, join(b.root, 'd'));
    await assert.rejects(read(join(b.root, 'd/f')), failsWith('file.changed'));
  });
});
