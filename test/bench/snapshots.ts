import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectGarbage, sizeOf, storePath } from '../../src/checkpoints/gc.ts';
import { openSnapshots } from '../../src/checkpoints/snapshots.ts';
import { realClock } from '../../src/effects/clock.ts';
import { findGit, type GitProgram } from '../../src/effects/git/program.ts';
import { gitStoreAt } from '../../src/effects/snapshots/gitStore.ts';
import { packStore } from '../../src/effects/snapshots/pack.ts';
import { restoringOf } from '../../src/hosts/restoring.ts';
import { createBlobs } from '../../src/journal/blobs.ts';
import { type Home, openHome } from '../../src/journal/home.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { newRunId } from '../../src/journal/runid.ts';
import type { Snapshots } from '../../src/ports/checkpoints.ts';
import { type Manifest, RawPath, type SnapshotRef } from '../../src/protocol/checkpoint.ts';
import type { ExecEffect } from '../../src/protocol/effect.ts';
import type { EventBody, RunEvent } from '../../src/protocol/event.ts';
import { median, round } from './figures.ts';

export interface SnapshotFigures {
  files: number;
  firstSeconds: number;
  /** Of the same tree in the same rounds, with the same ten changes in it. */
  statusMs: number;
  /** Ten changes that nobody named, as after a command. */
  takeMs: number;
  takeToStatus: number;
  /** Ten changes whose paths are known, as after edits. */
  touchMs: number;
  touchToStatus: number;
  unchangedMs: number;
  /** A new run on the same workspace. */
  nextRunMs: number;
  /** Ten files taken back: planned, held as they stood, and written; each on disk before the next thing. */
  restoreMs: number;
  restoreToStatus: number;
}

export interface DiskFigures {
  checkpoints: number;
  workspaceMb: number;
  firstMb: number;
  /** As it stands the moment the last one is taken, with packing still at work. */
  storeMb: number;
  /** Once packing has come to its end. */
  packedMb: number;
  manifestsMb: number;
  collectedMb: number;
}

const rounds = 15;

interface Scene {
  root: string;
  shadow: string;
  blobs: string;
  program: GitProgram;
  paths: RawPath[];
  home: Home;
  open(run: string): Promise<Snapshots>;
  change(round: number): void;
  close(): void;
}

/** A committed repository of so many files, a hundred in each folder. */
async function makeScene(files: number): Promise<Scene> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-bench-snapshots-')));
  const root = join(base, 'workspace');
  for (let folder = 0; folder < files / 100; folder += 1) {
    const path = join(root, `area${Math.floor(folder / 50)}`, `part${folder % 50}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < 100; file += 1) {
      const lines = Array.from({ length: 30 }, (_, line) => `export const value${line} = ${folder * file + line};`);
      writeFileSync(join(path, `file${file}.ts`), `${lines.join('\n')}\n`);
    }
  }
  const env = { PATH: process.env['PATH'], HOME: base };
  const git = (...args: string[]): Buffer => execFileSync('git', args, { cwd: root, env });
  git('init', '-q');
  git('add', '-A');
  git('-c', 'user.name=Bench', '-c', 'user.email=bench@example.invalid', 'commit', '-q', '-m', 'Start');
  const home = await openHome({ env: { GATEHOUSE_HOME: join(base, 'state') } });
  const shadow = join(home.root, 'shadow');
  const program = findGit(process.env['PATH'] ?? '', root);
  if (program === null) throw new Error('There is no git.');
  const paths = Array.from({ length: 10 }, (_, at) => RawPath.parse(`area0/part${at * 5}/file${at * 7}.ts`));
  return {
    root,
    shadow,
    blobs: home.blobs,
    program,
    paths,
    home,
    open: run =>
      openSnapshots({
        root,
        store: root,
        home: { shadow, blobs: createBlobs(home) },
        run,
        program,
        excludes: () => [],
      }),
    change(round) {
      for (const path of paths) appendFileSync(join(root, path), `export const more${round} = ${Math.random()};\n`);
    },
    close: () => rmSync(base, { recursive: true, force: true }),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

/** As a person would run it. */
function status(root: string): Promise<void> {
  return new Promise((done, failed) => {
    const env = { PATH: process.env['PATH'], HOME: root };
    const child = spawn('git', ['status', '--porcelain'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.resume();
    child.on('error', failed);
    child.on('close', code => (code === 0 ? done() : failed(new Error(`git status ended with ${code}`))));
  });
}

export async function measureSnapshots(files: number): Promise<SnapshotFigures> {
  const scene = await makeScene(files);
  try {
    const snapshots = await scene.open('first');
    const firstMs = await timed(() => snapshots.take());
    const times = { status: [0], take: [0], touch: [0], unchanged: [0], restore: [0] };
    for (const each of Object.values(times)) each.length = 0;
    // The first round starts processes that stay, and is not counted.
    for (let at = 0; at <= rounds; at += 1) {
      scene.change(at);
      const statusMs = await timed(() => status(scene.root));
      const takeMs = await timed(() => snapshots.take());
      const unchangedMs = await timed(() => snapshots.take());
      scene.change(at + 0.5);
      const touchMs = await timed(() => snapshots.touch(scene.paths));
      if (at === 0) continue;
      times.status.push(statusMs, await timed(() => status(scene.root)));
      times.take.push(takeMs);
      times.unchanged.push(unchangedMs);
      times.touch.push(touchMs);
    }
    times.restore = await restores(scene, snapshots);
    await snapshots.close();
    const next = await scene.open('next');
    const nextRunMs = await timed(() => next.take());
    await next.close();
    const [statusMs, takeMs, touchMs] = [median(times.status), median(times.take), median(times.touch)];
    return {
      files,
      firstSeconds: round(firstMs / 1000),
      statusMs: round(statusMs, 1),
      takeMs: round(takeMs, 1),
      takeToStatus: round(takeMs / statusMs),
      touchMs: round(touchMs, 1),
      touchToStatus: round(touchMs / statusMs),
      unchangedMs: round(median(times.unchanged), 1),
      nextRunMs: round(nextRunMs, 1),
      restoreMs: round(median(times.restore), 1),
      restoreToStatus: round(median(times.restore) / statusMs),
    };
  } finally {
    scene.close();
  }
}

/** How long it takes to undo a command that changed ten files, again and again, with a journal on disk. */
async function restores(scene: Scene, snapshots: Snapshots): Promise<number[]> {
  const run = newRunId(Date.now());
  const journal = await createJournal(scene.home, run, realClock);
  const events: RunEvent[] = [];
  const append = async (body: EventBody): Promise<RunEvent> => {
    const event = await journal.append(body);
    events.push(event);
    return event;
  };
  const digest = '0'.repeat(64);
  const value: ExecEffect = { kind: 'exec', command: 'make', cwd: scene.root, timeoutMs: 1, background: false };
  await append({
    kind: 'run.started',
    run,
    gatehouse: '0',
    workspace: scene.root,
    prompt: 'go',
    mode: 'auto',
    model: 'm',
    scripted: true,
    limits: {},
    systemDigest: digest,
  });
  await append({ kind: 'effect.proposed', effect: 'e', call: 'c', tool: 'Bash', value, digest });
  const restoring = restoringOf(
    { events: () => events, journal: { append }, snapshots, root: scene.root },
    { home: scene.home, env: { PATH: process.env['PATH'] } },
  );
  const times: number[] = [];
  let stands = 0;
  for (let at = 0; at < rounds; at += 1) {
    const before = (await snapshots.take()).ref;
    scene.change(1000 + at);
    const after = (await snapshots.take()).ref;
    const checkpoint = restoring.timeline().last + 1;
    await append({ kind: 'checkpoint.made', checkpoint, effect: 'e', before, after, files: 10 });
    times.push(
      await timed(async () => {
        const done = await restoring.apply(await restoring.plan(stands), { by: 'person' });
        if (done.files !== 10) throw new Error(`${done.files} files were restored`);
      }),
    );
    stands = restoring.timeline().current;
  }
  await journal.close();
  return times.slice(1);
}

/** What 500 checkpoints take up, a tenth of them after commands and the rest after edits; then with half of them dropped. */
export async function measureDisk(files = 10_000, checkpoints = 500): Promise<DiskFigures> {
  const scene = await makeScene(files);
  const store = storePath(scene.shadow, scene.root);
  const megabytes = (bytes: number): number => round(bytes / 1024 ** 2);
  try {
    const snapshots = await scene.open('many');
    let ref: SnapshotRef = (await snapshots.take()).ref;
    const firstBytes = await sizeOf(store);
    const manifests: Manifest[] = [await snapshots.manifest(ref)];
    for (let at = 1; at < checkpoints; at += 1) {
      scene.change(at);
      ref = (at % 10 === 0 ? await snapshots.take() : await snapshots.touch(scene.paths)).ref;
      manifests.push(await snapshots.manifest(ref));
    }
    await snapshots.close();
    const storeBytes = await sizeOf(store);
    await packStore(gitStoreAt(store, scene.program));
    const packedBytes = await sizeOf(store);
    const keep = manifests.slice(checkpoints / 2);
    const collected = await collectGarbage({ store, program: scene.program, keep, minAgeMs: -60_000 });
    return {
      checkpoints,
      workspaceMb: megabytes((await sizeOf(scene.root)) - (await sizeOf(join(scene.root, '.git')))),
      firstMb: megabytes(firstBytes),
      storeMb: megabytes(storeBytes),
      packedMb: megabytes(packedBytes),
      manifestsMb: megabytes(await sizeOf(scene.blobs)),
      collectedMb: megabytes(collected?.bytesAfter ?? Number.NaN),
    };
  } finally {
    scene.close();
  }
}

/** All figures of checkpoints, and whether they are as good as they are meant to be. */
export async function measureCheckpoints() {
  const tenThousand = await measureSnapshots(10_000);
  console.error('snapshots of 10,000 files');
  const hundredThousand = await measureSnapshots(100_000);
  console.error('snapshots of 100,000 files');
  const disk = await measureDisk();
  console.error('500 checkpoints');
  const most = 2;
  const mostToRestore = 3;
  const met = [tenThousand, hundredThousand].every(
    each => each.takeToStatus <= most && each.touchToStatus <= most && each.restoreToStatus <= mostToRestore,
  );
  return { tenThousand, hundredThousand, disk, aims: { toStatus: 1, most, mostToRestore }, met };
}
