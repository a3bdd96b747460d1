import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Bench, makeBench, raw } from './store.ts';

describe('a snapshot of repositories in a workspace', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await makeBench();
  });
  afterEach(() => bench.close());

  const repository = (path: string, commit: boolean): void => {
    const folder = join(bench.root, path);
    mkdirSync(folder, { recursive: true });
    bench.git(folder, 'init', '-q');
    bench.write(join(path, 'file'), path);
    if (!commit) return;
    bench.git(folder, 'add', '-A');
    bench.git(folder, 'commit', '-q', '-m', 'Start');
  };

  it('holds what is in them, at any depth, with and without commits', async () => {
    repository('', true);
    repository('with', true);
    repository('without', false);
    repository('with/inner', false);
    repository('with/inner/innermost', true);
    repository('plain/below', true);
    bench.write('with/.gitignore', 'secret\n');
    bench.write('with/secret', 'x');
    bench.write('with/.git/info/exclude', '/private\n');
    bench.write('with/private', 'x');
    mkdirSync(join(bench.root, 'without/void'));
    const snapshots = await bench.open();
    const first = await snapshots.take();
    const manifest = await snapshots.manifest(first.ref);
    assert.deepEqual(
      manifest.parts.map(part => part.path),
      ['', 'plain/below', 'with', 'with/inner', 'with/inner/innermost', 'without'],
    );
    assert.deepEqual(manifest.emptyFolders, ['without/void']);
    assert.equal(first.ref.files, 7);

    bench.write('with/inner/innermost/file', 'changed');
    bench.write('without/new', 'new');
    rmSync(join(bench.root, 'plain/below/file'));
    const second = await snapshots.take();
    const told = (await snapshots.changes(first.ref, second.ref)).map(each => each.path);
    assert.deepEqual(told, ['plain/below/file', 'with/inner/innermost/file', 'without/new']);
    bench.write('with/file', 'touched');
    const third = await snapshots.touch([raw('with/file')]);
    assert.deepEqual(
      (await snapshots.changes(second.ref, third.ref)).map(each => each.path),
      ['with/file'],
    );
  });

  it('holds submodules and linked worktrees, and nothing of git’s own folders', async () => {
    const source = join(bench.base, 'source');
    mkdirSync(source);
    bench.git(source, 'init', '-q');
    writeFileSync(join(source, 'lib.js'), '1');
    bench.git(source, 'add', '-A');
    bench.git(source, 'commit', '-q', '-m', 'Start');
    repository('', true);
    bench.git(bench.root, 'submodule', '--quiet', 'add', source, 'module');
    bench.git(bench.root, 'worktree', 'add', '-q', 'tree');
    const snapshots = await bench.open();
    const first = await snapshots.take();
    const manifest = await snapshots.manifest(first.ref);
    assert.deepEqual(
      manifest.parts.map(part => part.path),
      ['', 'module', 'tree'],
    );
    assert.equal((await snapshots.take()).changed, false);
    bench.write('module/lib.js', '2');
    bench.write('tree/more', '2');
    const second = await snapshots.take();
    const changes = await snapshots.changes(first.ref, second.ref);
    assert.deepEqual(
      changes.map(each => each.path),
      ['module/lib.js', 'tree/more'],
    );
  });

  it('tells no change where a folder becomes a repository or ceases to be one', async () => {
    bench.write('lib/file', '1');
    bench.write('lib/sub/file', '1');
    const snapshots = await bench.open();
    const first = await snapshots.take();
    repository('other', false);
    const second = await snapshots.take();
    renameSync(join(bench.root, 'other/.git'), join(bench.root, 'lib/.git'));
    const third = await snapshots.take();
    assert.deepEqual(await snapshots.changes(second.ref, third.ref), []);
    const fresh = await bench.open('fresh', { store: join(bench.base, 'fresh') });
    const seen = await fresh.take();
    assert.deepEqual(
      (await fresh.manifest(seen.ref)).parts.map(part => part.path),
      ['', 'lib'],
    );
    rmSync(join(bench.root, 'lib/.git'), { recursive: true });
    const after = await fresh.take();
    assert.deepEqual(await fresh.changes(seen.ref, after.ref), []);
    assert.deepEqual(
      (await snapshots.changes(first.ref, third.ref)).map(each => each.path),
      ['other/file'],
    );
  });

  it('leaves the person’s repository as it is, to the byte and the moment', async () => {
    repository('', true);
    repository('nested', true);
    bench.write('file', 'staged');
    bench.git(bench.root, 'add', 'file');
    bench.write('file', 'changed again');
    bench.git(bench.root, 'stash', '-q');
    bench.git(bench.root, 'stash', 'apply', '-q', '--index');
    const before = [fingerprint(join(bench.root, '.git')), fingerprint(join(bench.root, 'nested/.git'))];
    const copy = join(bench.base, 'copy');
    cpSync(bench.root, copy, { recursive: true });
    const snapshots = await bench.open();
    await snapshots.take();
    bench.write('file', 'third');
    bench.write('nested/more', '1');
    await snapshots.take();
    bench.write('file', 'fourth');
    await snapshots.touch([raw('file')]);
    await snapshots.close();
    assert.deepEqual([fingerprint(join(bench.root, '.git')), fingerprint(join(bench.root, 'nested/.git'))], before);
    assert.ok(!existsSync(join(bench.root, '.git/objects/info/alternates')));
  });
});

/** Every path below a folder with its mode, time and bytes. */
function fingerprint(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map(path => {
      const full = join(folder, path);
      const stats = lstatSync(full, { bigint: true });
      const content = stats.isFile() ? readFileSync(full, 'base64') : '';
      return `${path} ${stats.mode} ${stats.mtimeNs} ${stats.ctimeNs} ${content}`;
    });
}
