import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { rawPath, shownPath } from '../../src/checkpoints/paths.ts';
import type { OnConflict } from '../../src/checkpoints/plan.ts';
import type { Restored } from '../../src/checkpoints/restore.ts';
import { failsWith } from '../effects/setup.ts';
import { type Course, openCourse, treeOf } from './setup.ts';

describe('restoring', () => {
  let course: Course;
  const open = async (files: Record<string, string> = {}): Promise<Course> => (course = await openCourse(files));
  afterEach(() => course.close());

  async function go(to: number, onConflict?: OnConflict, paths?: string[]): Promise<Restored> {
    const plan = await course.restoring.plan(to, paths?.map(rawPath));
    return course.restoring.apply(plan, { by: 'person', ...(onConflict === undefined ? {} : { onConflict }) });
  }
  const conflictsOf = async (to: number): Promise<string[]> =>
    (await course.restoring.plan(to)).conflicts.map(({ path, why }) => `${shownPath(path)}: ${why}`);
  const at = (path: string): string => join(course.root, path);

  it('takes back edits and commands, and brings them again', async () => {
    await open({ 'a.txt': 'one\n', 'b/c.txt': 'old\n', 'run.sh': 'echo\n' });
    const start = treeOf(course.root);
    await course.edit('a.txt', 'two\n');
    await course.edit('new/deep/file.txt', 'fresh\n');
    await course.sh('rm b/c.txt; chmod +x run.sh; ln -s a.txt link; mkdir -p empty/inner');
    const result = treeOf(course.root);
    assert.deepEqual(await go(0), { checkpoint: 4, files: 5, conflicts: [] });
    assert.deepEqual(treeOf(course.root), start);
    const { redo } = course.restoring.timeline();
    assert.equal(redo, 3);
    await go(redo ?? 0);
    assert.deepEqual(treeOf(course.root), result);
    assert.equal(course.restoring.timeline().redo, null);
  });

  it('goes to a checkpoint between', async () => {
    await open({ 'a.txt': 'one\n' });
    await course.edit('a.txt', 'two\n');
    await course.sh('echo three > a.txt');
    await course.edit('a.txt', 'four\n');
    await go(2);
    assert.equal(course.read('a.txt'), 'three\n');
    await go(1);
    assert.equal(course.read('a.txt'), 'two\n');
    await go(3);
    assert.equal(course.read('a.txt'), 'four\n');
  });

  it('refuses a checkpoint that there is not', async () => {
    await open({ 'a.txt': 'one\n' });
    await course.edit('a.txt', 'two\n');
    await assert.rejects(course.restoring.plan(5), failsWith('checkpoint.unknown', { checkpoint: 5, last: 1 }));
  });

  it('leaves what the person changed elsewhere in the same file', async () => {
    await open({ 'a.txt': '1\n2\n3\n4\n5\n6\n7\n8\n9\n' });
    await course.edit('a.txt', '1\n2\n3\n4\n5\n6\n7\n8\nnine\n');
    course.write('a.txt', 'ONE\n2\n3\n4\n5\n6\n7\n8\nnine\n');
    await course.edit('a.txt', 'ONE\n2\n3\n4\nfive\n6\n7\n8\nnine\n');
    await go(0);
    assert.equal(course.read('a.txt'), 'ONE\n2\n3\n4\n5\n6\n7\n8\n9\n');
    await go(2);
    assert.equal(course.read('a.txt'), 'ONE\n2\n3\n4\nfive\n6\n7\n8\nnine\n');
  });

  it('changes nothing where the person changed the same place, and names all such places', async () => {
    await open({ 'a.txt': 'one\n', 'b.txt': 'one\n', 'c.bin': 'a\0b', 'd.txt': 'one\n', 'e.txt': 'one\n' });
    await course.edit('a.txt', 'two\n');
    await course.edit('b.txt', 'two\n');
    await course.sh(`printf 'a\\0c' > c.bin; rm d.txt; echo new > f.txt; echo two > e.txt`);
    course.write('a.txt', 'mine\n');
    course.write('c.bin', 'a\0mine');
    mkdirSync(at('d.txt'));
    course.write('f.txt', 'mine\n');
    rmSync(at('e.txt'));
    const before = treeOf(course.root);
    assert.deepEqual(await conflictsOf(0), [
      'a.txt: changed',
      'c.bin: binary',
      'd.txt: kind',
      'e.txt: removed',
      'f.txt: removed',
    ]);
    await assert.rejects(go(0), failsWith('restore.conflicts', { files: 5, first: 'a.txt' }));
    assert.deepEqual(treeOf(course.root), before);
    assert.ok(!course.journal.events.some(({ kind }) => kind === 'restore.intended'));
  });

  it('keeps what conflicts, or overwrites it so that it can be had back', async () => {
    await open({ 'a.txt': 'one\n', 'b.txt': 'one\n' });
    await course.edit('a.txt', 'two\n');
    await course.edit('b.txt', 'two\n');
    course.write('a.txt', 'mine\n');
    const { conflicts } = await go(0, 'keep');
    assert.deepEqual([conflicts.length, course.read('a.txt'), course.read('b.txt')], [1, 'mine\n', 'one\n']);
    await go(2, 'keep');
    await go(0, 'overwrite');
    assert.deepEqual([course.read('a.txt'), course.read('b.txt')], ['one\n', 'one\n']);
    const undone = course.journal.events.findLast(event => event.kind === 'restore.done');
    assert.ok(undone?.kind === 'restore.done');
    const lost = (await course.snapshots.changes(undone.after, undone.before)).find(({ path }) => path === 'a.txt');
    assert.ok(lost?.after !== null && lost?.after !== undefined && 'id' in lost.after);
    assert.equal(Buffer.from(await course.snapshots.read(lost.after.id)).toString(), 'mine\n');
  });

  it('overwrites nothing that could not be had back', async () => {
    await open({ '.gitignore': '.env\n', '.env': 'A=1\n', b: '1\n' });
    await course.edit('.env', 'A=2\n');
    course.write('.env', 'A=mine\n');
    assert.deepEqual(await conflictsOf(0), ['.env: changed']);
    await assert.rejects(go(0, 'overwrite'), failsWith('restore.conflicts', { files: 1, first: '.env' }));
    assert.equal(course.read('.env'), 'A=mine\n');
    course.write('.env', 'A=2\n');
    await go(0);
    assert.equal(course.read('.env'), 'A=1\n');
  });

  it('restores chosen files and folders alone, as a change of its own', async () => {
    await open({ 'a/x.txt': 'one\n', 'a/y.txt': 'one\n', 'b.txt': 'one\n' });
    await course.sh('for f in a/x.txt a/y.txt b.txt; do echo two > $f; done');
    await go(0, 'refuse', ['a']);
    assert.deepEqual(
      ['a/x.txt', 'a/y.txt', 'b.txt'].map(path => course.read(path)),
      ['one\n', 'one\n', 'two\n'],
    );
    assert.deepEqual([course.restoring.timeline().current, course.restoring.timeline().redo], [2, null]);
    await go(1);
    assert.deepEqual(
      ['a/x.txt', 'a/y.txt', 'b.txt'].map(path => course.read(path)),
      ['two\n', 'two\n', 'two\n'],
    );
    await go(0);
    assert.deepEqual(
      ['a/x.txt', 'a/y.txt', 'b.txt'].map(path => course.read(path)),
      ['one\n', 'one\n', 'one\n'],
    );
  });

  it('never deletes what no operation made, nor a folder with such a file', async () => {
    await open({ keep: 'x' });
    await course.sh('mkdir made; echo 1 > made/by-run; echo 1 > other');
    course.write('made/by-person', 'mine');
    await go(0);
    assert.deepEqual([...treeOf(course.root).keys()].sort(), ['keep', 'made', 'made/by-person']);
    await go(1);
    assert.equal(course.read('made/by-run'), '1\n');
  });

  it('neither reads nor moves ignored files', async () => {
    await open({ '.gitignore': 'ignored/\n*.log\n', 'src/a': 'x' });
    course.write('ignored/cache', 'c');
    await course.sh('mkdir out; echo o > out/o; echo l > out/o.log; echo more >> ignored/cache');
    await go(0);
    assert.deepEqual(
      [course.read('out/o.log'), course.read('ignored/cache'), existsSync(at('out/o'))],
      ['l\n', 'cmore\n', false],
    );
  });

  it('puts no file in place of a folder with files that nobody knows', async () => {
    await open({ thing: 'a file\n', other: 'x\n' });
    await course.sh('rm thing; mkdir thing; echo 1 > thing/inner; echo y > other');
    course.write('thing/mine', 'mine');
    assert.deepEqual(await conflictsOf(0), ['thing: occupied']);
    await assert.rejects(go(0, 'overwrite'), failsWith('restore.conflicts'));
    await go(0, 'keep');
    assert.deepEqual([course.read('thing/mine'), course.read('other')], ['mine', 'x\n']);
  });

  it('turns folders to files and links, and back', async () => {
    await open({ 'd/one': '1\n', 'd/sub/two': '2\n', file: 'f\n', 'l/x': 'x\n' });
    mkdirSync(at('hollow'));
    await course.sh('touch hollow/.k; rm hollow/.k');
    const start = treeOf(course.root);
    await course.sh('rm -r d; echo d > d; rm file; mkdir -p file/a; echo 1 > file/a/b; rm -r l; ln -s file l');
    const result = treeOf(course.root);
    await go(0);
    assert.deepEqual(treeOf(course.root), start);
    await go(1);
    assert.deepEqual(treeOf(course.root), result);
  });

  it('gives back empty folders that edits and commands filled', async () => {
    await open({ x: 'x' });
    await course.sh('mkdir -p a/b c');
    await course.edit('a/b/one', '1');
    await course.edit('a/b/two', '2');
    await course.sh('echo 1 > c/one');
    await go(3);
    await go(1);
    assert.deepEqual([...treeOf(course.root).keys()].sort(), ['a', 'a/b', 'c', 'x']);
    await go(2);
    assert.deepEqual([...treeOf(course.root).keys()].sort(), ['a', 'a/b', 'a/b/one', 'c', 'x']);
    await go(0);
    assert.deepEqual([...treeOf(course.root).keys()], ['x']);
  });

  it('goes through no link that was put in place of a folder', async () => {
    await open({ 'd/a': '1\n', z: '' });
    await course.sh('echo 2 > d/a; echo n > d/n');
    mkdirSync(join(course.root, '../outside'));
    writeFileSync(join(course.root, '../outside/a'), '2\n');
    rmSync(at('d'), { recursive: true });
    symlinkSync('../outside', at('d'));
    assert.deepEqual(await conflictsOf(0), ['d/a: removed']);
    await assert.rejects(go(0, 'overwrite'), failsWith('restore.conflicts'));
    const outside = join(course.root, '../outside');
    assert.deepEqual([...treeOf(outside)].length, 1);
    assert.equal(readlinkSync(at('d')), '../outside');
  });

  it('keeps modes but for the execute bit, and writes in folders that are read-only', async () => {
    await open({ 'd/a': '1\n', 'd/b': '1\n', 'd/c': '1\n' });
    chmodSync(at('d/a'), 0o440);
    chmodSync(at('d/b'), 0o640);
    await course.sh('echo 2 > d/a; chmod +x d/b; rm d/c; chmod 555 d');
    await go(0);
    const modes = ['d/a', 'd/b', 'd'].map(path => (statSync(at(path)).mode & 0o777).toString(8));
    assert.deepEqual(modes, ['440', '640', '555']);
    assert.equal(course.read('d/c'), '1\n');
  });

  it('keeps an execute bit that the person set on a file that was edited', async () => {
    await open({ s: 'one\n' });
    await course.edit('s', 'two\n');
    chmodSync(at('s'), 0o755);
    await go(0);
    assert.deepEqual([course.read('s'), lstatSync(at('s')).mode & 0o777], ['one\n', 0o755]);
  });

  it('keeps an execute bit that the person set on a file that a command changed', async () => {
    await open({ s: 'one\n', t: 'one\n' });
    await course.sh('echo two > s; echo two > t; chmod +x t');
    chmodSync(at('s'), 0o755);
    course.write('t', 'one\n');
    await go(0);
    assert.deepEqual([course.read('s'), lstatSync(at('s')).mode & 0o777], ['one\n', 0o755]);
    assert.deepEqual([course.read('t'), lstatSync(at('t')).mode & 0o777], ['one\n', 0o644]);
  });

  it('writes names of any bytes', async () => {
    await open({ x: 'x' });
    const start = treeOf(course.root);
    await course.sh(
      String.raw`printf 1 > $'a\nb'; mkdir $'\xff\xfe'; printf 2 > $'\xff\xfe/\xe4'; printf 3 > 'ünï ✓'; printf 4 > '-rf *'`,
    );
    const result = treeOf(course.root);
    await go(0);
    assert.deepEqual(treeOf(course.root), start);
    await go(1);
    assert.deepEqual(treeOf(course.root), result);
  });

  it('changes nothing outside the workspace or in a .git, and says what it leaves', async () => {
    await open({ a: '1\n' });
    const paths = ['.git/info/exclude', 'sub/.GIT/config', '../outside.txt'];
    for (const [index, path] of paths.entries()) {
      await course.edit(path, 'x\n');
      if (course.restoring.timeline().last === index + 1) continue;
      const event = course.journal.events.findLast(({ kind }) => kind === 'effect.proposed');
      assert.ok(event?.kind === 'effect.proposed');
      const made = { checkpoint: index + 1, effect: event.effect, before: null, after: null, files: 1 };
      await course.journal.append({ kind: 'checkpoint.made', ...made });
    }
    const plan = await course.restoring.plan(0);
    assert.deepEqual([plan.changes, plan.left], [[], paths.map(at).sort()]);
  });

  it('rewinds the conversation to the turn that did what comes next', async () => {
    await open({ a: '1\n' });
    await course.edit('a', '2\n');
    await course.edit('a', '3\n');
    assert.equal(await course.restoring.rewind(2), false);
    assert.equal(await course.restoring.rewind(1), true);
    const event = course.journal.events.at(-1);
    assert.ok(event?.kind === 'conversation.rewound');
    const turn = course.journal.events[event.record];
    assert.deepEqual(
      [event.checkpoint, turn?.kind, turn?.kind === 'turn.started' && turn.turn],
      [1, 'turn.started', 2],
    );
  });
});
