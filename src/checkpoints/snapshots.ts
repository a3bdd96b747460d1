import { relative, sep } from 'node:path';
import { type GitProgram } from '../effects/git/program.ts';
import { GitProblem, type GitStore, openGitStore } from '../effects/snapshots/gitStore.ts';
import { openIndexes } from '../effects/snapshots/indexes.ts';
import { openObjects } from '../effects/snapshots/objects.ts';
import { startPacking } from '../effects/snapshots/pack.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Snapshots, Taken } from '../ports/checkpoints.ts';
import { type Manifest, maxHeldBytes, type NotHeld, type SnapshotRef } from '../protocol/checkpoint.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { compareManifests } from './changes.ts';
import { explain, isRetryable } from './failing.ts';
import { ignoreRules } from './ignoreRules.ts';
import { decodeManifest, encodeManifest, manifestOf } from './manifest.ts';
import { type Limits, openPlace, type PartState, type Workshop } from './part.ts';
import { catchUp } from './quick.ts';
import { joinPath } from './records.ts';
import { type ScanOptions, scanPart } from './scan.ts';
import { touchParts } from './touch.ts';

export interface SnapshotOptions {
  /** Real path of the workspace. */
  root: string;
  /** Real path of the workspace whose store is used: an isolated worktree names the one that it was made from. */
  store: string;
  /** `shadow` is the folder of all stores; manifests go to `blobs`. */
  home: { shadow: string; blobs: Blobs };
  run: string;
  program: GitProgram;
  /** Files of ignore rules outside the working tree, weakest first. They need not exist. */
  excludes: () => readonly string[];
  /** Real paths of folders that the sandbox has put into the workspace for now. They belong to no state while they are empty. */
  mountPoints?: () => readonly string[];
  limits?: Partial<Limits>;
}

const defaults: Limits = { fileBytes: maxHeldBytes, files: 500_000 };
/** Parts beside each other, so that many small repositories do not wait for one another. */
const partsAtOnce = 4;

/** Opens the store of a workspace, which is made where it is missing. Rejects with `checkpoint.failed` or `checkpoint.full`. */
export async function openSnapshots(options: SnapshotOptions): Promise<Snapshots> {
  const { root, home, program } = options;
  const mountPoints = (): string[] => (options.mountPoints?.() ?? []).map(path => rawOf(relative(root, path)));
  const limits = { ...defaults, ...options.limits };
  const rulesOf = ignoreRules(root, options.excludes);
  let git: GitStore;
  let shop: Workshop;
  try {
    git = await openGitStore(home.shadow, options.store, program);
    const indexes = await openIndexes(git.path, options.run);
    shop = { git, indexes, objects: openObjects(git), root, limits, rulesOf };
  } catch (error) {
    throw await explain(home.shadow, error);
  }
  const packing = startPacking(git);
  let last: { parts: PartState[]; manifest: Manifest; ref: SnapshotRef; sound: boolean } | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let closed: Promise<void> | null = null;

  /** One at a time, as they share the index. The signal also ends the processes that stay. */
  function inTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const next = turn.then(async () => {
      signal?.throwIfAborted();
      const stop = (): void => shop.objects.kill();
      signal?.addEventListener('abort', stop, { once: true });
      return work().finally(() => signal?.removeEventListener('abort', stop));
    });
    turn = next.catch(() => undefined);
    return next;
  }

  async function scanAll(scan: ScanOptions): Promise<PartState[]> {
    const found: PartState[] = [];
    const lost: PartState['notHeld'][number][] = [];
    let todo = [''];
    while (todo.length > 0) {
      const now = todo.splice(0, partsAtOnce);
      const before = (path: string) => last?.parts.find(part => part.path === path);
      const states = await Promise.all(
        now.map(path => {
          const known = before(path);
          return scanPart(
            shop,
            path,
            known === undefined || last?.sound === true ? known : { ...known, tree: null },
            scan,
          );
        }),
      );
      for (const [at, state] of states.entries()) {
        const path = now[at] ?? '';
        if (state !== null) {
          found.push(state);
          todo = [...todo, ...state.nested.map(each => joinPath(path, each))];
        } else if (path === '') throw new GatehouseError(failures.workspaceMissing({ path: root }));
        else lost.push({ path, why: 'unreadable', bytes: 0 });
      }
      const files = found.reduce((sum, part) => sum + part.files, 0);
      if (files > limits.files) throw new GatehouseError(failures.checkpointTooMany({ files, limit: limits.files }));
    }
    return found.map(part => (part.path === '' ? { ...part, notHeld: [...part.notHeld, ...lost] } : part));
  }

  /** Looks again where files changed under git's hands, and at last without what earlier runs knew. */
  async function tryScanning(signal: AbortSignal | undefined): Promise<PartState[]> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await scanAll({ careful: attempt > 0, signal });
      } catch (error) {
        if (last !== null) last = { ...last, sound: false };
        signal?.throwIfAborted();
        if (attempt === 2 || !(await isRetryable(git.path, error))) throw await explain(git.path, error);
        if (attempt === 1) for (const path of ['', ...(last?.parts ?? []).map(part => part.path)]) await forget(path);
      }
    }
  }

  /** What fails here only costs the next run time: its first look finds out by itself. */
  async function leaveIndex(part: PartState): Promise<void> {
    if (part.ahead.size === 0) return;
    try {
      const place = await openPlace(shop, part.path);
      if (place !== null) await catchUp(shop, place, part.ahead);
    } catch (error) {
      if (!(error instanceof GitProblem)) throw error;
    }
  }

  async function forget(path: string): Promise<void> {
    const place = await openPlace(shop, path);
    if (place !== null) await shop.indexes.forget(place.index);
  }

  async function settle(found: PartState[], ours: readonly string[]): Promise<Taken> {
    // Those that came while it was looked, and those that went.
    const parts = without(found, new Set([...ours, ...mountPoints()]));
    const manifest = manifestOf(parts);
    const bytes = encodeManifest(manifest);
    const same = last !== null && Buffer.compare(bytes, encodeManifest(last.manifest)) === 0;
    const files = parts.reduce((sum, part) => sum + part.files, 0);
    const ref =
      same && last !== null
        ? last.ref
        : { manifest: await home.blobs.put(bytes), files, notHeld: manifest.notHeld.length };
    const known = new Set((last?.manifest.notHeld ?? []).map(keyOf));
    last = { parts, manifest, ref, sound: true };
    if (!same) packing.look();
    return { ref, changed: !same, newlyNotHeld: manifest.notHeld.filter(each => !known.has(keyOf(each))) };
  }

  async function takeNow(signal: AbortSignal | undefined): Promise<Taken> {
    const ours = mountPoints();
    return settle(await tryScanning(signal), ours);
  }

  async function manifest(ref: SnapshotRef): Promise<Manifest> {
    const bytes = await home.blobs.get(ref.manifest).catch(() => null);
    const found = bytes === null ? null : decodeManifest(bytes);
    if (found === null) throw new GatehouseError(failures.checkpointGone({ what: ref.manifest.sha256 }));
    return found;
  }

  return {
    take: signal => inTurn(() => takeNow(signal), signal),
    touch: (paths, signal) =>
      inTurn(async () => {
        if (last === null || !last.sound) return takeNow(signal);
        let parts: PartState[] | null = null;
        try {
          parts = await touchParts(shop, last.parts, paths, signal);
        } catch (error) {
          last = { ...last, sound: false };
          signal?.throwIfAborted();
          if (!(await isRetryable(git.path, error))) throw await explain(git.path, error);
        }
        return parts === null ? takeNow(signal) : settle(parts, []);
      }, signal),
    manifest,
    async changes(before, after) {
      const [old, now] = await Promise.all([manifest(before), manifest(after)]);
      try {
        return await compareManifests(git, old, now);
      } catch (error) {
        throw await explain(git.path, error);
      }
    },
    async read(id) {
      const bytes = await shop.objects.readBlob(id).catch(async (error: unknown) => {
        throw await explain(git.path, error);
      });
      if (bytes === null) throw new GatehouseError(failures.checkpointGone({ what: id }));
      return bytes;
    },
    close() {
      closed ??= inTurn(async () => {
        for (const part of last?.parts ?? []) await leaveIndex(part);
        await Promise.all([shop.objects.close(), packing.close()]);
        await shop.indexes.close();
      });
      return closed;
    },
  };
}

/** A path as records have it, with one byte in each character. */
function rawOf(path: string): string {
  return Buffer.from(path.split(sep).join('/')).toString('latin1');
}

function without(parts: PartState[], folders: ReadonlySet<string>): PartState[] {
  if (folders.size === 0) return parts;
  return parts.map(part => {
    const emptyFolders = part.emptyFolders.filter(path => !folders.has(joinPath(part.path, path)));
    return emptyFolders.length === part.emptyFolders.length ? part : { ...part, emptyFolders };
  });
}

const keyOf = ({ path, why, bytes }: NotHeld): string => `${why} ${bytes} ${path}`;
