import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, makeBench, onDisk, raw, stateOf } from './store.ts';

describe('a snapshot of a hostile repository', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await makeBench();
  });
  afterEach(() => bench.close());

  it('runs none of its filters, hooks, watchers and converters', async () => {
    const { root } = bench;
    const proof = join(bench.base, 'proof');
    mkdirSync(proof);
    const plant = (name: string): string => `sh -c 'touch ${join(proof, name)}; cat'`;
    bench.git(root, 'init', '-q');
    bench.write(
      '.gitattributes',
      '[attr]evil filter=evil diff=evil\n* evil\n*.o filter=other\n*.txt filter=evil text eol=crlf\n',
    );
    bench.write('a.txt', 'one\ntwo\n');
    bench.write('sub/.gitattributes', '* filter=evil\n');
    bench.write('sub/b', 'three\n');
    bench.write('c.o', 'three\n');
    for (const hook of [
      'pre-commit',
      'post-index-change',
      'post-checkout',
      'reference-transaction',
      'fsmonitor-watchman',
    ])
      bench.write(`.git/hooks/${hook}`, `#!/bin/sh\ntouch ${join(proof, hook)}\n`, 0o755);
    bench.git(root, 'config', 'filter.evil.clean', plant('clean'));
    bench.git(root, 'config', 'filter.evil.smudge', plant('smudge'));
    bench.git(root, 'config', 'filter.other.process', plant('process'));
    bench.git(root, 'config', 'filter.evil.required', 'true');
    bench.git(root, 'config', 'diff.evil.textconv', plant('textconv'));
    bench.git(root, 'config', 'diff.external', plant('external'));
    bench.git(root, 'config', 'core.fsmonitor', join(root, '.git/hooks/fsmonitor-watchman'));
    bench.git(root, 'config', 'core.excludesFile', join(root, 'everything'));
    bench.write('everything', '*\n');
    // The trap works: the person's own git walks into it.
    bench.git(root, 'hash-object', '--path', 'a.txt', 'a.txt');
    assert.ok(existsSync(join(proof, 'clean')), 'the trap is not set');
    const sprung = readdirSync(proof).length;

    const nothingRoot = join(bench.base, 'nothing');
    mkdirSync(nothingRoot);
    const nothing = (await (await bench.open('nothing', { root: nothingRoot })).take()).ref;
    const before = readdirSync(proof);
    const snapshots = await bench.open();
    const first = await snapshots.take();
    bench.write('a.txt', 'one\r\ntwo\n');
    const second = await snapshots.take();
    bench.write('sub/b', 'four\r\n');
    const third = await snapshots.touch([raw('sub/b')]);
    assert.equal((await snapshots.changes(first.ref, third.ref)).length, 2);
    assert.notDeepEqual(first.ref, second.ref);
    for (const [path, held] of await stateOf(snapshots, nothing, third.ref))
      assert.deepEqual(held, onDisk(root, path), path);
    await snapshots.close();
    assert.deepEqual(readdirSync(proof), before);
    assert.equal(before.length, sprung);
  });

  it('follows no link out of the workspace, wherever it stands', async () => {
    const outside = join(bench.base, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret'), 'secret');
    writeFileSync(join(outside, '.gitignore'), '*\n');
    bench.write('folder/secret', 'mine');
    const snapshots = await bench.open();
    const first = await snapshots.take();
    bench.git(bench.root, 'init', '-q', 'swapped');
    symlinkSync(outside, join(bench.root, 'link'));
    symlinkSync(join(outside, 'secret'), join(bench.root, 'file-link'));
    const second = await snapshots.touch([raw('link/secret')]);
    assert.deepEqual(second.ref, first.ref);
    const third = await snapshots.take();
    const told = (await snapshots.changes(first.ref, third.ref)).map(each => [each.path, each.after?.type]);
    assert.deepEqual(told, [
      ['file-link', 'link'],
      ['link', 'link'],
    ]);
    const [link] = await snapshots.changes(first.ref, third.ref);
    const bytes = await snapshots.read(link?.after?.type === 'link' ? link.after.id : '');
    assert.equal(Buffer.from(bytes).toString(), join(outside, 'secret'));
  });

  it('keeps its store from other users', async () => {
    bench.write('.env', 'TOKEN=x');
    const snapshots = await bench.open();
    await snapshots.take();
    const [store = ''] = readdirSync(bench.shadow);
    assert.match(store, /^workspace-[0-9a-f]{16}$/);
    for (const path of [bench.shadow, join(bench.shadow, store)]) assert.equal(statSync(path).mode & 0o777, 0o700);
  });
});
