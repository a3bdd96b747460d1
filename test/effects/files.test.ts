import assert from 'node:assert/strict';
import { mkdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realClock } from '../../src/effects/clock.ts';
import { findDotenvFiles } from '../../src/effects/dotenv.ts';
import { copyTree, exists, list, makePrivateFolder, readText, remove, writePrivate } from '../../src/effects/files.ts';
import { OutputKeeper } from '../../src/effects/output.ts';
import { type Bench, bench, failsWith } from './setup.ts';

describe('files of hosts', () => {
  let b: Bench;
  beforeEach(async () => {
    b = await bench();
  });
  afterEach(() => b.remove());
  const path = (name: string) => join(b.root, name);

  it('are written for the user alone and read back', async () => {
    await writePrivate(path('deep/er/a'), 'one');
    await writePrivate(path('deep/er/a'), 'two');
    assert.equal(await readText(path('deep/er/a')), 'two');
    assert.equal(statSync(path('deep/er/a')).mode & 0o777, 0o600);
    assert.equal(statSync(path('deep')).mode & 0o777, 0o700);
    assert.deepEqual(await list(path('deep/er')), ['a']);
    assert.equal(await readText(path('none')), null);
    assert.deepEqual(await list(path('none')), []);
  });

  it('include folders that are made private', async () => {
    mkdirSync(path('d'), { mode: 0o755 });
    await makePrivateFolder(path('d'));
    assert.equal(statSync(path('d')).mode & 0o777, 0o700);
  });

  it('are copied whole, links as links, and never over others', async () => {
    mkdirSync(path('from/sub'), { recursive: true });
    b.write('from/sub/a', 'x');
    symlinkSync('sub/a', path('from/link'));
    await copyTree(path('from'), path('to'));
    assert.equal(b.text('to/sub/a'), 'x');
    assert.equal(readlinkSync(path('to/link')), 'sub/a');
    await assert.rejects(copyTree(path('from'), path('to')));
    await remove(path('to'));
    await remove(path('to'));
    assert.equal(await exists(path('to')), false);
    symlinkSync('nowhere', path('dangling'));
    assert.equal(await exists(path('dangling')), true);
  });

  it('of the kind .env are found however deep, also behind a link, and nothing else is', async () => {
    for (const folder of ['packages/api', 'web', 'node_modules/p', 'a/b/c'])
      mkdirSync(path(folder), { recursive: true });
    for (const name of ['.env', '.env.local', '.envrc', 'web/prod.env', 'packages/api/.env.test', 'a/b/c/.env'])
      b.write(name, `IN=${name}`);
    for (const name of ['.env.example', 'environment', 'node_modules/p/.env']) b.write(name, 'NOT=this');
    b.write('.env.huge', 'x'.repeat(64 * 1024 + 1));
    writeFileSync(join(b.outside, 'x'), 'IN=link');
    symlinkSync(join(b.outside, 'x'), path('.env.link'));
    symlinkSync('/dev/zero', path('.env.zero'));
    const found = await findDotenvFiles(b.root);
    assert.deepEqual(
      found.map(file => file.text),
      ['.env', 'link', '.env.local', '.envrc', 'web/prod.env', 'packages/api/.env.test', 'a/b/c/.env'].map(
        name => `IN=${name}`,
      ),
    );
    assert.equal(found[0]?.path, path('.env'));
  });
});

describe('the clock', () => {
  it('sleeps, and wakes with the reason of an abort', async () => {
    const before = realClock.now();
    await realClock.sleep(20);
    assert.ok(realClock.now() - before >= 19);
    const reason = new Error('enough');
    await assert.rejects(realClock.sleep(60_000, AbortSignal.abort(reason)), reason);
  });
});

describe('kept output', () => {
  function keep(...chunks: (string | Buffer)[]) {
    const streamed: string[] = [];
    const keeper = new OutputKeeper(text => streamed.push(text));
    for (const chunk of chunks) keeper.push(Buffer.from(chunk));
    return { ...keeper.finish(), streamed: streamed.join('') };
  }

  it('is whole below the limits', () => {
    assert.deepEqual(keep('a', 'b\n'), { text: 'ab\n', bytes: 3, dropped: 0, streamed: 'ab\n' });
    const most = 'x'.repeat(32 * 1024);
    assert.deepEqual([keep(most).text === most, keep(most).dropped], [true, 0]);
    assert.ok(keep(`${most}y`).dropped > 0);
  });

  it('is cut between lines, and counts what it left out', () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => `line ${n}\n`);
    const all = lines.join('');
    for (const chunks of [[all], lines]) {
      const { text, bytes, dropped, streamed } = keep(...chunks);
      assert.equal(streamed, all);
      assert.equal(bytes, all.length);
      const [head = '', tail = ''] = text.split(/\[… \d+ bytes left out …\]\n/);
      assert.ok(all.startsWith(head) && head.endsWith('\n') && head.length > 7_000);
      assert.ok(all.endsWith(tail) && tail.startsWith('line ') && tail.length > 23_000);
      assert.equal(head.length + tail.length + dropped, bytes);
    }
  });

  it('keeps no part of a word that stands at a cut', () => {
    const word = 'zq8w0fJwR0pIIZ0os';
    for (const [before, after] of [
      [' ', ' '],
      ['.', '.'],
    ] as const)
      for (let shift = 0; shift <= word.length; shift += 1) {
        const head = before.repeat(8 * 1024 - shift) + word;
        const tail = word + after.repeat(24 * 1024 - shift);
        const { text } = keep(head + '.'.repeat(60_000) + tail);
        for (let size = 4; size < word.length; size += 1) {
          const without = text.replaceAll(word, '');
          assert.ok(!without.includes(word.slice(0, size)) && !without.includes(word.slice(-size)), `${shift} ${size}`);
        }
      }
  });

  it('never cuts a character in two', () => {
    for (const shift of ['', 'a', 'ab', 'abc']) {
      const { text } = keep(shift + '😀'.repeat(20_000));
      assert.ok(!text.includes('\uFFFD'), `shifted by ${shift.length}`);
    }
  });

  it('shows what is no UTF-8 as such', () => {
    assert.equal(keep(Buffer.from([0x61, 0xff, 0x62])).text, 'a\uFFFDb');
    assert.equal(keep(Buffer.from([0x61, 0xf0, 0x9f])).streamed, 'a\uFFFD');
  });
});

describe('diagnostics', () => {
  it("are the editor's, with paths of the workspace", async () => {
    const at = { line: 3, column: 1, severity: 'error' as const, message: 'bad' };
    const b = await bench();
    const items = [
      { path: join(b.root, 'src/a.ts'), ...at },
      { path: '/elsewhere', ...at },
    ];
    const withEditor = await bench({ root: b.root, editor: { diagnostics: () => Promise.resolve(items) } });
    try {
      const outcome = await withEditor.run({ kind: 'diagnostics' });
      assert.deepEqual(
        outcome.items.map(item => item.path),
        ['src/a.ts', '/elsewhere'],
      );
      await assert.rejects(b.run({ kind: 'diagnostics' }), failsWith('diagnostics.noEditor'));
    } finally {
      b.remove();
      withEditor.remove();
    }
  });
});
