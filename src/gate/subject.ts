import type { Subject } from '../policy/subject.ts';
import type { Assessment } from '../protocol/assessment.ts';
import type { Effect } from '../protocol/effect.ts';

/** An effect as policy rules see it. `folders` are those of its paths that stand for all below them. */
export function subjectOf(effect: Effect, assessment: Assessment, folders: readonly string[] = []): Subject {
  const { footprint, parts, categories, tier, understood } = assessment;
  const touched =
    effect.kind === 'edit' ? [effect.path] : [...footprint.reads, ...footprint.writes, ...footprint.deletes];
  return {
    // A push was a command: rules about commands are about it, too.
    kind: effect.kind === 'push' ? 'exec' : effect.kind,
    parts,
    paths: [...new Set(touched)],
    hosts: footprint.hosts,
    categories,
    tier,
    tool: null,
    understood,
    folders: folders.filter(path => touched.includes(path)),
    unknownPaths: footprint.unknownPaths,
    unknownHosts: footprint.unknownHosts,
  };
}

/** What a command was seen to want beyond its permit, as policy rules see it. */
export function wantedBy(effect: Effect, hosts: readonly string[], writes: readonly string[]): Subject {
  return {
    kind: effect.kind,
    parts: [],
    paths: writes,
    folders: [],
    hosts,
    unknownPaths: false,
    unknownHosts: false,
    categories: [],
    tier: 'high',
    tool: null,
    understood: true,
  };
}
