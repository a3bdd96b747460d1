import assert from 'node:assert/strict';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectBlobs } from '../../src/journal/blobGc.ts';
import { createBlobs } from '../../src/journal/blobs.ts';
import { freshHome } from './support.ts';

const temp = freshHome();

describe('collecting blobs', () => {
  it('deletes what nothing names and is an hour old, and nothing else', async () => {
    const home = await temp.open();
    const blobs = createBlobs(home);
    const [named, lost, young] = await Promise.all(
      ['named', 'lost', 'young'].map(text => blobs.put(Buffer.from(text))),
    );
    assert.ok(named !== undefined && lost !== undefined && young !== undefined);
    const place = (sha256: string): string => join(home.blobs, sha256.slice(0, 2), sha256);
    const draft = join(home.blobs, lost.sha256.slice(0, 2), '.draft');
    writeFileSync(draft, 'half');
    writeFileSync(join(home.blobs, 'README'), 'not ours');
    const twoHoursAgo = Date.now() / 1000 - 7200;
    for (const path of [place(named.sha256), place(lost.sha256), draft, join(home.blobs, 'README')])
      utimesSync(path, twoHoursAgo, twoHoursAgo);

    const gone = await collectBlobs(home, { keep: sha256 => sha256 === named.sha256 });
    assert.deepEqual(gone, { files: 2, bytes: 'lost'.length + 'half'.length });
    assert.equal(Buffer.from(await blobs.get(named)).toString(), 'named');
    assert.equal(Buffer.from(await blobs.get(young)).toString(), 'young');
    assert.ok(!existsSync(place(lost.sha256)) && !existsSync(draft) && existsSync(join(home.blobs, 'README')));

    assert.equal((await collectBlobs(home, { keep: () => false, minAgeMs: -1000 })).files, 2);
  });

  it('only counts on a dry run, and spares what was put again just now', async () => {
    const home = await temp.open();
    const blobs = createBlobs(home);
    const ref = await blobs.put(Buffer.from('again'));
    const path = join(home.blobs, ref.sha256.slice(0, 2), ref.sha256);
    const twoHoursAgo = Date.now() / 1000 - 7200;
    utimesSync(path, twoHoursAgo, twoHoursAgo);
    assert.deepEqual(await collectBlobs(home, { keep: () => false, dryRun: true }), { files: 1, bytes: 5 });
    assert.ok(existsSync(path));
    // Whoever puts it is about to name it.
    await blobs.put(Buffer.from('again'));
    assert.deepEqual(await collectBlobs(home, { keep: () => false }), { files: 0, bytes: 0 });
    assert.ok(existsSync(path));
  });
});
