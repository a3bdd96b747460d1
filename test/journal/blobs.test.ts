import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBlobs } from '../../src/journal/blobs.ts';
import { failureOf, freshHome } from './support.ts';

const temp = freshHome();

describe('blobs', () => {
  it('come back byte for byte, are kept once, and for their owner alone', async () => {
    const home = await temp.open();
    const blobs = createBlobs(home);
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index * 31);
    const refs = await Promise.all([blobs.put(bytes), blobs.put(bytes), blobs.put(bytes)]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    for (const ref of refs) assert.deepEqual(ref, { sha256, bytes: bytes.length });
    assert.deepEqual(Uint8Array.from(await blobs.get(refs[0])), bytes);
    const folder = join(home.blobs, sha256.slice(0, 2));
    assert.deepEqual(readdirSync(folder), [sha256]);
    assert.equal(statSync(join(folder, sha256)).mode & 0o777, 0o600);
    const empty = await blobs.put(new Uint8Array());
    assert.equal((await blobs.get(empty)).length, 0);
  });

  it('are refused when they are gone or changed, and mended when they are put again', async () => {
    const home = await temp.open();
    const blobs = createBlobs(home);
    const ref = await blobs.put(Buffer.from('once upon a time'));
    const path = join(home.blobs, ref.sha256.slice(0, 2), ref.sha256);
    writeFileSync(path, 'once upon a dime');
    assert.equal((await failureOf(blobs.get(ref))).code, 'blob.damaged');
    truncateSync(path, 3);
    assert.equal((await failureOf(blobs.get(ref))).code, 'blob.damaged');
    await blobs.put(Buffer.from('once upon a time'));
    assert.equal(Buffer.from(await blobs.get(ref)).toString(), 'once upon a time');
    rmSync(path);
    assert.equal((await failureOf(blobs.get(ref))).code, 'blob.missing');
    assert.equal((await failureOf(blobs.get({ sha256: '../../etc/passwd', bytes: 1 }))).code, 'blob.missing');
  });

  it('say so when they cannot be written', async () => {
    const home = await temp.open();
    rmSync(home.blobs, { recursive: true });
    writeFileSync(home.blobs, 'a file in the way');
    assert.equal((await failureOf(createBlobs(home).put(Buffer.from('x')))).code, 'journal.unwritable');
  });
});
