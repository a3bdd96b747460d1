import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { lastUnheld } from '../../src/checkpoints/cutOff.ts';
import type { Effect } from '../../src/protocol/effect.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { type Course, openCourse } from './setup.ts';

const digest = '0'.repeat(64);

describe('a run that was cut off before what it changed was held', () => {
  let course: Course;
  afterEach(() => course.close());

  const proposed = (effect: string, value: Effect): EventBody => ({
    kind: 'effect.proposed',
    effect,
    call: `call ${effect}`,
    tool: 'Bash',
    value,
    digest,
  });

  /** A command that begins, as the journal has it; what it did is up to the test. */
  async function begin(effect: string): Promise<void> {
    const { journal, snapshots, root } = course;
    await journal.append(proposed(effect, { kind: 'exec', command: 'x', cwd: root, timeoutMs: 1, background: false }));
    const { ref } = await snapshots.take();
    await journal.append({ kind: 'snapshot.taken', snapshot: ref, phase: 'before', effect, durationMs: 0 });
    await journal.append({ kind: 'effect.intended', effect, digest });
  }
  const end = (effect: string): Promise<unknown> =>
    course.journal.append({
      kind: 'tool.answered',
      call: `call ${effect}`,
      tool: 'Bash',
      text: '',
      isError: false,
      masked: 0,
    });
  const undo = async (): Promise<void> => {
    await course.restoring.apply(await course.restoring.plan(0), { by: 'person' });
  };

  it('is undone all the same, and what may be the person’s is marked and can be had back', async () => {
    course = await openCourse({ log: 'a\n', f: 'a\n' });
    await begin('e1');
    course.write('log', 'run\n');
    course.write('f', 'person\n');
    assert.equal((await course.restoring.plan(0)).changes.length, 0);
    assert.equal((await course.restoring.holdCutOff())?.checkpoint, 1);
    const plan = await course.restoring.plan(0);
    assert.deepEqual([plan.changes.length, plan.cutOff], [2, [1]]);
    assert.equal(course.restoring.timeline().operations[0]?.cutOff, true);
    assert.equal(await course.restoring.holdCutOff(), null);
    await undo();
    assert.deepEqual([course.read('log'), course.read('f')], ['a\n', 'a\n']);
    assert.equal(await course.restoring.holdCutOff(), null);
    const { redo } = course.restoring.timeline();
    await course.restoring.apply(await course.restoring.plan(redo ?? 0), { by: 'person' });
    assert.deepEqual([course.read('log'), course.read('f')], ['run\n', 'person\n']);
  });

  it('has nothing in it of what the sandbox of a killed command left', async () => {
    course = await openCourse({ f: 'a\n' });
    await begin('e1');
    course.write('f', 'run\n');
    mkdirSync(join(course.root, '.vscode'));
    const restoring = course.restoringWith(disk => disk, course.journal, {
      async sweep(before) {
        assert.deepEqual((await course.snapshots.manifest(before)).emptyFolders, []);
        rmdirSync(join(course.root, '.vscode'));
      },
    });
    await restoring.holdCutOff();
    const { changes } = await restoring.plan(0);
    assert.deepEqual(
      changes.map(({ path }) => path),
      ['f'],
    );
  });

  it('makes no checkpoint where nothing differs, and of a command that came to its end none', async () => {
    course = await openCourse({ f: 'a\n' });
    await begin('e1');
    const { length } = course.journal.events;
    assert.equal(await course.restoring.holdCutOff(), null);
    assert.equal(course.journal.events.length, length);
    await end('e1');
    course.write('f', 'person\n');
    assert.equal(await course.restoring.holdCutOff(), null);
    assert.equal(lastUnheld(course.journal.events), null);
  });

  it('has its edit where that stands in the file, and not where it does not', async () => {
    course = await openCourse({ f: 'a\n' });
    const base = await course.blobs.put(Buffer.from('a\n'));
    const next = await course.blobs.put(Buffer.from('b\n'));
    const path = join(course.root, 'f');
    await course.journal.append(proposed('e1', { kind: 'edit', path, base, next, patch: '', added: 1, removed: 1 }));
    await course.journal.append({ kind: 'effect.intended', effect: 'e1', digest });
    assert.equal(await course.restoring.holdCutOff(), null);
    course.write('f', 'b\n');
    assert.equal((await course.restoring.holdCutOff())?.checkpoint, 1);
    await undo();
    assert.equal(course.read('f'), 'a\n');
  });
});
