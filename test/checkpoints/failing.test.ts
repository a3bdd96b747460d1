import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureOf } from './failure.ts';
import { type Bench, makeBench, raw } from './store.ts';

const env = { PATH: process.env['PATH'] };

describe('a snapshot that fails', () => {
  let bench: Bench;
  let mounted: string[];
  beforeEach(async () => {
    bench = await makeBench();
    mounted = [];
  });
  afterEach(async () => {
    await bench.close().catch(() => undefined);
    for (const path of mounted) execFileSync('umount', ['-l', path], { env });
    rmSync(bench.base, { recursive: true, force: true });
  });

  function mount(...args: string[]): boolean {
    try {
      execFileSync('mount', args, { env, stdio: 'ignore' });
      mounted.push(args.at(-1) ?? '');
      return true;
    } catch {
      return false;
    }
  }

  /** A git that does what `script` says before it becomes the real one. */
  function gitWith(script: string) {
    const folder = join(bench.base, 'bin');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'git');
    writeFileSync(path, `#!/bin/sh\n${script}\nexec ${bench.program.path} "$@"\n`);
    chmodSync(path, 0o755);
    return { path, searchPath: bench.program.searchPath };
  }

  it('says that the disk is full, and goes on once there is room', async function () {
    const small = join(bench.base, 'small');
    mkdirSync(small);
    if (!mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small)) this.skip();
    bench.write('before', 'x');
    const snapshots = await bench.open('run', { home: { shadow: join(small, 'shadow'), blobs: bench.blobs } });
    const first = await snapshots.take();
    bench.write('noise', randomBytes(8_000_000));
    bench.write('before', 'y');
    assert.equal(await failureOf(snapshots.take()), 'checkpoint.full');
    assert.equal(await failureOf(snapshots.touch([raw('noise')])), 'checkpoint.full');
    const [change] = await snapshots.changes(first.ref, first.ref);
    assert.equal(change, undefined);
    rmSync(join(bench.root, 'noise'));
    const next = await snapshots.take();
    const told = (await snapshots.changes(first.ref, next.ref)).map(each => each.path);
    assert.deepEqual(told, ['before']);
  });

  it('says that storage is read-only, and what was held can still be read', async function () {
    const place = join(bench.base, 'place');
    mkdirSync(place);
    if (!mount('-t', 'tmpfs', 'tmpfs', place)) this.skip();
    bench.write('file', 'one');
    const home = { shadow: join(place, 'shadow'), blobs: bench.blobs };
    const snapshots = await bench.open('run', { home });
    const first = await snapshots.take();
    bench.write('file', 'two');
    const second = await snapshots.take();
    execFileSync('mount', ['-o', 'remount,ro', place], { env });
    bench.write('file', 'three');
    assert.equal(await failureOf(snapshots.take()), 'checkpoint.failed');
    assert.equal(await failureOf(bench.open('other', { home })), 'checkpoint.failed');
    const [change] = await snapshots.changes(first.ref, second.ref);
    const bytes = await snapshots.read(change?.after?.type === 'file' ? change.after.id : '');
    assert.equal(Buffer.from(bytes).toString(), 'two');
    execFileSync('mount', ['-o', 'remount,rw', place], { env });
    assert.equal((await snapshots.take()).changed, true);
  });

  it('looks again where git was killed once, and gives up where it always is', async () => {
    const mark = join(bench.base, 'mark');
    const program = gitWith(`case "$*" in *update-index*) [ -e ${mark} ] || { touch ${mark}; kill -9 $$; } ;; esac`);
    bench.write('file', 'one');
    const snapshots = await bench.open('run', { program });
    const first = await snapshots.take();
    assert.ok(existsSync(mark));
    assert.equal(first.ref.files, 1);

    const always = gitWith('case "$*" in *update-index*) kill -9 $$ ;; esac');
    const broken = await bench.open('broken', { program: always, store: join(bench.base, 'elsewhere') });
    assert.equal(await failureOf(broken.take()), 'checkpoint.failed');
  });

  it('is not hindered by the lock that a killed git has left', async () => {
    bench.write('file', 'one');
    const snapshots = await bench.open();
    await snapshots.take();
    const [store = ''] = readdirSync(bench.shadow);
    const indexes = join(bench.shadow, store, 'indexes');
    for (const run of readdirSync(indexes))
      for (const file of readdirSync(join(indexes, run)))
        if (/^[0-9a-f]{16}$/.test(file)) writeFileSync(join(indexes, run, `${file}.lock`), '');
    bench.write('new/file', 'two');
    assert.equal((await snapshots.take()).ref.files, 2);
  });

  it('heals an index that was damaged and a store that has lost objects', async () => {
    bench.write('file', 'one');
    bench.write('other', 'two');
    const one = await bench.open('one');
    const first = await one.take();
    await one.close();
    const [store = ''] = readdirSync(bench.shadow);
    const last = join(bench.shadow, store, 'indexes/last');
    for (const file of readdirSync(last)) writeFileSync(join(last, file), 'no index');
    const two = await bench.open('two');
    assert.deepEqual((await two.take()).ref, first.ref);
    await two.close();
    for (const name of readdirSync(join(bench.shadow, store, 'objects')))
      if (name.length === 2) rmSync(join(bench.shadow, store, 'objects', name), { recursive: true });
    const three = await bench.open('three');
    const healed = await three.take();
    assert.deepEqual(healed.ref, first.ref);
    bench.write('file', 'changed');
    const [change] = await three.changes(healed.ref, (await three.take()).ref);
    assert.equal(
      Buffer.from(await three.read(change?.before?.type === 'file' ? change.before.id : '')).toString(),
      'one',
    );
  });

  it('keeps no host alive that has forgotten to close it, and may be closed twice', async () => {
    bench.write('file', 'one');
    const snapshots = await bench.open();
    await snapshots.take();
    await Promise.all([snapshots.close(), snapshots.close()]);
    const script = join(bench.base, 'host.ts');
    const source = (path: string): string => JSON.stringify(join(import.meta.dirname, '../../src', path));
    writeFileSync(
      script,
      `import { openObjects } from ${source('effects/snapshots/objects.ts')};
      import { gitStoreAt } from ${source('effects/snapshots/gitStore.ts')};
      const program = ${JSON.stringify(bench.program)};
      const objects = openObjects(gitStoreAt(process.argv[2] ?? '', program));
      const id = await objects.writeFile(process.argv[3] ?? '', 'file');
      console.log(String(await objects.readBlob(id)));`,
    );
    const [store = ''] = readdirSync(bench.shadow);
    const args = [script, join(bench.shadow, store), bench.root];
    assert.equal(execFileSync(process.execPath, args, { env, encoding: 'utf8', timeout: 20_000 }), 'one\n');
  });

  it('says how many files are too many', async () => {
    for (let at = 0; at < 12; at += 1) bench.write(`file${at}`, 'x');
    const snapshots = await bench.open('run', { limits: { files: 10 } });
    assert.equal(await failureOf(snapshots.take()), 'checkpoint.tooMany');
    rmSync(join(bench.root, 'file1'));
    rmSync(join(bench.root, 'file2'));
    assert.equal((await snapshots.take()).ref.files, 10);
  });

  it('ends git at once when it is stopped, and the next one is whole', async () => {
    const pids = join(bench.base, 'pids');
    const mark = join(bench.base, 'slow');
    writeFileSync(mark, '');
    const program = gitWith(
      `case "$*" in *ls-files*) [ -e ${mark} ] && { echo $$ >> ${pids}; exec sleep 600; } ;; esac`,
    );
    bench.write('file', 'one');
    const snapshots = await bench.open('run', { program });
    const stop = new AbortController();
    const taking = snapshots.take(stop.signal);
    taking.catch(() => undefined);
    while (!existsSync(pids) || readFileSync(pids, 'utf8') === '') await new Promise(resolve => setTimeout(resolve, 5));
    const since = performance.now();
    stop.abort();
    await assert.rejects(taking, { name: 'AbortError' });
    assert.ok(performance.now() - since < 15_000);
    for (const pid of readFileSync(pids, 'utf8').trim().split('\n'))
      assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' });
    rmSync(mark);
    assert.equal((await snapshots.take()).ref.files, 1);
    await assert.rejects(snapshots.take(AbortSignal.abort()), { name: 'AbortError' });
  });
});
