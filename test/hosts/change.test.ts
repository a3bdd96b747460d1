import assert from 'node:assert/strict';
import { hidesChange, isOutline, realChange } from '../../src/hosts/change.ts';
import type { EditEffect } from '../../src/protocol/effect.ts';
import { unifiedPatch } from '../../src/tools/patch.ts';
import { failsWith, MemoryBlobs } from '../effects/setup.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the change that an edit would make', () => {
  const lines = (word: string): string => Array.from({ length: 30_000 }, (_, at) => `l${at} ${word}\n`).join('');

  async function effectOf(before: string | null, after: string): Promise<{ effect: EditEffect; blobs: MemoryBlobs }> {
    const blobs = new MemoryBlobs();
    const base = before === null ? null : await blobs.put(bytes(before));
    const next = await blobs.put(bytes(after));
    const made = unifiedPatch('a.ts', before, after);
    return { effect: { kind: 'edit', path: '/w/a.ts', base, next, ...made }, blobs };
  }

  it('is all there, however large', async () => {
    const { effect, blobs } = await effectOf(lines('foo'), lines('evil'));
    assert.ok(isOutline(effect.patch) && hidesChange(effect.patch));
    const whole = await realChange(effect, '/w', blobs);
    assert.match(whole, /^--- a\.ts\n/);
    assert.equal(whole.match(/^\+l\d+ evil$/gm)?.length, 30_000);
  });

  it('is what the patch says where that is whole', async () => {
    const { effect, blobs } = await effectOf(null, 'one\n');
    assert.equal(hidesChange(effect.patch), false);
    assert.equal(await realChange(effect, '/w', blobs), effect.patch);
    assert.equal(hidesChange(effect.patch.replace('one', 'a [secret:env:1f0c9a7b]')), true);
  });

  it('is a failure where its bytes are gone', async () => {
    const { effect } = await effectOf('a\n', 'b\n');
    await assert.rejects(realChange(effect, '/w', new MemoryBlobs()), failsWith('blob.missing'));
  });
});
