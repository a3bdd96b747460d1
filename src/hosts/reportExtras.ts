import { isAbsolute, join, relative, sep } from 'node:path';
import { type DiffFile, diffOfRun, lastState } from '../agent/reviewer/diff.ts';
import { smallText } from '../effects/git/repository.ts';
import type { DiffedFile, ReportExtras } from '../journal/report/extras.ts';
import { hasWayDown, isMigration } from '../journal/report/migrations.ts';
import { ownerFiles, ownersBy } from '../journal/report/owners.ts';
import type { Masker } from '../ports/masker.ts';
import type { RunEvent } from '../protocol/event.ts';
import { openSnapshotsOf, type RestoringSetup } from './restoring.ts';

/** No rules of owners above this many bytes are read. */
const maxOwnerBytes = 1024 * 1024;

/** A run's diff from its first state to its last, unmasked; null where the states are not kept any more, or there is no git. */
export async function diffOfPast(setup: RestoringSetup, events: readonly RunEvent[]): Promise<DiffFile[] | null> {
  const to = lastState(events);
  if (to === null) return null;
  try {
    const looking = { ...setup, run: `${setup.run} report` };
    const { root, snapshots } = await openSnapshotsOf(looking, events, { gone: true });
    try {
      return await diffOfRun(snapshots, { events, root, to });
    } finally {
      await snapshots.close();
    }
  } catch {
    return null;
  }
}

/** What a report has beside the journal. Owners are those of the workspace's own rules as they stand now. */
export function extrasOf(
  events: readonly RunEvent[],
  diff: readonly DiffFile[] | null,
  masker: Pick<Masker, 'mask'>,
): ReportExtras {
  const root = events.find(event => event.kind === 'run.started')?.workspace ?? '';
  const paths = diff?.map(({ path }) => path) ?? editedBy(events, root);
  const all = new Set(paths);
  const texts = new Map(diff?.map(({ path, after, before }) => [path, after ?? before ?? null]));
  return {
    diff: diff?.map(file => diffed(file, masker)) ?? null,
    owners: ownersIn(root, paths),
    migrations: paths.filter(isMigration).map(path => ({ path, down: hasWayDown(path, texts.get(path) ?? null, all) })),
    revertScript: null,
  };
}

function diffed({ path, before, after, patch, added, removed }: DiffFile, masker: Pick<Masker, 'mask'>): DiffedFile {
  const binary = before === undefined || after === undefined;
  const change = binary ? 'binary' : before === null ? 'added' : after === null ? 'removed' : 'changed';
  return { path, change, added, removed, patch: masker.mask(patch).text };
}

function ownersIn(root: string, paths: readonly string[]): ReportExtras['owners'] {
  if (root === '') return [];
  for (const name of ownerFiles) {
    const text = smallText(join(root, name), maxOwnerBytes);
    if (text === null) continue;
    const owners = ownersBy(text);
    return paths.map(path => ({ path, owners: owners(path) }));
  }
  return [];
}

function editedBy(events: readonly RunEvent[], root: string): string[] {
  const paths = new Set<string>();
  for (const event of events) {
    if (event.kind !== 'effect.done' || event.outcome.kind !== 'edit') continue;
    const way = relative(root, event.outcome.path);
    if (way !== '' && !isAbsolute(way) && !way.startsWith('..')) paths.add(way.split(sep).join('/'));
  }
  return [...paths];
}
