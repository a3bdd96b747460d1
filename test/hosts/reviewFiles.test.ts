import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createContents } from '../../src/checkpoints/contents.ts';
import { buildTimeline } from '../../src/checkpoints/timeline.ts';
import { gitId } from '../../src/effects/restoring/look.ts';
import { reviewFiles } from '../../src/hosts/reviewFiles.ts';
import { type PathChange, RawPath, type SnapshotRef } from '../../src/protocol/checkpoint.ts';
import type { BlobRef } from '../../src/protocol/effect.ts';
import type { EventBody, RunEvent } from '../../src/protocol/event.ts';
import { started } from '../journal/support.ts';
import { stillSnapshots } from '../support/fakes.ts';

const root = '/work/app';
const digest = 'd'.repeat(64);
const numbered = Array.from({ length: 12 }, (_, at) => `line ${at + 1}\n`).join('');
const put = (text: string, ...lines: number[]): string =>
  lines.reduce((made, line) => made.replace(`line ${line}\n`, `LINE ${line}\n`), text);

/** A run in memory: each step is told as a run tells it. */
function aRun() {
  const bytes = new Map<string, Uint8Array>();
  const bodies: EventBody[] = [{ ...started('r'), workspace: root } as EventBody];
  const changes = new Map<string, PathChange[]>();
  let checkpoint = 0;

  function blob(text: string | Uint8Array): BlobRef {
    const content = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const sha256 = createHash('sha256').update(content).digest('hex');
    bytes.set(sha256, content);
    return { sha256, bytes: content.length };
  }
  const state = (): SnapshotRef => ({ manifest: blob(`state ${bodies.length} ${bytes.size}`), files: 1, notHeld: 0 });

  return {
    edit(name: string, before: string | null, after: string, allowed = false): void {
      const effect = `e${++checkpoint}`;
      const base = before === null ? null : blob(before);
      const value = {
        kind: 'edit',
        path: `${root}/${name}`,
        base,
        next: blob(after),
        patch: '',
        added: 1,
        removed: 1,
      } as const;
      bodies.push({ kind: 'effect.proposed', effect, call: effect, tool: 'Edit', value, digest });
      if (allowed) bodies.push({ kind: 'question.answered', question: effect, effect, answer: { verdict: 'allow' } });
      bodies.push({ kind: 'checkpoint.made', checkpoint, effect, before: null, after: null, files: 1 });
    },
    command(name: string, before: string | Uint8Array | null, after: string | Uint8Array | null): void {
      const effect = `e${++checkpoint}`;
      const value = { kind: 'exec', command: 'x', cwd: root, timeoutMs: 1, background: false } as const;
      const [from, to] = [state(), state()];
      const held = (text: string | Uint8Array | null) =>
        text === null ? null : ({ type: 'file', id: gitId(bytes.get(blob(text).sha256) ?? new Uint8Array()) } as const);
      changes.set(from.manifest.sha256, [{ path: RawPath.parse(name), before: held(before), after: held(after) }]);
      bodies.push({ kind: 'effect.proposed', effect, call: effect, tool: 'Bash', value, digest });
      bodies.push({ kind: 'question.answered', question: effect, effect, answer: { verdict: 'allow' } });
      bodies.push({ kind: 'checkpoint.made', checkpoint, effect, before: from, after: to, files: 1 });
    },
    keep(name: string, baseline: string): void {
      bodies.push({
        kind: 'change.reviewed',
        path: `${root}/${name}`,
        how: 'kept',
        baseline: blob(baseline),
        lines: 1,
        left: 1,
      });
    },
    async files() {
      const events = bodies.map((body, seq): RunEvent => ({ v: 1, prev: digest, hash: digest, seq, at: seq, ...body }));
      const blobs = { get: async (ref: BlobRef) => bytes.get(ref.sha256) ?? Promise.reject(new Error('gone')) };
      const byId = new Map([...bytes.values()].map(content => [gitId(content), content]));
      const snapshots = {
        ...stillSnapshots(),
        changes: async (before: SnapshotRef) => changes.get(before.manifest.sha256) ?? [],
        read: async (id: string) => byId.get(id) ?? Promise.reject(new Error('gone')),
      };
      const contents = createContents(snapshots, blobs);
      return reviewFiles(
        { timeline: () => buildTimeline(events), events: () => events, contents, snapshots, root },
        blobs,
      );
    },
  };
}

describe('what is to be looked at after a run', () => {
  it('is what edits changed that nobody was shown, against the state before the run', async () => {
    const run = aRun();
    run.edit('a', numbered, put(numbered, 2));
    run.edit('a', put(numbered, 2), put(numbered, 2, 9));
    run.edit('new', null, 'new\n');
    assert.deepEqual(await run.files(), [
      { path: `${root}/a`, before: numbered, baseline: numbered, after: put(numbered, 2, 9) },
      { path: `${root}/new`, before: null, baseline: null, after: 'new\n' },
    ]);
  });

  it('is not what the person allowed, also beside what they were not shown', async () => {
    const run = aRun();
    run.edit('a', numbered, put(numbered, 2));
    run.edit('a', put(numbered, 2), put(numbered, 2, 9), true);
    const [file] = await run.files();
    assert.equal(file?.baseline, put(numbered, 9));
    assert.equal(file?.before, numbered);
  });

  it('is looked at as a whole where the one touches the other', async () => {
    const run = aRun();
    run.edit('a', numbered, put(numbered, 2));
    run.edit('a', put(numbered, 2), put(numbered, 2).replace('LINE 2', 'line two'), true);
    assert.equal((await run.files())[0]?.baseline, numbered);
  });

  it('is less what was kept since, and grows again with what comes after', async () => {
    const run = aRun();
    run.edit('a', numbered, put(numbered, 2, 6));
    run.keep('a', put(numbered, 2));
    run.edit('a', put(numbered, 2, 6), put(numbered, 2, 6, 10));
    const [file] = await run.files();
    assert.deepEqual([file?.baseline, file?.after], [put(numbered, 2), put(numbered, 2, 6, 10)]);
  });

  it('is what commands changed too, whoever allowed them, and never what is no text', async () => {
    const run = aRun();
    run.command('made', null, 'made\n');
    run.command('gone', 'gone\n', null);
    run.command('image', null, new Uint8Array([1, 0, 2]));
    assert.deepEqual(
      (await run.files()).map(({ path, baseline, after }) => [path, baseline, after]),
      [
        [`${root}/made`, null, 'made\n'],
        [`${root}/gone`, 'gone\n', null],
      ],
    );
  });

  it('is nothing where the run has put everything back itself', async () => {
    const run = aRun();
    run.edit('a', numbered, put(numbered, 2));
    run.edit('a', put(numbered, 2), numbered);
    assert.deepEqual(await run.files(), []);
  });
});
