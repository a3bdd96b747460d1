import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
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
import { openSnapshots, type SnapshotOptions } from '../../src/checkpoints/snapshots.ts';
import { findGit, type GitProgram } from '../../src/effects/git/program.ts';
import { createBlobs } from '../../src/journal/blobs.ts';
import { openHome } from '../../src/journal/home.ts';
import type { Blobs } from '../../src/ports/blobs.ts';
import type { Snapshots } from '../../src/ports/checkpoints.ts';
import { type Held, RawPath, type SnapshotRef } from '../../src/protocol/checkpoint.ts';

/** A workspace and a home in a folder of their own. */
export interface Bench {
  base: string;
  root: string;
  shadow: string;
  blobs: Blobs;
  program: GitProgram;
  open(run?: string, more?: Partial<SnapshotOptions>): Promise<Snapshots>;
  /** A file with its folders; names are bytes where they are no UTF-8. */
  write: (path: string | Buffer, content: string | Uint8Array, mode?: number) => void;
  git: (folder: string, ...args: string[]) => string;
  close(): Promise<void>;
}

export async function makeBench(): Promise<Bench> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-snapshots-')));
  const root = join(base, 'workspace');
  mkdirSync(root);
  const home = await openHome({ env: { GATEHOUSE_HOME: join(base, 'state') } });
  const shadow = join(home.root, 'shadow');
  const blobs = createBlobs(home);
  const program = findGit(process.env['PATH'] ?? '', root);
  assert.ok(program !== null, 'no git on PATH');
  const opened: Snapshots[] = [];
  return {
    base,
    root,
    shadow,
    blobs,
    program,
    async open(run = 'run-1', more = {}) {
      const snapshots = await openSnapshots({
        root,
        store: root,
        home: { shadow, blobs },
        run,
        program,
        excludes: () => [],
        ...more,
      });
      opened.push(snapshots);
      return snapshots;
    },
    write(path, content, mode) {
      const full = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path)]);
      mkdirSync(Buffer.from(dirname(full.toString('latin1')), 'latin1'), { recursive: true });
      writeFileSync(full, content);
      if (mode !== undefined) chmodSync(full, mode);
    },
    git: (folder, ...args) =>
      execFileSync(
        'git',
        ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', '-c', 'protocol.file.allow=always', ...args],
        {
          cwd: folder,
          env: { PATH: process.env['PATH'], HOME: base, GIT_CONFIG_NOSYSTEM: '1' },
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      ),
    async close() {
      for (const each of opened) await each.close().catch(() => undefined);
      rmSync(base, { recursive: true, force: true });
    },
  };
}

export const raw = (text: string | Buffer): RawPath => RawPath.parse(Buffer.from(text).toString('latin1'));

/** What stands on disk at a raw path, as `stateOf` has it. */
export function onDisk(root: string, path: string): { type: Held['type']; content: string } | null {
  const full = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
  const stats = lstatSync(full, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (stats.isSymbolicLink()) return { type: 'link', content: readlinkSync(full, 'latin1') };
  if (stats.isDirectory()) return { type: 'folder', content: '' };
  return { type: (stats.mode & 0o100) === 0 ? 'file' : 'executable', content: readFileSync(full, 'latin1') };
}

/** All that a snapshot holds: path → type and bytes. It is told as what differs from a snapshot of nothing. */
export async function stateOf(
  snapshots: Snapshots,
  nothing: SnapshotRef,
  ref: SnapshotRef,
): Promise<Map<string, { type: Held['type']; content: string }>> {
  const state = new Map<string, { type: Held['type']; content: string }>();
  for (const { path, after } of await snapshots.changes(nothing, ref)) {
    if (after === null || after.type === 'special') continue;
    const content = after.type === 'folder' ? '' : Buffer.from(await snapshots.read(after.id)).toString('latin1');
    state.set(path, { type: after.type, content });
  }
  return state;
}

/** Every file, link and empty folder below `root` by raw path, folders of git's left out. */
export function walk(root: string, below = ''): string[] {
  const folder = Buffer.concat([Buffer.from(root), Buffer.from(below === '' ? '' : `/${below}`, 'latin1')]);
  return readdirSync(folder, { encoding: 'buffer', withFileTypes: true }).flatMap(entry => {
    const name = entry.name.toString('latin1');
    const path = below === '' ? name : `${below}/${name}`;
    if (name === '.git') return [];
    if (!entry.isDirectory()) return [path];
    const inside = walk(root, path);
    const bare = readdirSync(Buffer.concat([folder, Buffer.from('/'), entry.name])).length === 0;
    return bare ? [path] : inside;
  });
}
