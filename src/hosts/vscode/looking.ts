import { changesOf, transitionsAlong } from '../../checkpoints/operations.ts';
import type { Home } from '../../journal/home.ts';
import type { Standing } from '../../ports/disk.ts';
import type { OpenRestoring } from '../restoring.ts';
import { openDiffs, type Pair } from './diffs.ts';
import type { KeptDocuments } from './keptDocuments.ts';
import { pairsOf, sourceOf, titleTo } from './restore.ts';

export interface LookingDeps {
  documents: KeptDocuments;
  home(): Promise<Home>;
  env: NodeJS.ProcessEnv;
  version: string;
}

/** What of a run is looked at. `checkpoint`: what one changed; `workspace`: how it differs from the files now. */
export type Looked = { of: 'run' } | { of: 'checkpoint' | 'workspace'; checkpoint: number };

/** Opens native diffs; resolves with a sentence where there is nothing to show, or not all is shown. */
export async function showChanges(run: string, looked: Looked, deps: LookingDeps): Promise<string | null> {
  const { lookAtRun } = await import('../restoring.ts');
  const restoring = await lookAtRun({ home: await deps.home(), run, env: deps.env, version: deps.version });
  try {
    const { title, pairs } = await pairsFor(looked, restoring);
    if (pairs.length === 0) return 'There is no difference to show.';
    const left = await openDiffs(title, pairs, sourceOf(restoring), deps.documents);
    return left === 0 ? null : `${left} more files differ; only the first ones are shown.`;
  } finally {
    await restoring.close();
  }
}

async function pairsFor(looked: Looked, restoring: OpenRestoring): Promise<{ title: string; pairs: Pair[] }> {
  switch (looked.of) {
    case 'run':
      return { title: 'Gatehouse: all that the run changed', pairs: await ofRun(restoring) };
    case 'checkpoint': {
      const title = `Gatehouse: checkpoint ${looked.checkpoint}`;
      const operation = restoring.timeline().operations.find(each => each.checkpoint === looked.checkpoint);
      if (operation?.source === null || operation === undefined) return { title, pairs: [] };
      const changes = await changesOf(operation.source, restoring);
      return { title, pairs: changes.map(({ path, from, to }) => ({ path, before: from, after: to })) };
    }
    case 'workspace': {
      const plan = await restoring.plan(looked.checkpoint);
      // As everywhere, what is later stands on the right.
      const pairs = pairsOf(plan).map(({ path, before, after }) => ({ path, before: after, after: before }));
      return { title: titleTo(looked.checkpoint), pairs };
    }
  }
}

/** From the start to where the run came furthest, whether that is undone or not. */
async function ofRun(restoring: OpenRestoring): Promise<Pair[]> {
  const line = restoring.timeline();
  const furthest = line.current === 0 ? line.redo : null;
  const way = line.ownWay(furthest ?? 0);
  const pairs: Pair[] = [];
  for (const [path, steps] of await transitionsAlong(way, restoring)) {
    const first: Standing | null = steps[0]?.from ?? null;
    const last: Standing | null = steps.at(-1)?.to ?? null;
    const [before, after] = furthest === null ? [last, first] : [first, last];
    if (!same(before, after)) pairs.push({ path, before, after });
  }
  return pairs;
}

function same(a: Standing | null, b: Standing | null): boolean {
  if (a === null || b === null) return a === b;
  return a.type === b.type && (!('id' in a) || !('id' in b) || a.id === b.id);
}
