import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { failureOf } from './failure.ts';
import { type Bench, makeBench, onDisk, raw, stateOf, walk } from './store.ts';

describe('a snapshot', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await makeBench();
  });
  afterEach(() => bench.close());

  it('leaves out the folders that the sandbox has put there, while they are empty', async () => {
    const { root, write } = bench;
    const ours = [join(root, '.claude'), join(root, 'in/.vscode'), join(root, '.cursor'), '/elsewhere/.idea'];
    let alive: string[] = [];
    const snapshots = await bench.open('run-1', { mountPoints: () => alive });
    const before = await snapshots.take();
    alive = ours;
    for (const path of ours.slice(0, 3)) mkdirSync(path, { recursive: true });
    mkdirSync(join(root, 'mine'));
    write('.cursor/rules', 'x\n');
    const during = await snapshots.take();
    const changed = async (): Promise<string[]> =>
      (await snapshots.changes(before.ref, during.ref)).map(({ path }) => path);
    assert.deepEqual(await changed(), ['.cursor/rules', 'mine']);
    const touched = await snapshots.touch([raw('.cursor/rules')]);
    assert.equal(touched.changed, false);
    alive = [];
    const { emptyFolders } = await snapshots.manifest((await snapshots.take()).ref);
    assert.deepEqual(emptyFolders, ['.claude', 'in/.vscode', 'mine'], 'what nobody covers any more is the person’s');
  });

  it('holds each file, link and empty folder byte for byte', async () => {
    const { root, write } = bench;
    write(
      '.gitattributes',
      '* text=auto eol=crlf filter=x ident working-tree-encoding=UTF-16\n[attr]m filter=y\n*.m m\n',
    );
    write('crlf.txt', 'a\r\nb\r\n$Id$\r\n');
    write('lf.txt', 'a\nb\n$Id: old $\n');
    write('a.m', 'text\r\n');
    write('bom.txt', '\ufeffhello\n');
    write(
      'bytes.bin',
      Uint8Array.from({ length: 3000 }, (_, at) => at % 256),
    );
    write('empty', '');
    write('run.sh', '#!/bin/sh\n', 0o755);
    write('locked', 'read-only\n', 0o444);
    write('git~1', 'short name\n');
    write('\u00e9', 'composed');
    write('e\u0301', 'decomposed');
    write('with\nnewline', '1');
    write('with "quote', '2');
    write('with\\backslash', '3');
    write('-leading', '4');
    write(' blank ', '5');
    write(Buffer.from([0x66, 0xff, 0xfe]), 'no UTF-8');
    write(`deep/${'x'.repeat(250)}/${'y'.repeat(250)}`, 'long');
    symlinkSync('nowhere', join(root, 'dangling'));
    symlinkSync('deep', join(root, 'to-folder'));
    symlinkSync('/etc/hostname', join(root, 'outside'));
    mkdirSync(join(root, 'void/in/void'), { recursive: true });
    mkdirSync(join(root, 'deep/void'));

    const nothing = await nothingOf(bench);
    const snapshots = await bench.open();
    const { ref } = await snapshots.take();
    const state = await stateOf(snapshots, nothing, ref);
    assert.deepEqual([...state.keys()].sort(), walk(root).sort());
    for (const [path, held] of state) assert.deepEqual(held, onDisk(root, path), path);
    assert.equal(ref.files, [...state.values()].filter(each => each.type !== 'folder').length);
  });

  it('takes no ignored file, keeps one that was held before it was ignored, and minds rules from outside', async () => {
    bench.write('.gitignore', '*.log\nout/\n');
    bench.write('a.log', 'x');
    bench.write('out/b', 'x');
    bench.write('only/c.log', 'x');
    bench.write('personal', 'x');
    bench.write('later.txt', 'x');
    bench.write('sub/.gitignore', '!a.log\n');
    bench.write('sub/a.log', 'x');
    const rules = join(bench.base, 'rules');
    writeFileSync(rules, '/personal\n');
    const nothing = await nothingOf(bench);
    const snapshots = await bench.open('run', { excludes: () => [join(bench.base, 'missing'), rules] });
    const first = await snapshots.take();
    const held = ['.gitignore', 'later.txt', 'sub/.gitignore', 'sub/a.log'];
    assert.deepEqual([...(await stateOf(snapshots, nothing, first.ref)).keys()].sort(), held);
    bench.write('.gitignore', '*.log\nout/\nlater.txt\n');
    bench.write('later.txt', 'changed');
    const second = await snapshots.take();
    const changed = (await snapshots.changes(first.ref, second.ref)).map(each => each.path);
    assert.deepEqual(changed, ['.gitignore', 'later.txt']);
    bench.write('touched.log', 'x');
    const third = await snapshots.touch([raw('touched.log')]);
    assert.equal(third.changed, false);
  });

  it('notes what is too large, no file at all, or has a name that git cannot hold', async () => {
    const snapshots = await bench.open('run', { limits: { fileBytes: 1000 } });
    bench.write('small', 'x'.repeat(1000));
    bench.write('grows', 'x');
    bench.write('large', 'x'.repeat(1001));
    bench.write('.GIT/config', 'x');
    bench.write('piped/file', 'x');
    const first = await snapshots.take();
    assert.deepEqual(first.newlyNotHeld, [
      { path: '.GIT/config', why: 'special', bytes: 1 },
      { path: 'large', why: 'tooLarge', bytes: 1001 },
    ]);
    bench.write('grows', 'x'.repeat(2000));
    rmSync(join(bench.root, 'piped/file'));
    execFileSync('mkfifo', [join(bench.root, 'piped/file')], { env: { PATH: process.env['PATH'] } });
    const second = await snapshots.take();
    assert.deepEqual(second.newlyNotHeld, [
      { path: 'grows', why: 'tooLarge', bytes: 2000 },
      { path: 'piped/file', why: 'special', bytes: 0 },
    ]);
    assert.equal(second.ref.notHeld, 4);
    const changes = await snapshots.changes(first.ref, second.ref);
    assert.deepEqual(
      changes.map(({ path, before, after }) => `${path}: ${before?.type} to ${after?.type}`),
      ['grows: file to special', 'piped/file: file to special'],
    );
    rmSync(join(bench.root, 'piped/file'));
    const third = await snapshots.touch([raw('piped/file')]);
    assert.equal(third.ref.notHeld, 3);
  });

  it('tells changes of content, kind and mode, and none where nothing changed', async () => {
    const { root, write } = bench;
    write('edited', '1');
    write('mode', '1');
    write('gone', '1');
    write('to-link', '1');
    write('folder/file', '1');
    write('swap', '1');
    const snapshots = await bench.open();
    const first = await snapshots.take();
    assert.equal((await snapshots.take()).changed, false);
    write('edited', '2');
    chmodSync(join(root, 'mode'), 0o755);
    rmSync(join(root, 'gone'));
    unlinkSync(join(root, 'to-link'));
    symlinkSync('edited', join(root, 'to-link'));
    rmSync(join(root, 'folder'), { recursive: true });
    symlinkSync('.', join(root, 'folder'));
    rmSync(join(root, 'swap'));
    write('swap/below', '1');
    mkdirSync(join(root, 'new'));
    const second = await snapshots.take();
    const told = (await snapshots.changes(first.ref, second.ref)).map(
      ({ path, before, after }) => `${path}: ${before?.type ?? '-'} → ${after?.type ?? '-'}`,
    );
    assert.deepEqual(told, [
      'edited: file → file',
      'folder: - → link',
      'folder/file: file → -',
      'gone: file → -',
      'mode: file → executable',
      'new: - → folder',
      'swap: file → -',
      'swap/below: - → file',
      'to-link: file → link',
    ]);
    assert.deepEqual(await snapshots.changes(second.ref, second.ref), []);
  });

  it('looks at nothing but the paths that were named when touched', async () => {
    bench.write('a/one', '1');
    bench.write('a/two', '1');
    bench.write('b/three', '1');
    const snapshots = await bench.open();
    const first = await snapshots.take();
    bench.write('a/one', '2');
    bench.write('a/two', '2');
    bench.write('c/four', '1');
    rmSync(join(bench.root, 'b/three'));
    const second = await snapshots.touch(['a/one', 'b/three', 'c/four'].map(path => raw(path)));
    const told = (await snapshots.changes(first.ref, second.ref)).map(each => each.path);
    assert.deepEqual(told, ['a/one', 'b', 'b/three', 'c/four']);
    const third = await snapshots.take();
    assert.deepEqual(
      (await snapshots.changes(second.ref, third.ref)).map(each => each.path),
      ['a/two'],
    );
  });

  it('follows what a touch has added when a later look finds it gone', async () => {
    bench.write('keep', '1');
    const snapshots = await bench.open();
    const first = await snapshots.take();
    bench.write('added', '1');
    await snapshots.touch([raw('added')]);
    rmSync(join(bench.root, 'added'));
    const last = await snapshots.take();
    assert.deepEqual(last.ref, first.ref);
  });

  it('sees a change of the same length in the same moment', async () => {
    const snapshots = await bench.open();
    bench.write('file', 'aaaa');
    await snapshots.take();
    for (const content of ['bbbb', 'cccc', 'dddd', 'eeee']) {
      const { mtime, atime } = lstatSync(join(bench.root, 'file'));
      writeFileSync(join(bench.root, 'file'), content);
      assert.ok(mtime <= new Date() && atime <= new Date());
      assert.equal((await snapshots.take()).changed, true, content);
    }
  });

  it('gives two runs at once the same manifest, and the next run a beginning', async () => {
    bench.write('a/file', '1');
    const [one, two] = await Promise.all([bench.open('one'), bench.open('two')]);
    const [first, second] = await Promise.all([one.take(), two.take()]);
    assert.deepEqual(first.ref, second.ref);
    bench.write('a/file', '2');
    bench.write('b', '2');
    const [third, fourth] = await Promise.all([one.take(), two.touch([raw('a/file'), raw('b')])]);
    assert.deepEqual(third.ref, fourth.ref);
    await Promise.all([one.close(), two.close()]);
    const next = await bench.open('three');
    assert.deepEqual((await next.take()).ref, third.ref);
    const [change] = await next.changes(first.ref, third.ref);
    assert.equal(Buffer.from(await next.read(change?.after?.type === 'file' ? change.after.id : '')).toString(), '2');
  });

  it('says what is gone', async () => {
    const snapshots = await bench.open();
    const { ref } = await snapshots.take();
    assert.equal(await failureOf(snapshots.read('a'.repeat(40))), 'checkpoint.gone');
    const lost = { ...ref, manifest: { sha256: '0'.repeat(64), bytes: 3 } };
    assert.equal(await failureOf(snapshots.manifest(lost)), 'checkpoint.gone');
  });

  it('shares its store with a worktree that names it', async () => {
    bench.write('file', 'content');
    const one = await bench.open('one');
    const first = await one.take();
    const other = join(bench.base, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'file'), 'content');
    const two = await bench.open('two', { root: other });
    assert.deepEqual((await two.take()).ref, first.ref);
    assert.equal(readFileSync(join(other, 'file'), 'utf8'), 'content');
    renameSync(join(other, 'file'), join(other, 'moved'));
    assert.equal((await two.take()).changed, true);
    assert.equal((await one.take()).changed, false);
  });
});

async function nothingOf(bench: Bench) {
  const root = join(bench.base, 'nothing');
  mkdirSync(root);
  const snapshots = await bench.open('nothing', { root });
  return (await snapshots.take()).ref;
}
