import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rawPath } from '../../../src/checkpoints/paths.ts';
import { openDisk } from '../../../src/effects/restoring/disk.ts';
import { gitId } from '../../../src/effects/restoring/look.ts';
import type { Disk, Standing } from '../../../src/ports/disk.ts';
import { failsWith } from '../setup.ts';

describe('the disk as restores see it', () => {
  let base: string;
  let root: string;
  let disk: Disk;
  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-disk-')));
    root = join(base, 'workspace');
    mkdirSync(root);
    mkdirSync(join(base, 'outside'));
    disk = openDisk(root, 'test');
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const bytes = Buffer.from('text');
  const file: Standing = { type: 'file', id: gitId(bytes) };

  it('names what stands there as git does', async () => {
    writeFileSync(join(root, 'file'), 'text');
    writeFileSync(join(root, 'run'), 'text', { mode: 0o744 });
    symlinkSync('text', join(root, 'link'));
    mkdirSync(join(root, 'full/empty'), { recursive: true });
    execFileSync('mkfifo', [join(root, 'pipe')], { env: process.env });
    const real = execFileSync('git', ['hash-object', join(root, 'file')], {
      encoding: 'utf8',
      env: process.env,
    }).trim();
    assert.equal(file.type === 'file' && file.id, real);
    const looks = await Promise.all(
      ['file', 'run', 'link', 'full', 'full/empty', 'pipe', 'none', 'file/x', 'link/x'].map(path =>
        disk.look(rawPath(path)),
      ),
    );
    assert.deepEqual(looks, [
      file,
      { ...file, type: 'executable' },
      { ...file, type: 'link' },
      { type: 'occupied' },
      { type: 'folder' },
      { type: 'special' },
      null,
      null,
      null,
    ]);
  });

  it('follows no link on its way, for reading or writing', async () => {
    writeFileSync(join(base, 'outside/x'), 'text');
    symlinkSync('../outside', join(root, 'out'));
    const path = rawPath('out/x');
    assert.deepEqual([await disk.look(path), await disk.read(path), await disk.below(path)], [null, null, []]);
    await assert.rejects(disk.put(path, { type: 'file', bytes }, file), failsWith('restore.changed'));
    await assert.rejects(disk.put(rawPath('out/new'), { type: 'file', bytes }, null), failsWith('restore.changed'));
    await assert.rejects(disk.remove(path, file), failsWith('restore.changed'));
    await assert.rejects(disk.makeFolder(rawPath('out/folder')), failsWith('restore.changed'));
    assert.equal(await disk.removeFolder(rawPath('out')), null);
    assert.deepEqual(readdirSync(join(base, 'outside')), ['x']);
    await disk.remove(rawPath('out'), { type: 'link', id: gitId(Buffer.from('../outside')) });
    assert.equal(readFileSync(join(base, 'outside/x'), 'utf8'), 'text');
  });

  it('writes in place of nothing but what was found', async () => {
    writeFileSync(join(root, 'file'), 'other');
    const path = rawPath('file');
    for (const found of [file, null, { type: 'folder' }] as const)
      await assert.rejects(disk.put(path, { type: 'file', bytes }, found), failsWith('restore.changed'));
    await assert.rejects(disk.remove(path, file), failsWith('restore.changed'));
    assert.deepEqual(readdirSync(root), ['file']);
    assert.equal(readFileSync(join(root, 'file'), 'utf8'), 'other');
  });

  it('leaves no folder that it made for a file that it could not write', async () => {
    const long = rawPath(`a/b/${'x'.repeat(300)}`);
    await assert.rejects(
      disk.put(long, { type: 'file', bytes }, null),
      failsWith('restore.failed', { problem: 'ENAMETOOLONG' }),
    );
    assert.deepEqual(readdirSync(root), []);
  });

  it('goes neither out of the workspace nor into what belongs to git', async () => {
    for (const path of [
      '../outside/x',
      'a/../../outside/x',
      '/etc/x',
      '.git/config',
      'sub/.GIT/hooks/x',
      '',
      'a//b',
      '.',
    ])
      await assert.rejects(disk.put(rawPath(path), { type: 'file', bytes }, null), failsWith('restore.changed'), path);
    assert.ok(!existsSync(join(base, 'outside/x')));
  });

  it('sweeps away what a killed write left, and nothing else', async () => {
    mkdirSync(join(root, 'a'));
    for (const name of ['a/.gatehouse-test.tmp', 'a/.gatehouse-other.tmp', '.gatehouse-test.tmp'])
      writeFileSync(join(root, name), '');
    await disk.sweep([rawPath('a/x'), rawPath('missing/y')]);
    assert.deepEqual(
      [readdirSync(root), readdirSync(join(root, 'a'))],
      [['.gatehouse-test.tmp', 'a'], ['.gatehouse-other.tmp']],
    );
  });

  it('writes for its owner where the owner’s right to write was taken away', async () => {
    const nobody = 65_534;
    mkdirSync(join(root, 'locked/deep'), { recursive: true });
    writeFileSync(join(root, 'locked/deep/old'), 'text');
    for (const path of ['locked/deep/old', 'locked/deep', 'locked', '.', '..'])
      if (process.geteuid?.() === 0) chownSync(join(root, path), nobody, nobody);
    chmodSync(join(root, 'locked/deep/old'), 0o444);
    for (const path of ['locked/deep', 'locked']) chmodSync(join(root, path), 0o555);
    const user = process.geteuid?.();
    // Root may do anything, and would prove nothing.
    if (user === 0) process.seteuid?.(nobody);
    try {
      await disk.put(rawPath('locked/deep/old'), { type: 'file', bytes: Buffer.from('next') }, file);
      await disk.put(rawPath('locked/made/new'), { type: 'file', bytes }, null);
      await disk.remove(rawPath('locked/deep/old'), { type: 'file', id: gitId(Buffer.from('next')) });
      assert.equal(await disk.removeFolder(rawPath('locked/deep')), 0o555);
    } finally {
      if (user === 0) process.seteuid?.(0);
    }
    assert.deepEqual(
      [readdirSync(join(root, 'locked')), statSync(join(root, 'locked')).mode & 0o777],
      [['made'], 0o555],
    );
  });

  it('makes a file that is hidden its owner’s alone, and lets one that stands there keep its mode', async () => {
    disk = openDisk(root, 'test', path => path === '.env' || path === 'key');
    const modeOf = (path: string): string => (statSync(join(root, path)).mode & 0o777).toString(8);
    writeFileSync(join(root, 'key'), 'text');
    chmodSync(join(root, 'key'), 0o640);
    await disk.put(rawPath('.env'), { type: 'file', bytes }, null);
    await disk.put(rawPath('key'), { type: 'file', bytes }, file);
    await disk.put(rawPath('plain'), { type: 'file', bytes, mode: 0o604 }, null);
    assert.deepEqual(['.env', 'key', 'plain'].map(modeOf), ['600', '640', '604']);
  });

  it('takes what may not be read for something that no checkpoint holds', async () => {
    mkdirSync(join(root, 'shut'));
    writeFileSync(join(root, 'shut/inner'), 'text');
    writeFileSync(join(root, 'secret'), 'text', { mode: 0 });
    chmodSync(join(root, 'shut'), 0);
    chmodSync(base, 0o755);
    const user = process.geteuid?.();
    if (user === 0) process.seteuid?.(65_534);
    try {
      const looks = [await disk.look(rawPath('secret')), await disk.look(rawPath('shut/inner'))];
      assert.deepEqual(looks, [{ type: 'special' }, { type: 'special' }]);
    } finally {
      if (user === 0) process.seteuid?.(0);
    }
  });

  it('lists what lies below a folder', async () => {
    mkdirSync(join(root, 'a/b/c'), { recursive: true });
    writeFileSync(join(root, 'a/x'), '');
    symlinkSync('..', join(root, 'a/b/up'));
    assert.deepEqual((await disk.below(rawPath('a'))).sort(), ['a/b/c', 'a/b/up', 'a/x']);
  });
});
