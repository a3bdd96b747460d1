import assert from 'node:assert/strict';
import { madeOf } from '../../src/checkpoints/made.ts';
import { GitId, type PathChange, RawPath } from '../../src/protocol/checkpoint.ts';

const id = GitId.parse('a'.repeat(40));
const change = (path: string, before: PathChange['before'], after: PathChange['after']): PathChange => ({
  path: RawPath.parse(path),
  before,
  after,
});

describe('what a checkpoint is told to hold', () => {
  const read = async (): Promise<Uint8Array> => Buffer.from('one\ntwo\n');
  const file = { type: 'file', id } as const;
  const folder = { type: 'folder' } as const;

  it('counts a folder that came or went as no file', async () => {
    const changes = [
      change('a', null, folder),
      change('b', file, folder),
      change('c', folder, null),
      change('d', null, file),
    ];
    const made = await madeOf(changes, read, 9);
    assert.deepEqual([made.files, made.paths, made.folders], [2, ['b', 'd'], ['a', 'c']]);
    assert.deepEqual(made.lines.each, [
      [0, 2],
      [2, 0],
    ]);
  });

  it('names only so many, and counts all', async () => {
    const made = await madeOf([change('b', file, null), change('d', null, file)], read, 1);
    assert.deepEqual([made.files, made.paths, made.lines.each.length, made.lines.added], [2, ['b'], 1, 2]);
    assert.equal('folders' in made, false);
  });
});
