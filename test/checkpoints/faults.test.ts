import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shownPath } from '../../src/checkpoints/paths.ts';
import type { Journal } from '../../src/ports/journal.ts';
import type { RunEvent } from '../../src/protocol/event.ts';
import { failures, GatehouseError } from '../../src/protocol/failure.ts';
import { failsWith } from '../effects/setup.ts';
import type { Orders } from './killed.ts';
import { type Course, openCourse, treeOf } from './setup.ts';

describe('a restore that does not come to its end', () => {
  let course: Course;
  afterEach(() => course.close());

  /** A run of some of everything, with a file that the person changed since elsewhere. */
  async function someRun(): Promise<void> {
    course = await openCourse({ 'a.txt': '1\n2\n3\n4\n5\n', 'd/x': 'x\n', 'd/y': 'y\n', same: 's\n' });
    await course.edit('a.txt', '1\n2\n3\n4\nfive\n');
    await course.sh('rm -r d; mkdir -p e/f; echo 1 > e/f/one; echo 2 > e/two; echo d > d; chmod +x same');
    await course.edit('e/f/three', '3\n');
    course.write('a.txt', 'ONE\n2\n3\n4\nfive\n');
    course.write('mine/own', 'mine\n');
  }
  const kinds = (): string[] => course.journal.events.map(({ kind }) => kind).slice(-2);

  it('puts all back where a write fails, and says so in the journal', async () => {
    await someRun();
    const before = treeOf(course.root);
    const restoring = course.restoringWith(real => ({
      ...real,
      put: (path, to, found) => {
        if (!path.startsWith('d/y')) return real.put(path, to, found);
        const failure = failures.restoreFailed({ path, problem: 'EROFS', rolledBack: true });
        return Promise.reject(new GatehouseError(failure));
      },
    }));
    const plan = await restoring.plan(0);
    await assert.rejects(restoring.apply(plan, { by: 'person' }), failsWith('restore.failed', { problem: 'EROFS' }));
    assert.deepEqual(treeOf(course.root), before);
    assert.deepEqual(kinds(), ['restore.intended', 'restore.failed']);
    assert.equal(await restoring.mend(), null);
    await course.restoring.apply(await course.restoring.plan(0), { by: 'person' });
    assert.equal(course.read('d/y'), 'y\n');
  });

  it('puts all back where the journal cannot say that it is done', async () => {
    await someRun();
    const before = treeOf(course.root);
    const full: Journal = {
      append: body =>
        body.kind === 'restore.intended'
          ? course.journal.append(body)
          : Promise.reject(new GatehouseError(failures.journalUnwritable({ path: 'j', problem: 'ENOSPC' }))),
    };
    const restoring = course.restoringWith(real => real, full);
    await assert.rejects(restoring.apply(await restoring.plan(0), { by: 'person' }), failsWith('journal.unwritable'));
    assert.deepEqual(treeOf(course.root), before);
    assert.notEqual(course.restoring.timeline().broken, null);
    assert.deepEqual((await course.restoring.mend())?.back, []);
    assert.equal(course.restoring.timeline().broken, null);
  });

  it('touches nothing where the journal cannot say what is intended', async () => {
    await someRun();
    const before = treeOf(course.root);
    const full: Journal = {
      append: () => Promise.reject(new GatehouseError(failures.journalUnwritable({ path: 'j', problem: 'ENOSPC' }))),
    };
    const refusing = (): never => assert.fail('something was written');
    const restoring = course.restoringWith(
      real => ({ ...real, put: refusing, remove: refusing, makeFolder: refusing, removeFolder: refusing }),
      full,
    );
    await assert.rejects(restoring.apply(await restoring.plan(0), { by: 'person' }), failsWith('journal.unwritable'));
    assert.deepEqual(treeOf(course.root), before);
  });

  /** Lets another process begin the restore and die; gives what it said, where it did not. */
  function kill(nth: number, more: Partial<Orders> = {}): { killed: boolean; said: string } {
    const events = join(course.home.root, 'events');
    writeFileSync(events, course.journal.events.map(event => `${JSON.stringify(event)}\n`).join(''));
    const orders: Orders = {
      root: course.root,
      home: course.home,
      scratch: join(course.root, '../scratch'),
      nth,
      in: false,
      to: 0,
      onConflict: 'keep',
      events,
      ...more,
    };
    const file = join(course.home.root, 'orders');
    writeFileSync(file, JSON.stringify(orders));
    const child = spawnSync(process.execPath, [join(import.meta.dirname, 'killed.ts'), file], {
      env: process.env,
      encoding: 'utf8',
    });
    const lines = readFileSync(events, 'utf8').trimEnd().split('\n');
    const all: RunEvent[] = lines.map(line => JSON.parse(line));
    course.journal.events.splice(0, course.journal.events.length, ...all);
    return { killed: child.signal === 'SIGKILL', said: child.stdout + child.stderr };
  }

  it('is taken back by the next one, wherever its process was killed', async () => {
    await someRun();
    const before = treeOf(course.root);
    for (let nth = 1; nth <= 12; nth += 2) {
      const { killed, said } = kill(nth, { in: nth % 4 === 1 });
      assert.ok(killed, said);
      assert.notEqual(course.restoring.timeline().broken, null);
      const mended = await course.restoring.mend();
      assert.deepEqual(mended?.left, []);
      assert.deepEqual(treeOf(course.root), before, `killed before write ${nth}`);
      assert.equal(course.restoring.timeline().broken, null);
      assert.equal(await course.restoring.mend(), null);
    }
    await course.restoring.apply(await course.restoring.plan(0), { by: 'person' });
    assert.equal(course.read('a.txt'), 'ONE\n2\n3\n4\n5\n');
  });

  it('is taken back but for what the person changed after the crash', async () => {
    await someRun();
    assert.ok(kill(9).killed);
    assert.equal(course.read('a.txt'), 'ONE\n2\n3\n4\n5\n');
    course.write('a.txt', 'after the crash\n');
    course.write('new', 'after the crash\n');
    const mended = await course.restoring.mend();
    assert.deepEqual(mended?.left.map(shownPath), ['a.txt']);
    assert.deepEqual([course.read('a.txt'), course.read('new')], ['after the crash\n', 'after the crash\n']);
    assert.equal(course.read('e/f/three'), '3\n');
  });

  it('is taken back with what it had overwritten', async () => {
    await someRun();
    course.write('a.txt', 'ONE\n2\n3\n4\nmine\n');
    rmSync(join(course.root, 'same'));
    const before = treeOf(course.root);
    assert.ok(kill(10, { onConflict: 'overwrite' }).killed);
    assert.notDeepEqual(treeOf(course.root), before);
    await course.restoring.mend();
    assert.deepEqual(treeOf(course.root), before);
  });
});
