import assert from 'node:assert/strict';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { mintPermit, permitLifetimeMs } from '../../src/gate/permit.ts';
import type { EditEffect } from '../../src/protocol/effect.ts';
import { uncontained } from '../support/fakes.ts';
import { type Bench, bench, failsWith } from './setup.ts';

describe('edit', () => {
  let b: Bench;
  beforeEach(async () => {
    b = await bench();
  });
  afterEach(() => b.remove());

  async function change(path: string, base: string | null, next: string): Promise<EditEffect> {
    return {
      kind: 'edit',
      path,
      base: base === null ? null : await b.blobs.put(Buffer.from(base)),
      next: await b.blobs.put(Buffer.from(next)),
      patch: '',
      added: 0,
      removed: 0,
    };
  }

  it('replaces the content, keeps the mode and leaves nothing else behind', async () => {
    const path = b.write('run.sh', 'old');
    chmodSync(path, 0o751);
    const outcome = await b.run(await change(path, 'old', 'new'));
    assert.equal(b.text('run.sh'), 'new');
    assert.equal(statSync(path).mode & 0o7777, 0o751);
    assert.deepEqual(b.names(), ['run.sh']);
    assert.deepEqual(outcome, { kind: 'edit', path, file: await b.blobs.put(Buffer.from('new')) });
  });

  it('creates a file with the mode that the umask leaves, and the folders that are missing', async () => {
    const before = process.umask(0o027);
    try {
      await b.run(await change(join(b.root, 'a/b/c.txt'), null, 'hi'));
    } finally {
      process.umask(before);
    }
    assert.equal(b.text('a/b/c.txt'), 'hi');
    assert.equal(statSync(join(b.root, 'a/b/c.txt')).mode & 0o777, 0o640);
    assert.deepEqual(b.names('a/b'), ['c.txt']);
  });

  it('writes names with newlines, quotes and other alphabets', async () => {
    for (const name of ['zwei\nzeilen', `it's "$(x)"`, 'файл 😀', '..hidden', '-rf'])
      await b.run(await change(join(b.root, name), null, name));
    assert.equal(b.names().length, 5);
    assert.equal(b.text('zwei\nzeilen'), 'zwei\nzeilen');
  });

  it('refuses a file that changed meanwhile, appeared, or went away', async () => {
    const changed = await change(b.write('a', 'seen'), 'seen', 'new');
    writeFileSync(join(b.root, 'a'), 'other');
    await assert.rejects(b.run(changed), failsWith('file.changed'));
    assert.equal(b.text('a'), 'other');
    await assert.rejects(b.run(await change(b.write('b', 'there'), null, 'new')), failsWith('file.changed'));
    assert.equal(b.text('b'), 'there');
    await assert.rejects(b.run(await change(join(b.root, 'c'), 'gone', 'new')), failsWith('file.changed'));
    assert.deepEqual(b.names(), ['a', 'b']);
  });

  it('refuses a link that was swapped in for the file, wherever it leads', async () => {
    const target = join(b.outside, 'target');
    writeFileSync(target, 'same');
    const effect = await change(b.write('a', 'same'), 'same', 'evil');
    rmSync(join(b.root, 'a'));
    symlinkSync(target, join(b.root, 'a'));
    await assert.rejects(b.run(effect), failsWith('file.changed'));
    const dangling = await change(join(b.root, 'd'), null, 'evil');
    symlinkSync(join(b.outside, 'created'), join(b.root, 'd'));
    await assert.rejects(b.run(dangling), failsWith('file.changed'));
    assert.equal(readFileSync(target, 'utf8'), 'same');
    assert.equal(readlinkSync(join(b.root, 'a')), target);
    assert.deepEqual(b.names('../outside'), ['target']);
  });

  it('refuses a link that was swapped in for a folder, also one that it would have to create', async () => {
    mkdirSync(join(b.root, 'd'));
    writeFileSync(join(b.outside, 'f'), 'same');
    const effect = await change(b.write('d/f', 'same'), 'same', 'evil');
    const deeper = await change(join(b.root, 'd/new/f'), null, 'evil');
    renameSync(join(b.root, 'd'), join(b.root, 'moved'));
    symlinkSync(b.outside, join(b.root, 'd'));
    await assert.rejects(b.run(effect), failsWith('file.changed'));
    await assert.rejects(b.run(deeper), failsWith('file.changed'));
    assert.equal(readFileSync(join(b.outside, 'f'), 'utf8'), 'same');
    assert.deepEqual(b.names('../outside'), ['f']);
  });

  it('breaks a hard link rather than writing through it', async () => {
    writeFileSync(join(b.outside, 'shared'), 'old');
    linkSync(join(b.outside, 'shared'), join(b.root, 'a'));
    await b.run(await change(join(b.root, 'a'), 'old', 'new'));
    assert.equal(readFileSync(join(b.outside, 'shared'), 'utf8'), 'old');
    assert.equal(b.text('a'), 'new');
  });

  it('leaves a read-only file alone', async () => {
    const path = b.write('a', 'old');
    chmodSync(path, 0o444);
    await assert.rejects(b.run(await change(path, 'old', 'new')), failsWith('file.unwritable'));
    assert.equal(b.text('a'), 'old');
  });

  it('says so where the system does not let it write, and cleans up', async () => {
    await assert.rejects(b.run(await change('/proc/gatehouse/x', null, 'x')), failsWith('file.unwritable'));
    await assert.rejects(
      b.run(await change(join(b.write('file', ''), 'below'), null, 'x')),
      failsWith('file.unwritable', { problem: 'ENOTDIR' }),
    );
    const long = join(b.root, 'x'.repeat(300));
    await assert.rejects(b.run(await change(long, null, 'x')), failsWith('file.unreadable'));
    assert.deepEqual(b.names(), ['file']);
  });

  it('refuses folders and pipes in the place of the file', async () => {
    mkdirSync(join(b.root, 'd'));
    await assert.rejects(b.run(await change(join(b.root, 'd'), null, 'x')), failsWith('file.notAFile'));
  });

  it('refuses a path that is not the real one', async () => {
    await assert.rejects(b.run(await change(`${b.root}/a/../b`, null, 'x')), failsWith('file.changed'));
    await assert.rejects(b.run(await change('relative', null, 'x')), failsWith('file.changed'));
    assert.deepEqual(b.names(), []);
  });

  it('gives the same path to the last of many at once, whole', async () => {
    const path = b.write('a', 'old');
    const effects = await Promise.all(['one', 'two', 'three'].map(word => change(path, 'old', word.repeat(50_000))));
    const results = await Promise.allSettled(effects.map(effect => b.run(effect)));
    const won = results.findIndex(result => result.status === 'fulfilled');
    assert.ok(won >= 0);
    assert.ok(['one', 'two', 'three'].some(word => b.text('a') === word.repeat(50_000)));
    assert.deepEqual(b.names(), ['a']);
  });

  it('creates a file once when many try at the same time, and leaves nothing of the others', async () => {
    const path = join(b.root, 'a');
    const effects = await Promise.all(Array.from({ length: 10 }, (_, n) => change(path, null, `${n}`.repeat(50_000))));
    const results = await Promise.allSettled(effects.map(effect => b.run(effect)));
    const winners = results.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
    assert.equal(winners.length, 1);
    assert.equal(b.text('a'), `${winners[0]}`.repeat(50_000));
    for (const result of results) if (result.status === 'rejected') failsWith('file.changed')(result.reason);
    assert.deepEqual(b.names(), ['a']);
  });

  it('takes a permit once, in time, and only before the stop', async () => {
    const effect = await change(join(b.root, 'a'), null, 'x');
    const io = { signal: new AbortController().signal, onOutput: () => undefined };
    const late = mintPermit(effect, uncontained, Date.now() - permitLifetimeMs - 1);
    await assert.rejects(b.effects.run(late, io), failsWith('permit.expired'));
    await assert.rejects(
      b.effects.run(mintPermit(effect, uncontained, Date.now()), { ...io, signal: AbortSignal.abort() }),
      failsWith('run.stopped'),
    );
    assert.deepEqual(b.names(), []);
    const permit = mintPermit(effect, uncontained, Date.now());
    await b.effects.run(permit, io);
    rmSync(join(b.root, 'a'));
    await assert.rejects(b.effects.run(permit, io), failsWith('permit.used'));
    assert.deepEqual(b.names(), []);
  });

  it('runs what the permit saw, whatever becomes of the object later', async () => {
    const effect = await change(join(b.root, 'a'), null, 'x');
    const permit = mintPermit(effect, uncontained, Date.now());
    effect.path = join(b.outside, 'evil');
    await b.effects.run(permit, { signal: new AbortController().signal, onOutput: () => undefined });
    assert.deepEqual(b.names(), ['a']);
    assert.deepEqual(b.names('../outside'), []);
  });
});
