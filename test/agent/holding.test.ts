import assert from 'node:assert/strict';
import { createHolding, type HoldingDeps } from '../../src/agent/holding.ts';
import type { ExecOutcome } from '../../src/effects/outcome.ts';
import type { Snapshots } from '../../src/ports/checkpoints.ts';
import { type PathChange, RawPath, type SnapshotRef } from '../../src/protocol/checkpoint.ts';
import type { EditEffect, ExecEffect, ReadEffect } from '../../src/protocol/effect.ts';
import { failures, GatehouseError } from '../../src/protocol/failure.ts';
import { failsWith } from '../effects/setup.ts';
import { handClock, memoryJournal, stillSnapshots } from '../support/fakes.ts';

const digest = 'd'.repeat(64);
const command: ExecEffect = { kind: 'exec', command: 'make', cwd: '/w', timeoutMs: 1, background: false };
const blob = { sha256: digest, bytes: 1 };
const edit: EditEffect = { kind: 'edit', path: '/w/a b', base: null, next: blob, patch: '', added: 1, removed: 0 };
const look: ReadEffect = { kind: 'read', path: '/w/a' };
const writing = { profile: 'workspace', hosts: [], writes: [] } as const;
const terms = { ...writing, hosts: [], writes: [] };

const done: ExecOutcome = {
  kind: 'exec',
  exitCode: 0,
  signal: null,
  timedOut: false,
  stopped: false,
  durationMs: 1,
  output: '',
  outputBytes: 0,
  droppedBytes: 0,
  survivors: [],
  violations: [],
  background: null,
};
const inBackground = { ...done, background: { process: 'p1', pid: 1, log: '/l' } };
const edited = { kind: 'edit' as const, path: edit.path, file: blob };

const stateOf = (name: string): SnapshotRef => ({
  manifest: { sha256: name.padEnd(64, '0'), bytes: 1 },
  files: 1,
  notHeld: 0,
});

/** A workspace whose state is the name that the test gives it. */
function world(more: Partial<HoldingDeps> = {}) {
  const journal = memoryJournal();
  const now = { state: 'a', alive: [] as string[], fails: null as GatehouseError | null, touched: [] as string[] };
  const change: PathChange = { path: RawPath.parse('x'), before: null, after: { type: 'folder' } };
  const snapshots: Snapshots = {
    ...stillSnapshots(),
    async take() {
      if (now.fails !== null) throw now.fails;
      return { ref: stateOf(now.state), changed: true, newlyNotHeld: [] };
    },
    async touch(paths) {
      now.touched.push(...paths);
      return { ref: stateOf(now.state), changed: true, newlyNotHeld: [] };
    },
    changes: async (before, after) => (before.manifest.sha256 === after.manifest.sha256 ? [] : [change]),
  };
  const deps = { snapshots, journal, clock: handClock(), root: '/w', alive: () => now.alive, last: 0, ...more };
  const told = (): string[] =>
    journal.events.map(event => {
      if (event.kind === 'snapshot.taken') return `${event.phase} ${event.snapshot.manifest.sha256[0]}`;
      if (event.kind !== 'checkpoint.made') return event.kind;
      const [before, after] = [event.before, event.after].map(ref => ref?.manifest.sha256[0] ?? '-');
      return `${event.checkpoint} ${event.effect} ${before}${after}`;
    });
  return { holding: createHolding(deps), now, told };
}

const codeOf = (error: unknown): string => (error instanceof GatehouseError ? error.failure.code : String(error));

describe('holding the workspace around effects', () => {
  it('holds the start once, then each command, and numbers what changed', async () => {
    const { holding, now, told } = world();
    holding.begin();
    await holding.ready(command);
    await holding.before('e1', command, terms);
    now.state = 'b';
    await holding.after('e1', command, done);
    await holding.before('e2', command, terms);
    await holding.after('e2', command, done);
    await holding.after('e3', edit, edited);
    assert.deepEqual(told(), ['start a', 'before a', '1 e1 ab', 'before b', '2 e3 --']);
  });

  it('lets what the person changed between two effects be nobody’s checkpoint', async () => {
    const { holding, now, told } = world();
    await holding.ready(command);
    await holding.before('e1', command, terms);
    await holding.after('e1', command, done);
    now.state = 'p';
    await holding.before('e2', command, terms);
    now.state = 'q';
    await holding.after('e2', command, done);
    assert.deepEqual(told(), ['start a', 'before a', 'before p', '1 e2 pq']);
  });

  it('counts what changed while a process of the run was alive as that process’s', async () => {
    const { holding, now, told } = world();
    await holding.ready(command);
    await holding.before('e1', command, terms);
    now.alive = ['p1'];
    await holding.after('e1', command, inBackground);
    now.state = 'b';
    now.alive = [];
    await holding.before('e2', command, terms);
    await holding.after('e2', command, done);
    now.state = 'c';
    await holding.step();
    assert.deepEqual(told(), ['start a', 'before a', '1 e1 ab', 'before b', 'step c']);
  });

  it('holds what processes in the background did before the run is measured, and looks only where there were any', async () => {
    const { holding, now, told } = world();
    await holding.ready(command);
    assert.equal(await holding.settle(), false);
    await holding.before('e1', command, terms);
    now.alive = ['p1'];
    await holding.after('e1', command, inBackground);
    now.state = 'b';
    now.alive = [];
    assert.equal(await holding.settle(), true);
    now.state = 'c';
    assert.equal(await holding.settle(), false);
    assert.deepEqual(told(), ['start a', 'before a', '1 e1 ab', 'step b']);
  });

  it('tells an edit from what a process does meanwhile', async () => {
    const { holding, now, told } = world();
    await holding.ready(command);
    await holding.before('e1', command, terms);
    now.alive = ['p1'];
    await holding.after('e1', command, inBackground);
    now.state = 'b';
    await holding.after('e2', edit, edited);
    await holding.step();
    assert.deepEqual(now.touched, ['a b']);
    assert.deepEqual(told(), ['start a', 'before a', '1 e2 --', 'step b']);
  });

  it('takes no time for what changes nothing, and makes no checkpoint of what lies outside', async () => {
    const { holding, told } = world();
    await holding.ready(look);
    await holding.before('e1', look, terms);
    await holding.before('e2', command, { ...terms, profile: 'read-only' });
    await holding.after('e2', command, done);
    const outside = { ...edit, path: '/v/a' };
    await holding.after('e3', outside, { ...edited, path: '/v/a' });
    await holding.after('e4', edit, null);
    assert.deepEqual(told(), []);
  });

  it('holds what a command that failed left behind', async () => {
    const { holding, now, told } = world();
    await holding.before('e1', command, terms);
    now.state = 'b';
    await holding.after('e1', command, null);
    assert.deepEqual(told(), ['before a', '1 e1 ab']);
  });

  it('goes on counting where an earlier part of the run ended', async () => {
    const { holding, told } = world({ last: 7 });
    await holding.after('e1', edit, edited);
    assert.deepEqual(told(), ['8 e1 --']);
  });

  it('lets nothing happen where the state cannot be held', async () => {
    const { holding, now } = world();
    now.fails = new GatehouseError(failures.checkpointFull({ path: '/s' }));
    holding.begin();
    assert.equal(await holding.ready(edit).then(() => 'ready', codeOf), 'checkpoint.full');
    assert.equal(await holding.before('e1', command, terms).then(() => 'held', codeOf), 'checkpoint.full');
  });

  it('does not say that nothing was done where what was done cannot be held', async () => {
    const { holding, now } = world();
    for (const [problem, full] of [
      [failures.checkpointFull({ path: '/s' }), true],
      [failures.checkpointFailed({ problem: 'EROFS' }), false],
    ] as const) {
      now.fails = null;
      await holding.before('e1', command, terms);
      now.fails = new GatehouseError(problem);
      await assert.rejects(
        holding.after('e1', command, done),
        failsWith('checkpoint.after', { full, problem: full ? '' : 'EROFS' }),
      );
    }
  });

  it('lets only what changes nothing happen where there is no git', async () => {
    const { holding } = world({ snapshots: null });
    holding.begin();
    await holding.ready(look);
    assert.equal(await holding.ready(edit).then(() => 'ready', codeOf), 'checkpoint.gitMissing');
    assert.equal(await holding.ready(command).then(() => 'ready', codeOf), 'checkpoint.gitMissing');
    await holding.step();
  });
});
