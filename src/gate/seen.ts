import { createHash } from 'node:crypto';
import type { Digest } from '../protocol/effect.ts';
import type { Facts, Want } from '../risk/facts.ts';
import type { FactsSource, FactsSources } from './factsSource.ts';

/** A script or list of tasks that an assessment was made from: what is judged is only that as long as it stays the same. */
export interface Seen {
  want: Exclude<Want, { about: 'path' }>;
  /** The kind of manifest that was asked for. */
  runner: string;
  digest: Digest;
}

interface Watched {
  source: FactsSource;
  seen(): Seen[];
  /** Paths that were asked about. */
  looked(): Iterable<string>;
}

/** A view of the source that remembers which texts were read through it. */
export function watching(source: FactsSource): Watched {
  const all = new Map<string, Seen>();
  const paths = new Set<string>();
  const note = (want: Seen['want'], runner: string, value: unknown): void => {
    if (value !== undefined) all.set(JSON.stringify([want, runner]), { want, runner, digest: digestOf(value) });
  };
  const watched = (facts: Facts): Facts => ({
    ...facts,
    path(path) {
      paths.add(path);
      return facts.path(path);
    },
    text(path) {
      const text = facts.text(path);
      note({ about: 'text', path }, '', text);
      return text;
    },
    manifest(directory, runner) {
      const manifest = facts.manifest(directory, runner);
      note({ about: 'manifest', directory }, runner, manifest);
      return manifest;
    },
  });
  return {
    source: { facts: () => watched(source.facts()), gather: wants => source.gather(wants) },
    seen: () => [...all.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each),
    looked: () => paths,
  };
}

/** Reads them all once more: whether each is still what it was. */
export async function stillSame(sources: FactsSources, seen: readonly Seen[]): Promise<boolean> {
  if (seen.length === 0) return true;
  const source = sources.begin();
  await source.gather(seen.map(each => each.want));
  const facts = source.facts();
  return seen.every(({ want, runner, digest }) => {
    const now = want.about === 'text' ? facts.text(want.path) : facts.manifest(want.directory, runner);
    return now !== undefined && digestOf(now) === digest;
  });
}

function digestOf(value: unknown): Digest {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
