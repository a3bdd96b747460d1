import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, existsSync, linkSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkspace } from '../../src/effects/workspace.ts';
import { type Bench, bench, failsWith } from './setup.ts';

describe('a workspace', () => {
  let b: Bench;
  beforeEach(async () => {
    b = await bench();
  });
  afterEach(() => b.remove());

  it('is refused where there is no folder', async () => {
    await assert.rejects(openWorkspace(join(b.root, 'none')), failsWith('workspace.missing'));
    await assert.rejects(openWorkspace(b.write('file', '')), failsWith('workspace.missing'));
  });

  it('has a real root, whatever link led to it', async () => {
    symlinkSync(b.root, join(b.outside, 'link'));
    assert.equal((await openWorkspace(join(b.outside, 'link'))).root, b.root);
  });

  it('takes relative paths from its root and .. as far as it goes', async () => {
    b.write('a.txt', 'x');
    assert.deepEqual(await b.workspace.locate('sub/../a.txt'), {
      path: join(b.root, 'a.txt'),
      real: join(b.root, 'a.txt'),
      inside: true,
      kind: 'file',
      links: 1,
    });
    assert.equal((await b.workspace.locate('../outside')).inside, false);
    assert.equal((await b.workspace.locate('../../../../../../../..')).real, '/');
    assert.equal((await b.workspace.locate('.')).inside, true);
    assert.equal((await b.workspace.locate('a.txt/')).real, join(b.root, 'a.txt'));
  });

  it('does not take a sibling with the same beginning for inside', async () => {
    mkdirSync(`${b.root}-other`);
    assert.equal((await b.workspace.locate('../workspace-other')).inside, false);
  });

  it('follows links of files and of folders', async () => {
    writeFileSync(join(b.outside, 'secret'), 'x');
    symlinkSync(join(b.outside, 'secret'), join(b.root, 'file'));
    symlinkSync('../outside', join(b.root, 'folder'));
    for (const path of ['file', 'folder/secret', 'folder/../outside/secret'].slice(0, 2)) {
      const place = await b.workspace.locate(path);
      assert.equal(place.real, join(b.outside, 'secret'));
      assert.equal(place.inside, false);
    }
    const missing = await b.workspace.locate('folder/new/deep');
    assert.equal(missing.real, join(b.outside, 'new/deep'));
    assert.equal(missing.inside, false);
    assert.equal(missing.kind, 'missing');
  });

  it('follows a link to what does not exist yet, for a write would create it there', async () => {
    symlinkSync(join(b.outside, 'not-yet'), join(b.root, 'dangling'));
    const place = await b.workspace.locate('dangling');
    assert.equal(place.real, join(b.outside, 'not-yet'));
    assert.equal(place.inside, false);
  });

  it('survives links in a circle', async () => {
    symlinkSync('b', join(b.root, 'a'));
    symlinkSync('a', join(b.root, 'b'));
    const place = await b.workspace.locate('a/file');
    assert.notEqual(place.kind, 'file');
  });

  it('resolves the tricks of /proc', async () => {
    const place = await b.workspace.locate('/proc/self/cwd/package.json');
    assert.equal(place.real, join(process.cwd(), 'package.json'));
    assert.equal(place.inside, false);
    assert.equal((await b.workspace.locate(`/proc/self/root${b.root}`)).inside, true);
  });

  it('takes ~ for a name and a NUL for nowhere', async () => {
    assert.equal((await b.workspace.locate('~/x')).real, join(b.root, '~/x'));
    const nul = await b.workspace.locate('a\0b');
    assert.equal(nul.inside, false);
    assert.equal(nul.kind, 'missing');
  });

  it('counts hard links', async () => {
    linkSync(b.write('a', ''), join(b.root, 'b'));
    assert.equal((await b.workspace.locate('b')).links, 2);
    assert.equal((await b.workspace.locate('c')).links, 0);
  });

  it('looks at files: bytes, digest and mode; null where there is none', async () => {
    const look = await b.workspace.look(b.write('a', 'abc'));
    assert.equal(Buffer.from(look!.bytes).toString(), 'abc');
    assert.equal(look!.ref.sha256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.equal(look!.mode & 0o600, 0o600);
    assert.equal(await b.workspace.look(join(b.root, 'none')), null);
    await assert.rejects(b.workspace.look(b.root), failsWith('file.notAFile', { found: 'directory' }));
  });

  it('looks at a pipe without opening it, so that nobody who waits at it is woken', async () => {
    const fifo = join(b.outside, 'fifo');
    execFileSync('mkfifo', [fifo]);
    // Without waiting, a pipe can be opened for writing only while somebody has it open for reading.
    const isOpen = (): boolean => {
      try {
        closeSync(openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK));
        return true;
      } catch {
        return false;
      }
    };
    let seen = false;
    const watch = setInterval(() => {
      seen ||= isOpen();
    });
    const writer = spawn('sh', ['-c', `exec 3> "$1"; echo woken > "$2"`, 'sh', fifo, join(b.outside, 'woken')]);
    try {
      for (let round = 0; round < 50; round += 1)
        await assert.rejects(b.workspace.look(fifo), failsWith('file.notAFile', { found: 'pipe' }));
      await assert.rejects(b.workspace.look('/dev/null'), failsWith('file.notAFile', { found: 'device' }));
      assert.equal(seen, false);
      assert.equal(existsSync(join(b.outside, 'woken')), false);
    } finally {
      clearInterval(watch);
      writer.kill('SIGKILL');
    }
  });
});
