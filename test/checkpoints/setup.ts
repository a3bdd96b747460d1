import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createHolding, type Holding } from '../../src/agent/holding.ts';
import { createRestoring, type Restoring, type RestoringDeps } from '../../src/checkpoints/restore.ts';
import { openSnapshots } from '../../src/checkpoints/snapshots.ts';
import { realClock } from '../../src/effects/clock.ts';
import { edit } from '../../src/effects/edit.ts';
import { findGit, type GitProgram } from '../../src/effects/git/program.ts';
import { openDisk } from '../../src/effects/restoring/disk.ts';
import { gitMerge } from '../../src/effects/restoring/merge.ts';
import { createBlobs } from '../../src/journal/blobs.ts';
import { type Home, openHome } from '../../src/journal/home.ts';
import type { Blobs } from '../../src/ports/blobs.ts';
import type { Snapshots } from '../../src/ports/checkpoints.ts';
import type { Disk } from '../../src/ports/disk.ts';
import type { Journal } from '../../src/ports/journal.ts';
import type { BlobRef, EditEffect, Effect, ExecEffect } from '../../src/protocol/effect.ts';
import type { RunEvent } from '../../src/protocol/event.ts';
import { memoryJournal, uncontained } from '../support/fakes.ts';

export function someGit(): GitProgram {
  const program = findGit(process.env['PATH'] ?? '', '/nowhere');
  if (program === null) throw new Error('there is no git on the PATH');
  return program;
}

/** A workspace with real snapshots, in which effects happen as a run has them, and are undone. */
export interface Course {
  root: string;
  home: Home;
  blobs: Blobs;
  snapshots: Snapshots;
  journal: Journal & { events: RunEvent[] };
  restoring: Restoring;
  /** Restoring with another disk, for faults. */
  restoringWith(disk: (real: Disk) => Disk, journal?: Journal, more?: Partial<RestoringDeps>): Restoring;
  /** An edit of the run, from what stands there. */
  edit(path: string, content: string | Uint8Array): Promise<void>;
  /** A command of the run. */
  sh(command: string): Promise<void>;
  /** What the person does: in no checkpoint. */
  write(path: string, content: string | Uint8Array, mode?: number): void;
  read(path: string): string;
  /** Ends the use of its snapshots, so that others can go on. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** `files`, and what `layOut` puts there, stand there when the run begins. */
export async function openCourse(
  files: Record<string, string> = {},
  layOut: (root: string) => void = () => undefined,
): Promise<Course> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-course-')));
  const root = join(base, 'workspace');
  mkdirSync(root);
  const write = (path: string, content: string | Uint8Array, mode?: number): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    if (mode !== undefined) chmodSync(join(root, path), mode);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  layOut(root);
  const home = await openHome({ env: { GATEHOUSE_HOME: join(base, 'state') } });
  const blobs = createBlobs(home);
  const program = someGit();
  const scratch = join(base, 'scratch');
  mkdirSync(scratch);
  const snapshots = await openSnapshots({
    root,
    store: root,
    home: { shadow: join(home.root, 'shadow'), blobs },
    run: 'course',
    program,
    excludes: () => [],
  });
  const journal = memoryJournal();
  await journal.append(started(root));
  const holding = createHolding({ snapshots, journal, clock: realClock, root, alive: () => [], last: 0 });
  holding.begin();
  await holding.ready(command(root, 'true'));
  const restoringWith: Course['restoringWith'] = (disk, other = journal, more = {}) =>
    createRestoring({
      events: () => journal.events,
      journal: other,
      snapshots,
      blobs,
      disk: restore => disk(openDisk(root, restore)),
      merge: gitMerge(program, scratch),
      root,
      newId: randomUUID,
      ...more,
    });
  let turn = 0;

  async function effect(value: Effect, act: () => Promise<unknown>): Promise<void> {
    const id = randomUUID();
    await journal.append({ kind: 'turn.started', turn: (turn += 1) });
    const tool = value.kind === 'edit' ? 'Edit' : 'Bash';
    await journal.append({ kind: 'effect.proposed', effect: id, call: id, tool, value, digest: zeros });
    await around(holding, id, value, act);
  }

  let left: Promise<void> | null = null;
  const leave = (): Promise<void> => (left ??= snapshots.close());

  return {
    root,
    home,
    blobs,
    snapshots,
    journal,
    restoring: restoringWith(disk => disk),
    restoringWith,
    leave,
    write,
    read: path => readFileSync(join(root, path), 'utf8'),
    async edit(path, content) {
      const value = await editOf(join(root, path), content, blobs);
      await effect(value, () => edit(value, blobs));
    },
    sh: line =>
      effect(command(root, line), async () =>
        execFileSync('bash', ['-c', line], { cwd: root, stdio: 'ignore', env: commandEnv }),
      ),
    async close() {
      await leave();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

const zeros = '0'.repeat(64);

const commandEnv = {
  PATH: process.env['PATH'],
  LC_ALL: 'C.UTF-8',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
};

async function around(holding: Holding, id: string, value: Effect, act: () => Promise<unknown>): Promise<void> {
  await holding.before(id, value, { ...uncontained, profile: 'workspace' });
  await act();
  const done = value.kind === 'edit' ? ({ kind: 'edit', path: value.path, file: value.next } as const) : null;
  await holding.after(id, value, done);
}

function started(workspace: string): Extract<RunEvent, { kind: 'run.started' }> {
  return {
    v: 1,
    seq: 0,
    at: 0,
    prev: zeros,
    hash: zeros,
    kind: 'run.started',
    run: 'course',
    gatehouse: '0.1.0',
    workspace,
    prompt: 'x',
    mode: 'auto',
    model: 'm',
    scripted: true,
    limits: {},
    systemDigest: zeros,
  };
}

function command(cwd: string, line: string): ExecEffect {
  return { kind: 'exec', command: line, cwd, timeoutMs: 15_000, background: false };
}

async function editOf(path: string, content: string | Uint8Array, blobs: Blobs): Promise<EditEffect> {
  let base: BlobRef | null = null;
  try {
    base = await blobs.put(readFileSync(path));
  } catch {
    // A new file.
  }
  const next = await blobs.put(typeof content === 'string' ? Buffer.from(content) : content);
  return { kind: 'edit', path, base, next, patch: '', added: 1, removed: base === null ? 0 : 1 };
}

/** All that stands below a folder: raw path → type, execute bit and bytes. */
export function treeOf(root: string, skip: (path: string) => boolean = () => false): Map<string, string> {
  const tree = new Map<string, string>();
  const walk = (folder: string): void => {
    const real =
      folder === '' ? Buffer.from(root) : Buffer.concat([Buffer.from(`${root}/`), Buffer.from(folder, 'latin1')]);
    for (const name of readdirSync(real, { encoding: 'buffer' })) {
      const path = folder === '' ? name.toString('latin1') : `${folder}/${name.toString('latin1')}`;
      if (skip(path)) continue;
      const entry = Buffer.concat([real, Buffer.from('/'), name]);
      const stats = lstatSync(entry);
      if (stats.isSymbolicLink()) tree.set(path, `link ${readlinkSync(entry, { encoding: 'latin1' })}`);
      else if (stats.isDirectory()) {
        tree.set(path, 'folder');
        walk(path);
      } else {
        const type = (stats.mode & 0o100) === 0 ? 'file' : 'executable';
        tree.set(path, `${type} ${createHash('sha256').update(readFileSync(entry)).digest('hex')}`);
      }
    }
  };
  walk('');
  return tree;
}
