import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyChanges } from '../../src/checkpoints/apply.ts';
import { rawPath } from '../../src/checkpoints/paths.ts';
import type { PathPlan } from '../../src/checkpoints/structure.ts';
import { openDisk } from '../../src/effects/restoring/disk.ts';
import { gitId } from '../../src/effects/restoring/look.ts';
import type { Disk, Standing } from '../../src/ports/disk.ts';
import type { GitId, Held } from '../../src/protocol/checkpoint.ts';
import { failures, GatehouseError } from '../../src/protocol/failure.ts';
import { failsWith } from '../effects/setup.ts';
import { treeOf } from './setup.ts';

/** A disk that is full from its `nth` writing call on, or from there for `many` calls. */
function failing(real: Disk, nth: number, many = 1): Disk & { calls: number } {
  const writing = ['put', 'remove', 'makeFolder', 'removeFolder'] as const;
  const disk = { ...real, calls: 0 };
  const count = <T>(act: () => Promise<T>): Promise<T> => {
    disk.calls += 1;
    if (disk.calls < nth || disk.calls >= nth + many) return act();
    const failure = failures.restoreFailed({ path: 'x', problem: 'ENOSPC', rolledBack: true });
    return Promise.reject(new GatehouseError(failure));
  };
  for (const name of writing) {
    const method: (...args: never[]) => Promise<unknown> = real[name];
    Object.assign(disk, { [name]: (...args: never[]) => count(() => method(...args)) });
  }
  return disk;
}

describe('applying changes', () => {
  let root: string;
  const contents = new Map<GitId, Uint8Array>();
  const read = async (id: GitId): Promise<Uint8Array> => {
    const bytes = contents.get(id);
    if (bytes === undefined) throw new GatehouseError(failures.checkpointGone({ what: id }));
    return bytes;
  };
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-apply-')));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const at = (path: string): string => join(root, path);
  const held = (text: string, type: 'file' | 'executable' | 'link' = 'file'): Held => {
    const bytes = Buffer.from(text);
    const id = gitId(bytes);
    contents.set(id, bytes);
    return { type, id };
  };
  const plan = (path: string, from: Standing | null, to: Held | null): PathPlan => ({
    path: rawPath(path),
    from,
    to,
    merged: false,
  });

  /** Some of everything, with what stands there. */
  function scene(): PathPlan[] {
    for (const folder of ['a', 'was-folder/sub', 'hollow', 'locked']) mkdirSync(at(folder), { recursive: true });
    for (const path of ['a/gone', 'a/kept', 'was-folder/sub/x', 'was-file', 'locked/ro']) writeFileSync(at(path), path);
    symlinkSync('a', at('link'));
    chmodSync(at('a/kept'), 0o750);
    chmodSync(at('a/gone'), 0o600);
    chmodSync(at('locked/ro'), 0o444);
    chmodSync(at('locked'), 0o555);
    return [
      plan('a/gone', held('a/gone'), null),
      plan('a/kept', held('a/kept', 'executable'), held('next')),
      plan('hollow', { type: 'folder' }, null),
      plan('link', held('a', 'link'), held('now a file', 'executable')),
      plan('locked/ro', held('locked/ro'), held('other')),
      plan('made/deep/er', null, held('new')),
      plan('new-hollow/inner', null, { type: 'folder' }),
      plan('was-file', held('was-file'), null),
      plan('was-file/now/inner', null, held('inner')),
      plan('was-folder', { type: 'occupied' }, held('a file')),
      plan('was-folder/sub/x', held('was-folder/sub/x'), null),
    ];
  }
  const modes = (): (string | number)[] =>
    ['a', 'a/kept', 'a/gone', 'locked', 'locked/ro', 'hollow']
      .filter(path => existsSync(at(path)))
      .flatMap(path => [path, statSync(at(path)).mode & 0o7777]);

  it('makes all of them, and takes all of them back', async () => {
    const changes = scene();
    const [before, modesBefore] = [treeOf(root), modes()];
    const takeBack = await applyChanges(changes, { disk: openDisk(root, 't'), contents: { read } });
    const after = treeOf(root);
    assert.deepEqual(
      [...after.keys()].sort(),
      ['a', 'a/kept', 'link', 'locked', 'locked/ro', 'made', 'made/deep', 'made/deep/er', 'new-hollow']
        .concat(['new-hollow/inner', 'was-file', 'was-file/now', 'was-file/now/inner', 'was-folder'])
        .sort(),
    );
    assert.equal(after.get('link')?.startsWith('executable'), true);
    await takeBack();
    assert.deepEqual([treeOf(root), modes()], [before, modesBefore]);
  });

  it('makes none of them where any one step fails', async () => {
    const counting = failing(openDisk(root, 't'), Number.POSITIVE_INFINITY);
    const undo = await applyChanges(scene(), { disk: counting, contents: { read } });
    const steps = counting.calls;
    assert.ok(steps > 12, `${steps} steps`);
    await undo();
    rmSync(root, { recursive: true });
    mkdirSync(root);
    const changes = scene();
    const [before, modesBefore] = [treeOf(root), modes()];
    for (let nth = 1; nth <= steps; nth += 1) {
      const disk = failing(openDisk(root, 't'), nth);
      await assert.rejects(
        applyChanges(changes, { disk, contents: { read } }),
        failsWith('restore.failed', { problem: 'ENOSPC', rolledBack: true }),
      );
      assert.deepEqual([treeOf(root), modes()], [before, modesBefore], `after step ${nth} failed`);
    }
  });

  it('says so where not everything could be put back, and puts back the rest', async () => {
    const changes = scene();
    const disk = failing(openDisk(root, 't'), 4, 2);
    await assert.rejects(
      applyChanges(changes, { disk, contents: { read } }),
      failsWith('restore.failed', { rolledBack: false }),
    );
  });

  it('changes nothing where something no longer stands as it was planned', async () => {
    const changes = scene();
    writeFileSync(at('locked/ro'), 'changed in between');
    const before = treeOf(root);
    await assert.rejects(
      applyChanges(changes, { disk: openDisk(root, 't'), contents: { read } }),
      failsWith('restore.changed', { path: 'locked/ro' }),
    );
    assert.deepEqual(treeOf(root), before);
  });

  it('takes nothing away whose bytes nobody keeps', async () => {
    writeFileSync(at('only'), 'only here');
    const lost: Standing = { type: 'file', id: gitId(Buffer.from('only here')) };
    await assert.rejects(
      applyChanges([plan('only', lost, null)], { disk: openDisk(root, 't'), contents: { read } }),
      failsWith('restore.failed', { path: 'only', problem: 'checkpoint.gone' }),
    );
    assert.deepEqual([...treeOf(root).keys()], ['only']);
  });
});
