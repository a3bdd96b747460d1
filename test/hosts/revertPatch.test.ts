import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DiffFile, diffFile, type FileMode } from '../../src/agent/reviewer/diff.ts';
import { revertPatch } from '../../src/hosts/revertPatch.ts';

interface Row {
  path: string;
  before: string | null;
  after: string | null;
  modes?: [FileMode, FileMode];
}

describe('the patch that takes a run back', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-patch-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is one that git applies backwards to the byte: new, deleted, changed, odd names and ends', () => {
    const rows: Row[] = [
      { path: 'new.txt', before: null, after: 'a\nb\n' },
      { path: 'deep/new file.txt', before: null, after: 'no end' },
      { path: 'empty', before: null, after: '' },
      { path: 'gone.txt', before: 'was\n', after: null },
      { path: 'ends.txt', before: 'one\ntwo', after: 'one\nTWO\n' },
      { path: 'crlf.txt', before: 'a\r\nb\r\n', after: 'a\r\nc\r\n' },
      { path: 'ümlaut "quoted"\\.txt', before: 'x\n', after: 'y\n' },
      { path: 'run.sh', before: 'go\n', after: 'go\n', modes: ['100644', '100755'] },
      { path: 'dashes.txt', before: '-- a\n++ b\n', after: '-- b\n+++ c\n' },
    ];
    const files: DiffFile[] = rows.map(({ path, before, after, modes }) => ({
      ...diffFile(path, before, after),
      modes: {
        before: before === null ? null : (modes?.[0] ?? '100644'),
        after: after === null ? null : (modes?.[1] ?? '100644'),
      },
    }));
    for (const { path, after, modes } of rows) {
      if (after === null) continue;
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), after);
      if (modes?.[1] === '100755') chmodSync(join(folder, path), 0o755);
    }
    const { text, left } = revertPatch('r', [...files, diffFile('logo.png', undefined, undefined)]);
    assert.deepEqual(left, ['logo.png']);
    writeFileSync(join(folder, 'undo.patch'), text);
    execFileSync('git', ['apply', '-R', 'undo.patch'], { cwd: folder });
    for (const { path, before, modes } of rows) {
      if (before === null) assert.ok(!existsSync(join(folder, path)), path);
      else assert.equal(readFileSync(join(folder, path), 'utf8'), before, path);
      if (modes !== undefined) assert.equal(statSync(join(folder, path)).mode & 0o100, 0);
    }
  });
});
