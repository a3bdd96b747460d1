import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectGarbage, listStores, purge, sizeOf, storePath } from '../../src/checkpoints/gc.ts';
import { gitStoreAt } from '../../src/effects/snapshots/gitStore.ts';
import { tryLock } from '../../src/effects/snapshots/lock.ts';
import { packLock, packStore } from '../../src/effects/snapshots/pack.ts';
import type { Manifest, SnapshotRef } from '../../src/protocol/checkpoint.ts';
import { failureOf } from './failure.ts';
import { type Bench, makeBench, raw } from './store.ts';

describe('the store of a workspace', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await makeBench();
  });
  afterEach(() => bench.close());

  const storeOf = (): string => storePath(bench.shadow, bench.root);
  const loose = (): number =>
    readdirSync(join(storeOf(), 'objects'))
      .filter(name => name.length === 2)
      .flatMap(name => readdirSync(join(storeOf(), 'objects', name))).length;

  /** States of one file, each with another content, and how to read them. */
  async function takeMany(count: number): Promise<{ refs: SnapshotRef[]; manifests: Manifest[] }> {
    const snapshots = await bench.open('many');
    const [refs, manifests]: [SnapshotRef[], Manifest[]] = [[], []];
    for (let at = 0; at < count; at += 1) {
      bench.write('file', `content ${at}`);
      bench.write('always', 'the same');
      const { ref } = await snapshots.take();
      refs.push(ref);
      manifests.push(await snapshots.manifest(ref));
    }
    await snapshots.close();
    return { refs, manifests };
  }

  it('loses what no manifest needs and keeps what one does', async () => {
    const { refs, manifests } = await takeMany(6);
    const kept = [manifests[0], manifests[3]].filter(each => each !== undefined);
    const options = { store: storeOf(), program: bench.program, keep: kept };
    const careful = await collectGarbage(options);
    assert.equal(careful?.missing, 0);
    const reader = await bench.open('reader');
    // Nothing is an hour old yet, so all of it is there.
    assert.equal((await reader.changes(refs[1] ?? fail(), refs[2] ?? fail())).length, 1);
    await reader.close();

    const collected = await collectGarbage({ ...options, minAgeMs: -60_000 });
    assert.ok(collected !== null && collected.bytesAfter < collected.bytesBefore);
    assert.equal(collected.bytesAfter, await sizeOf(storeOf()));
    // The two, and the last state, which the next run begins with.
    assert.equal(collected.trees, 3);
    const again = await bench.open('again');
    const [change] = await again.changes(refs[0] ?? fail(), refs[3] ?? fail());
    const ids = [change?.before, change?.after].map(held => (held?.type === 'file' ? held.id : ''));
    const texts = await Promise.all(ids.map(async id => Buffer.from(await again.read(id)).toString()));
    assert.deepEqual(texts, ['content 0', 'content 3']);
    assert.equal(await failureOf(again.changes(refs[1] ?? fail(), refs[0] ?? fail())), 'checkpoint.failed');
    assert.deepEqual((await again.take()).ref, refs[5]);
    bench.write('file', 'content 1');
    const back = await again.take();
    assert.deepEqual(back.ref, refs[1]);
    assert.equal((await again.changes(refs[1] ?? fail(), refs[0] ?? fail())).length, 1);
  });

  it('keeps what a run in progress has, whatever is named', async () => {
    bench.write('file', 'one');
    const snapshots = await bench.open();
    const { ref } = await snapshots.take();
    const options = { store: storeOf(), program: bench.program, keep: [], minAgeMs: -60_000 };
    assert.notEqual(await collectGarbage(options), null);
    bench.write('other', 'two');
    const next = await snapshots.take();
    assert.equal((await snapshots.changes(ref, next.ref)).length, 1);
    assert.equal(await purge(storeOf()), false);
    await snapshots.close();
    assert.equal(await purge(storeOf()), true);
    assert.deepEqual(await listStores(bench.shadow), []);
  });

  it('tells of a tree that is named and not there', async () => {
    const { manifests } = await takeMany(1);
    const lost: Manifest = {
      version: 1,
      parts: [{ path: raw(''), tree: 'b'.repeat(40) }],
      emptyFolders: [],
      notHeld: [],
    };
    const options = { store: storeOf(), program: bench.program, keep: [...manifests, lost] };
    assert.equal((await collectGarbage(options))?.missing, 1);
  });

  it('is packed by one process at a time, and a lock of a dead one does not count', async () => {
    const { refs } = await takeMany(5);
    const store = gitStoreAt(storeOf(), bench.program);
    const before = loose();
    assert.ok(before > 8);
    const unlock = await tryLock(packLock(storeOf()));
    assert.equal(await packStore(store), false);
    assert.equal(await collectGarbage({ store: storeOf(), program: bench.program, keep: [] }), null);
    await unlock?.();
    writeFileSync(packLock(storeOf()), '999999999 1\n');
    assert.equal(await packStore(store), true);
    assert.equal(loose(), 0);
    const reader = await bench.open('reader');
    assert.equal((await reader.changes(refs[0] ?? fail(), refs[4] ?? fail())).length, 1);
  });

  it('is listed with its workspace', async () => {
    await (await bench.open()).take();
    assert.deepEqual(await listStores(bench.shadow), [{ path: storeOf(), root: bench.root }]);
    assert.deepEqual(await listStores(join(bench.base, 'missing')), []);
  });
});

function fail(): never {
  throw new Error('there is no such state');
}
