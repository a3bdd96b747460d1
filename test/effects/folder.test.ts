import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareParent, openParent, pinParent } from '../../src/effects/folder.ts';
import { type Bench, bench, failsWith } from './setup.ts';

for (const [name, open] of Object.entries({ openParent, pinParent, compareParent }))
  describe(`a folder by ${name}`, () => {
    let b: Bench;
    beforeEach(async () => {
      b = await bench();
    });
    afterEach(() => b.remove());

    it('is created where it is missing', async () => {
      const folder = await open(join(b.root, 'a/b/file'));
      writeFileSync(folder.at('file'), 'x');
      await folder.check();
      await folder.sync();
      await folder.close();
      assert.equal(b.text('a/b/file'), 'x');
    });

    it('is refused where a link leads to it', async () => {
      symlinkSync(b.outside, join(b.root, 'l'));
      await assert.rejects(open(join(b.root, 'l/file')), failsWith('file.changed'));
      await assert.rejects(open(join(b.root, 'l/new/file')), failsWith('file.changed'));
      assert.deepEqual(b.names('../outside'), []);
    });

    it('is never the one that a link swapped in later leads to', async () => {
      mkdirSync(join(b.root, 'd'));
      const folder = await open(join(b.root, 'd/file'));
      renameSync(join(b.root, 'd'), join(b.root, 'moved'));
      symlinkSync(b.outside, join(b.root, 'd'));
      const held = await folder.check().then(
        () => true,
        failure => !failsWith('file.changed')(failure),
      );
      if (held) writeFileSync(folder.at('file'), 'x');
      await folder.close();
      assert.deepEqual(b.names('../outside'), []);
      assert.equal(held, name !== 'compareParent');
      if (held) assert.equal(readFileSync(join(b.root, 'moved/file'), 'utf8'), 'x');
    });

    it('is refused below a file', async () => {
      b.write('file', '');
      await assert.rejects(open(join(b.root, 'file/x')), failsWith('file.unwritable'));
    });
  });
