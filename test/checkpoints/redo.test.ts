import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { shownPath } from '../../src/checkpoints/paths.ts';
import type { OnConflict } from '../../src/checkpoints/plan.ts';
import { type Course, openCourse, treeOf } from './setup.ts';

describe('taking an undo back', () => {
  let course: Course;
  afterEach(() => course.close());

  async function go(to: number, onConflict: OnConflict = 'refuse'): Promise<string[]> {
    const plan = await course.restoring.plan(to);
    await course.restoring.apply(plan, { by: 'person', onConflict });
    return plan.changes.map(({ path }) => shownPath(path));
  }

  it('brings back what the undo had overwritten', async () => {
    course = await openCourse({ f: 'a\n' });
    await course.sh('echo run > f; echo new > n');
    await course.edit('e', 'run\n');
    course.write('f', 'person\n');
    course.write('n', 'new\nperson\n');
    const before = treeOf(course.root);
    await go(0, 'overwrite');
    assert.deepEqual([course.read('f'), existsSync(join(course.root, 'n'))], ['a\n', false]);
    assert.equal(course.restoring.timeline().redo, 2);
    await go(2);
    assert.deepEqual(treeOf(course.root), before);
  });

  it('leaves what the undo had not touched', async () => {
    course = await openCourse({ f: 'a\n', g: 'a\n', h: 'a\n' });
    await course.sh('for each in f g h; do echo run > $each; done');
    course.write('f', 'a\n');
    course.write('h', 'person\n');
    assert.deepEqual(await go(0, 'keep'), ['g']);
    assert.deepEqual(await go(1), ['g']);
    assert.deepEqual([course.read('f'), course.read('g'), course.read('h')], ['a\n', 'run\n', 'person\n']);
  });

  it('goes through several of them, and merges what was changed since', async () => {
    course = await openCourse({ f: '1\n2\n3\n4\n5\n', g: 'a\n' });
    await course.sh('sed -i s/1/one/ f');
    await course.sh('echo run > g');
    course.write('g', 'person\n');
    await go(1, 'overwrite');
    await go(0);
    course.write('f', '1\n2\n3\n4\nfive\n');
    await go(2);
    assert.deepEqual([course.read('f'), course.read('g')], ['one\n2\n3\n4\nfive\n', 'person\n']);
  });

  it('asks again where the place was changed since', async () => {
    course = await openCourse({ f: 'a\n', g: 'a\n' });
    await course.sh('echo run > f; echo run > g');
    course.write('f', 'person\n');
    await go(0, 'overwrite');
    course.write('f', 'once more\n');
    rmSync(join(course.root, 'g'));
    const plan = await course.restoring.plan(1);
    assert.deepEqual(
      plan.conflicts.map(({ path, why }) => `${shownPath(path)}: ${why}`),
      ['f: changed', 'g: removed'],
    );
  });
});
