import type { Terms } from '../protocol/containment.ts';
import type { Effect } from '../protocol/effect.ts';
import type { Assessment } from '../risk/assessment.ts';
import { isLoopback } from '../risk/hosts.ts';
import { isFloorCode, isRunOnHost, pathTraits } from '../risk/paths.ts';
import { gitShare, hasContainers, onlyContainers } from './alone.ts';
import { changesRefs } from './refs.ts';

/** What there is to hold a command with, found by trying it. */
export interface Containment {
  /** Commands run in a sandbox of ours, or the person declared the container to be the boundary. */
  contained: boolean;
  /** A sandbox of ours is there: without one every profile is `uncontained`. */
  sandbox: boolean;
}

const nothing: Terms = { profile: 'uncontained', hosts: [], writes: [] };

/**
 * The smallest named profile that holds the footprint. Hosts and paths outside the workspace are part of it only as far
 * as the text names them: what is reached beyond that is refused by the sandbox and asked about by its name.
 */
export function termsFor(effect: Effect, assessment: Assessment, root: string, containment: Containment): Terms {
  if (effect.kind !== 'exec' || !containment.sandbox) return nothing;
  const { footprint, categories, findings } = assessment;
  if (categories.includes('container') && onlyContainers(effect.command, assessment)) return nothing;
  const writes = [...footprint.writes, ...footprint.deletes].filter(
    path => widens(path, root) || findings.some(({ code, args }) => args['path'] === path && isFloorCode(code)),
  );
  const hosts = footprint.hosts.filter(host => !isLoopback(host)).flatMap(host => [host, ...(parts[host] ?? [])]);
  if (categories.includes('dependency')) return { profile: 'package-install', hosts, writes };
  if (!onlyLooks(assessment) && gitShare(assessment) === 'all')
    return { profile: 'git', hosts, writes, refs: refsOf(assessment) };
  if (hosts.length > 0) return { profile: 'workspace-hosts', hosts, writes };
  return { profile: onlyLooks(assessment) ? 'read-only' : 'workspace', hosts: [], writes };
}

/** Where a sandbox is there, terms without one let a command out of it: a person is asked about that each time. */
export function leavesSandbox(effect: Effect, terms: Terms, { sandbox }: Containment): boolean {
  return effect.kind === 'exec' && sandbox && terms.profile === 'uncontained';
}

/** Which program of a mixed command the profile that holds the whole of it will refuse, so that it has to run alone. */
export function heldBack(assessment: Assessment, terms: Terms): 'container' | 'git' | null {
  if (terms.profile === 'uncontained') return null;
  if (assessment.categories.includes('container') && hasContainers(assessment)) return 'container';
  return terms.profile !== 'git' && !onlyLooks(assessment) && gitShare(assessment) === 'some' ? 'git' : null;
}

/** Registries that serve their packages from a second host. Sources: the registries' own documentation. */
const parts: Readonly<Record<string, readonly string[] | undefined>> = {
  'pypi.org': ['files.pythonhosted.org'],
  'crates.io': ['index.crates.io', 'static.crates.io'],
  'rubygems.org': ['index.rubygems.org'],
  'proxy.golang.org': ['sum.golang.org'],
};

/** A command of which all is known and nothing changes anything: it runs under the read-only profile, in every mode. */
export function onlyLooks(assessment: Assessment): boolean {
  const { footprint, tier, understood, categories } = assessment;
  const quiet = footprint.writes.length + footprint.deletes.length + footprint.hosts.length === 0;
  const open = footprint.unknownPaths || footprint.unknownHosts;
  return understood && tier === 'low' && quiet && !open && categories.every(category => category === 'read');
}

/**
 * What no profile holds by itself: places outside the workspace, and in it protected ones, which a permit names only after
 * a person was shown them, as a floor sees to; and files that run outside the sandbox, which are put back otherwise.
 */
function widens(path: string, root: string): boolean {
  if (!below(path, root)) return !isTemporary(path);
  const place = { root, home: root };
  return path !== root && (isRunOnHost(path, place) || pathTraits(path, place).some(trait => trait.floor === true));
}

function refsOf({ parts: programs }: Assessment): 'current' | 'any' {
  return programs.some(({ program, text }) => program === 'git' && changesRefs(text)) ? 'any' : 'current';
}

function below(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The temporary folder is private inside the sandbox, so that writing there reaches nothing. */
function isTemporary(path: string): boolean {
  return /^(\/private)?\/(tmp|var\/tmp|dev\/shm)(\/|$)/.test(path);
}
