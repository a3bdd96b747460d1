import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rawPath, shownPath } from '../../src/checkpoints/paths.ts';
import type { OnConflict } from '../../src/checkpoints/plan.ts';
import type { Restored } from '../../src/checkpoints/restore.ts';
import { failsWith } from '../effects/setup.ts';
import { type Course, openCourse } from './setup.ts';

/** Above the limit of what is held. */
const large = 'truncate -s 60M';

describe('restoring what gave way to something that no checkpoint holds', () => {
  let course: Course;
  afterEach(() => course.close());

  async function go(to: number, onConflict?: OnConflict, paths?: string[]): Promise<Restored> {
    const plan = await course.restoring.plan(to, paths?.map(rawPath));
    return course.restoring.apply(plan, { by: 'person', ...(onConflict === undefined ? {} : { onConflict }) });
  }
  const planned = async (to: number): Promise<string[]> => {
    const { changes, conflicts, notHeld } = await course.restoring.plan(to);
    return [
      ...changes.map(({ path }) => `restore ${shownPath(path)}`),
      ...conflicts.map(({ path, why, overwritable }) => `${shownPath(path)}: ${why} ${overwritable}`),
      ...notHeld.map(({ path }) => `left ${shownPath(path)}`),
    ];
  };
  const at = (path: string): string => join(course.root, path);

  it('shows it as a conflict, and replaces it where somebody says so', async () => {
    course = await openCourse({ grown: 'precious\n', piped: 'mine\n', other: 'one\n' });
    await course.sh(`${large} grown; rm piped; mkfifo piped; echo two > other`);
    assert.equal(course.restoring.timeline().operations[0]?.files, 3);
    assert.deepEqual(await planned(0), ['restore other', 'grown: unheld true', 'piped: unheld true']);
    await assert.rejects(go(0), failsWith('restore.conflicts', { files: 2, first: 'grown' }));
    assert.equal(lstatSync(at('piped')).isFIFO(), true);
    assert.equal((await go(0, 'overwrite')).conflicts.length, 0);
    assert.deepEqual(
      ['grown', 'piped', 'other'].map(path => course.read(path)),
      ['precious\n', 'mine\n', 'one\n'],
    );
    assert.deepEqual(await planned(0), []);
    await go(1);
    assert.deepEqual(
      ['grown', 'piped', 'other'].map(path => course.read(path)),
      ['precious\n', 'mine\n', 'two\n'],
    );
  });

  it('needs nobody’s word once it is gone', async () => {
    course = await openCourse({ grown: 'precious\n', piped: 'mine\n' });
    await course.sh(`${large} grown; rm piped; mkfifo piped`);
    for (const path of ['grown', 'piped']) rmSync(at(path));
    await go(0);
    assert.deepEqual(
      ['grown', 'piped'].map(path => course.read(path)),
      ['precious\n', 'mine\n'],
    );
  });

  it('comes through it where a later command changed it again', async () => {
    course = await openCourse({ grown: 'precious\n', kept: 'x' });
    await course.sh(`${large} grown`);
    await course.sh('echo small > grown');
    await course.sh('rm grown; echo y > kept');
    await go(0);
    assert.deepEqual([course.read('grown'), course.read('kept')], ['precious\n', 'x']);
    await go(2);
    assert.equal(course.read('grown'), 'small\n');
    assert.deepEqual(await planned(1), ['left grown']);
  });

  it('leaves what was never held, and does not remove it', async () => {
    course = await openCourse({ kept: 'x' }, root =>
      execFileSync('bash', ['-c', `${large} big`], { cwd: root, env: { PATH: process.env['PATH'] } }),
    );
    await course.sh('echo y > kept; echo 1 > big; mkfifo pipe');
    assert.deepEqual(await planned(0), ['restore kept', 'left big']);
    await go(0);
    assert.deepEqual([course.read('kept'), course.read('big'), existsSync(at('pipe'))], ['x', '1\n', true]);
  });

  it('says that not all is as before where a later step fails', async () => {
    course = await openCourse({ grown: 'precious\n' });
    await course.sh(`${large} grown`);
    const failing = { ...course.journal, append: () => Promise.reject(new Error('full')) };
    let intended = false;
    const restoring = course.restoringWith(disk => disk, {
      ...failing,
      append: body =>
        body.kind === 'restore.intended' && !intended
          ? ((intended = true), course.journal.append(body))
          : failing.append(),
    });
    const plan = await restoring.plan(0);
    await assert.rejects(
      restoring.apply(plan, { by: 'person', onConflict: 'overwrite' }),
      failsWith('restore.failed', { path: 'grown', problem: 'restore.failed, restore.failed', rolledBack: false }),
    );
    assert.equal(course.read('grown'), 'precious\n');
  });
});
