import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeDrafts, removeMountPoints } from '../../src/effects/leftovers.ts';

describe('what a killed process left', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-left-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const draft = (digit: string): string => `.gatehouse-${digit.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}.tmp`;

  it('of a write is removed beside its file, and nothing that is not surely ours', async () => {
    const next = Buffer.from('the new text');
    writeFileSync(join(folder, draft('1')), 'the new');
    writeFileSync(join(folder, draft('2')), 'the new text');
    writeFileSync(join(folder, draft('3')), '');
    writeFileSync(join(folder, draft('4')), 'another text');
    writeFileSync(join(folder, draft('5')), 'the new text and more');
    writeFileSync(join(folder, '.gatehouse-notes.tmp'), 'the new text');
    writeFileSync(join(folder, 'a.txt'), 'the new text');
    symlinkSync('a.txt', join(folder, draft('6')));
    const gone = await removeDrafts(join(folder, 'a.txt'), next);
    assert.deepEqual(gone.sort(), [draft('1'), draft('2'), draft('3')]);
    assert.deepEqual(
      readdirSync(folder).sort(),
      ['.gatehouse-notes.tmp', 'a.txt', draft('4'), draft('5'), draft('6')].sort(),
    );
  });

  it('of a sandbox is removed where it is empty and was not there before', async () => {
    for (const name of ['.vscode', '.husky', '.idea', 'src']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, '.vscode', 'settings.json'), '{}');
    await removeMountPoints(folder, new Set(['.idea']));
    assert.deepEqual(readdirSync(folder).sort(), ['.idea', '.vscode', 'src']);
  });
});
