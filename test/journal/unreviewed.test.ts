import assert from 'node:assert/strict';
import { createReviewing, unreviewed, unreviewedFiles } from '../../src/journal/unreviewed.ts';
import { RawPath } from '../../src/protocol/checkpoint.ts';
import type { EventBody, RunEvent } from '../../src/protocol/event.ts';
import { started } from './support.ts';

const digest = 'b'.repeat(64);
const blob = { sha256: digest, bytes: 1 };
const snapshot = { manifest: blob, files: 2, notHeld: 0 };

function eventsOf(...bodies: EventBody[]): RunEvent[] {
  return [started('r'), ...bodies].map((body, seq) => ({ v: 1, prev: digest, hash: digest, seq, at: seq, ...body }));
}

const workspace = (() => {
  const first = started('r');
  return first.kind === 'run.started' ? first.workspace : '';
})();
const at = (name: string): string => `${workspace}/${name}`;

function edit(effect: string, name: string, added: number, removed: number, verdict?: 'allow' | 'deny'): EventBody[] {
  const path = at(name);
  const value = { kind: 'edit', path, base: blob, next: blob, patch: '', added, removed } as const;
  const bodies: EventBody[] = [{ kind: 'effect.proposed', effect, call: effect, tool: 'Edit', value, digest }];
  if (verdict !== undefined) bodies.push({ kind: 'question.answered', question: effect, effect, answer: { verdict } });
  if (verdict !== 'deny')
    bodies.push({ kind: 'effect.done', effect, outcome: { kind: 'edit', path, file: blob }, durationMs: 1 });
  return bodies;
}

const reviewed = (name: string, how: 'kept' | 'undone', lines: number, left: number): EventBody => ({
  kind: 'change.reviewed',
  path: at(name),
  how,
  baseline: blob,
  lines,
  left,
});

describe('what nobody has looked at', () => {
  it('adds up event by event to what all of them tell', () => {
    const events = eventsOf(
      ...edit('e1', 'a', 3, 1),
      ...edit('e2', 'b', 5, 0),
      {
        kind: 'checkpoint.made',
        checkpoint: 3,
        effect: 'e3',
        before: snapshot,
        after: snapshot,
        files: 1,
        paths: ['a'],
      },
      reviewed('a', 'kept', 2, 2),
      ...edit('e4', 'a', 1, 0),
      reviewed('b', 'undone', 5, 0),
      ...edit('e5', 'c', 7, 0, 'allow'),
      reviewed('a', 'kept', 3, 0),
    );
    const reviewing = createReviewing();
    const sums = events.map((event, index) => {
      reviewing.apply(event);
      const [files, all] = [unreviewedFiles(events.slice(0, index + 1)), unreviewed(events.slice(0, index + 1))];
      assert.deepEqual(reviewing.files(), files);
      assert.equal(
        reviewing.lines(),
        [...files.values()].reduce((sum, { lines }) => sum + lines, 0),
      );
      assert.equal(reviewing.lines(), all.lines);
      return reviewing.lines();
    });
    assert.deepEqual(sums, [0, 0, 4, 4, 9, 9, 7, 7, 8, 3, 3, 3, 3, 0]);
  });

  it('is what was edited without being shown, line by line and file by file', () => {
    const events = eventsOf(...edit('1', 'a', 3, 1), ...edit('2', 'a', 2, 0), ...edit('3', 'b', 1, 1));
    assert.deepEqual(unreviewed(events), { files: 2, lines: 8 });
    assert.deepEqual(unreviewed([]), { files: 0, lines: 0 });
  });

  it('is not what a person allowed or refused', () => {
    const events = eventsOf(...edit('1', 'a', 3, 1, 'allow'), ...edit('2', 'b', 2, 0, 'deny'));
    assert.deepEqual(unreviewed(events), { files: 0, lines: 0 });
  });

  it('shrinks as places are kept or taken back, and grows with what comes after', () => {
    const events = eventsOf(...edit('1', 'a', 5, 5), reviewed('a', 'kept', 4, 6), ...edit('2', 'a', 1, 0));
    assert.deepEqual(unreviewed(events), { files: 1, lines: 7 });
    assert.deepEqual(unreviewed([...events, ...eventsOf(reviewed('a', 'undone', 7, 0)).slice(1)]), {
      files: 0,
      lines: 0,
    });
  });

  it('holds the files that commands changed, with their lines where those were counted', () => {
    const made = (lines: { each: ([number, number] | null)[] } | null): EventBody => ({
      kind: 'checkpoint.made',
      checkpoint: 1,
      effect: 'x',
      before: snapshot,
      after: snapshot,
      files: 2,
      paths: ['a', 'logo.png'],
      ...(lines === null ? {} : { lines: { added: 4, removed: 3, atMost: false, uncounted: 1, ...lines } }),
    });
    const counted = eventsOf(made({ each: [[4, 3], null] }), ...edit('1', 'a', 1, 1));
    assert.deepEqual(unreviewed(counted), { files: 2, lines: 9 });
    assert.deepEqual(unreviewedFiles(counted).get(at('logo.png')), { lines: 0, byCommand: true });
    assert.deepEqual(unreviewed(eventsOf(made(null))), { files: 2, lines: 0 }, 'a record of an earlier version');
  });

  it('holds the files that commands changed, whose lines nobody counted', () => {
    const made: EventBody = {
      kind: 'checkpoint.made',
      checkpoint: 1,
      effect: 'x',
      before: snapshot,
      after: snapshot,
      files: 2,
      paths: ['out/a', 'b'],
    };
    const events = eventsOf(...edit('1', 'b', 2, 0), made);
    assert.deepEqual(unreviewed(events), { files: 2, lines: 2 });
    assert.deepEqual(unreviewedFiles(events).get(at('b')), { lines: 2, byCommand: true });
    assert.deepEqual(unreviewedFiles(events).get(at('out/a')), { lines: 0, byCommand: true });
  });

  it('ends where a person restores the files, and not where the agent does', () => {
    const restored = (by: 'person' | 'agent'): EventBody[] => [
      { kind: 'restore.intended', restore: 'x', to: 0, by, before: snapshot, paths: [RawPath.parse('a')] },
      {
        kind: 'restore.done',
        restore: 'x',
        checkpoint: 2,
        to: 0,
        whole: false,
        by,
        before: snapshot,
        after: snapshot,
        files: 1,
        conflicts: [],
      },
    ];
    const edits = [...edit('1', 'a', 2, 0), ...edit('2', 'b', 1, 0)];
    assert.deepEqual(unreviewed(eventsOf(...edits, ...restored('person'))), { files: 1, lines: 1 });
    assert.deepEqual(unreviewed(eventsOf(...edits, ...restored('agent'))), { files: 2, lines: 3 });
  });
});
