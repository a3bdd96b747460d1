import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { relative } from 'node:path';
import { rawPath, shownPath } from '../checkpoints/paths.ts';
import type { RestorePlan } from '../checkpoints/plan.ts';
import type { Restoring } from '../checkpoints/restore.ts';
import type { Standing } from '../ports/disk.ts';
import type { Masker } from '../ports/masker.ts';
import type { Restores } from '../ports/restores.ts';
import type { RawPath } from '../protocol/checkpoint.ts';
import type { Digest, RestoredFile } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { pathTraits } from '../risk/paths.ts';
import { unifiedPatch } from '../tools/patch.ts';
import { textOf } from './shownChanges.ts';

export interface AgentRestoresSetup {
  /** The workspace's real path. */
  root: string;
  masker: Pick<Masker, 'mask'>;
  open(run: Parameters<Restores['begin']>[0]): Restoring;
}

/** An effect with more files than this nobody reads. */
const maxFiles = 5_000;
/** Diffs are made until they are this long together. */
const maxPatchChars = 256 * 1024;

/** The agent's own restores: planned and done by what the person's undo is done by, and nothing of theirs is overwritten. */
export function agentRestores(setup: AgentRestoresSetup): Restores {
  const { root } = setup;
  let opened: Restoring | null = null;

  function restoring(): Restoring {
    if (opened === null) throw new GatehouseError(failures.internal({ problem: 'a restore before the run began' }));
    return opened;
  }

  async function planFor(checkpoint: number, paths: readonly string[] | null): Promise<RestorePlan> {
    return restoring().plan(
      checkpoint,
      paths?.map(path => rawPath(relative(root, path))),
    );
  }

  return {
    begin(run) {
      opened = setup.open(run);
    },

    async plan(checkpoint, paths) {
      const plan = await planFor(checkpoint, paths);
      const { changes, conflicts } = plan;
      const [first] = conflicts;
      if (changes.length === 0)
        throw new GatehouseError(
          first === undefined
            ? failures.restoreNothing({ checkpoint })
            : failures.restoreConflicts({ files: conflicts.length, first: shownPath(first.path) }),
        );
      const files = changes.length + conflicts.length;
      if (files > maxFiles) throw new GatehouseError(failures.restoreTooMany({ files, limit: maxFiles }));
      return {
        checkpoint,
        own: isOwn(checkpoint, restoring()),
        person: restoring()
          .timeline()
          .operations.some(({ by }) => by.type === 'restore' && by.who === 'person'),
        files: await filesOf(plan, setup, restoring()),
        conflicts: conflicts.map(({ path }) => wholePath(root, path)),
        plan: digestOf(plan),
      };
    },

    async restore({ checkpoint, paths, plan: shown }) {
      const plan = await planFor(checkpoint, paths ?? null);
      if (digestOf(plan) !== shown) throw new GatehouseError(failures.restoreStale({ checkpoint }));
      const done = await restoring().apply(plan, { by: 'agent', onConflict: 'keep' });
      if (done.checkpoint === null) throw new GatehouseError(failures.restoreStale({ checkpoint }));
      return { ...done, checkpoint: done.checkpoint, conflicts: done.conflicts.map(({ path }) => shownPath(path)) };
    },
  };
}

/** Whether the way there only leads back, over what the run did and none of what a person took back meanwhile. */
function isOwn(checkpoint: number, restoring: Restoring): boolean {
  return restoring
    .timeline()
    .way(checkpoint)
    .every(({ direction, operation: { by } }) => direction === 'back' && (by.type === 'effect' || by.who === 'agent'));
}

async function filesOf(
  { changes }: RestorePlan,
  { root, masker }: AgentRestoresSetup,
  { contents, disk }: Restoring,
): Promise<RestoredFile[]> {
  const read = async (standing: Standing, path: RawPath): Promise<Uint8Array | null> =>
    'id' in standing ? contents.read(standing.id).catch(() => disk.read(path)) : null;
  const files: RestoredFile[] = [];
  let chars = 0;
  for (const { path, from, to, merged } of changes) {
    const whole = wholePath(root, path);
    const sameBytes = from !== null && to !== null && 'id' in from && 'id' in to && from.id === to.id;
    const change = from === null ? 'added' : to === null ? 'removed' : sameBytes ? 'mode' : 'changed';
    const file: RestoredFile = { path: whole, change, merged, added: null, removed: null, patch: null };
    files.push(file);
    if (change === 'mode' || chars > maxPatchChars || isSecret(whole, root)) continue;
    const [before, after] = [await textOf(from, path, read), await textOf(to, path, read)];
    if (before === undefined || after === undefined) continue;
    // Masked before it is cut into hunks: a key of several lines would no longer be recognized in a part of it.
    const mask = (text: string | null): string | null => (text === null ? null : masker.mask(text).text);
    const { added, removed } = unifiedPatch(shownPath(path), before, after ?? '');
    const { patch } = unifiedPatch(shownPath(path), mask(before), mask(after) ?? '');
    chars += patch.length;
    Object.assign(file, { added, removed, patch: chars > maxPatchChars ? null : patch });
  }
  return files;
}

/** Of a file that is there to hold secrets no line is shown. */
function isSecret(path: string, root: string): boolean {
  return pathTraits(path, { root, home: homedir() }).some(trait => trait.secret !== undefined);
}

function wholePath(root: string, path: RawPath): string {
  return `${root}/${shownPath(path)}`;
}

/** Of everything that would be done, and of what would be left. */
function digestOf({ to, whole, changes, conflicts }: RestorePlan): Digest {
  const of = (standing: Standing | null): unknown =>
    standing === null ? null : 'id' in standing ? [standing.type, standing.id] : [standing.type];
  const value = [
    to,
    whole,
    changes.map(({ path, from, to: target, merged }) => [path, of(from), of(target), merged]),
    conflicts.map(({ path, why, ours, theirs }) => [path, why, of(ours), of(theirs)]),
  ];
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
