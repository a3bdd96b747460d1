import assert from 'node:assert/strict';
import { lstatSync, type Stats, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { full } from '../support/share.ts';
import { type Course, openCourse, treeOf } from './setup.ts';
import { commandOf, course as courses, git, layOut, type Step, type World } from './worlds.ts';

/** `GATEHOUSE_SEED` tells which cases; else they are the same each time, or others each time in a full run. */
const seed = Number(process.env['GATEHOUSE_SEED'] ?? (full ? Date.now() % 1_000_000_007 : 20_261_120));
const numRuns = full ? 200 : 8;

const isGit = (path: string): boolean => path.split('/').includes('.git');
const isIgnored = (path: string): boolean => path.split('/')[0] === 'ignored' || path.endsWith('.log');
const isPersons = (path: string): boolean => path.split('/')[0] === 'person';

/** What a checkpoint holds of a run's own: files, links, and folders that are really empty. */
function heldOf(root: string): Map<string, string> {
  const all = treeOf(root);
  const parents = new Set([...all.keys()].map(path => path.slice(0, Math.max(0, path.lastIndexOf('/')))));
  return new Map(
    [...all].filter(
      ([path, what]) =>
        !isGit(path) && !isIgnored(path) && !isPersons(path) && (what !== 'folder' || !parents.has(path)),
    ),
  );
}

/** What no restore may touch. */
function othersOf(root: string): Map<string, string> {
  return new Map([...treeOf(root)].filter(([path]) => isGit(path) || isIgnored(path) || isPersons(path)));
}

/** null where nothing stands, also below a file. */
function statsOf(path: Buffer): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

async function take(step: Step, course: Course, versioned: boolean): Promise<void> {
  const at = (path: string): Buffer => Buffer.concat([Buffer.from(`${course.root}/`), Buffer.from(path, 'latin1')]);
  switch (step.by) {
    case 'edit':
    case 'write': {
      const path = Buffer.from(step.path, 'latin1').toString('utf8');
      const stats = statsOf(at(step.path));
      const fit = stats === null || (stats.isFile() && (stats.mode & 0o222) !== 0);
      // What the tool refuses is no effect.
      if (fit && Buffer.from(path, 'utf8').toString('latin1') === step.path)
        await course.edit(path, step.content).catch(() => undefined);
      return;
    }
    case 'command':
      return course.sh(commandOf(step));
    case 'person':
      if (step.what === 'write') course.write('person/own.txt', step.text);
      else if (step.what === 'ignored') course.write('ignored/deep/own', step.text);
      else if (versioned) {
        writeFileSync(join(course.root, 'x.log'), step.text);
        try {
          git(course.root, 'add', '-f', 'x.log');
          if (step.what === 'commit') git(course.root, 'commit', '-q', '-m', 'Mine');
        } catch {
          // As where nothing differs.
        }
      }
  }
}

async function prove(world: World, steps: readonly Step[], stops: readonly number[]): Promise<void> {
  const course = await openCourse({}, root => layOut(root, world));
  try {
    const { root, restoring } = course;
    const states = new Map([[0, heldOf(root)]]);
    for (const step of steps) {
      await take(step, course, world.git);
      const { last } = restoring.timeline();
      const now = heldOf(root);
      if (!states.has(last)) states.set(last, now);
      else assert.deepEqual(now, states.get(last), `${JSON.stringify(step)} changed files and made no checkpoint`);
    }
    const { last } = restoring.timeline();
    const others = othersOf(root);
    for (const to of [...stops.map(stop => stop % (last + 1)), 0, last]) {
      const plan = await restoring.plan(to);
      assert.deepEqual(plan.conflicts, [], `conflicts on the way to ${to}`);
      await restoring.apply(plan, { by: 'person' });
      assert.deepEqual(heldOf(root), states.get(to), `at checkpoint ${to} of ${last}`);
      assert.deepEqual(othersOf(root), others, `what is not the run's, at checkpoint ${to}`);
    }
  } finally {
    await course.close();
  }
}

describe('any run', () => {
  it(`is undone and done again to the byte (${numRuns} cases, seed ${seed})`, async function () {
    this.timeout(numRuns * 20_000);
    const property = fc.asyncProperty(courses, ({ world, steps, stops }) => prove(world, steps, stops));
    const found = await fc.check(property, { seed, numRuns, endOnFailure: true });
    if (!found.failed) return;
    const cause = found.errorInstance instanceof Error ? found.errorInstance.message : String(found.errorInstance);
    assert.fail(
      `GATEHOUSE_SEED=${found.seed}, path ${found.counterexamplePath}, case ${fc.stringify(found.counterexample)}\n${cause}`,
    );
  });
});
