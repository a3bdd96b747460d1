import { basename, relative } from 'node:path';
import picomatch from 'picomatch';
import type { Assessment } from '../protocol/assessment.ts';
import type { Reason } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import type { EventBody } from '../protocol/event.ts';
import type { Plan } from '../protocol/plan.ts';
import { planAfter, saidIn } from '../protocol/said.ts';
import { type Bound, boundsOf } from '../risk/boundaries/bounds.ts';
import { reason } from './reasons.ts';

/**
 * What keeps a run narrower than its mode does: the paths that its task allows (globs below the workspace; null: all),
 * and what the person's own words rule out. They make a question of an effect, and never lift one.
 */
export interface Bounds {
  allowed: readonly string[] | null;
  said: readonly Bound[];
  /** As it stands; what the person changes in it is theirs. */
  plan?: Plan | null;
}

export const noBounds: Bounds = { allowed: null, said: [] };

/** The bounds after one more event. They come from the journal, so that no shorter conversation loses one. */
export function foldBounds(bounds: Bounds, event: EventBody): Bounds {
  const { plan = null } = bounds;
  const said = saidIn(event, plan).map(({ text }) => text);
  const after = event.kind === 'run.started' ? { allowed: event.allowedPaths ?? null, said: [] } : bounds;
  const next = planAfter(event, plan);
  return adding(next === plan ? after : { ...after, plan: next }, said.join('\n'));
}

function adding(bounds: Bounds, text: string): Bounds {
  if (text === '') return bounds;
  const known = new Set(bounds.said.map(({ sentence }) => sentence));
  const more = boundsOf(text).filter(({ sentence }) => !known.has(sentence));
  return more.length === 0 ? bounds : { ...bounds, said: [...bounds.said, ...more] };
}

/** Why the bounds make a question of the effect; nothing where it keeps to them. */
export function crossings(effect: Effect, assessment: Assessment, { allowed, said }: Bounds, root: string): Reason[] {
  const paths = changedPaths(effect, assessment, root);
  const reasons: Reason[] = [];
  const stray = allowed === null ? undefined : paths.find(path => !within(path, allowed));
  if (stray !== undefined) reasons.push(reason('bound.paths', { path: stray, allowed: (allowed ?? []).join(', ') }));
  for (const bound of said)
    if (crosses(bound, effect, assessment, paths)) reasons.push(reason('bound.said', { why: bound.sentence }));
  return reasons;
}

function crosses(bound: Bound, effect: Effect, assessment: Assessment, paths: readonly string[]): boolean {
  if (effect.kind === 'push' && bound.categories.includes('push')) return true;
  if (
    effect.kind !== 'read' &&
    effect.kind !== 'search' &&
    assessment.categories.some(each => bound.categories.includes(each))
  )
    return true;
  const begins = (text: string): boolean => bound.commands.some(words => `${text} `.startsWith(`${words} `));
  if (assessment.parts.some(({ text }) => begins(text))) return true;
  if (bound.only.length > 0 && paths.some(path => !within(path, bound.only))) return true;
  return bound.not.length > 0 && paths.some(path => names(path, bound.not));
}

/**
 * What it would change by name, relative to the workspace. A command's footprint may be a whole folder, as that of a test
 * run is: what it does in there is seen afterwards, so only what it names is looked at here. Git's own folder has its own rules.
 */
function changedPaths(effect: Effect, { footprint }: Assessment, root: string): string[] {
  const named =
    effect.kind === 'edit'
      ? [effect.path]
      : effect.kind === 'restore'
        ? // Taking back what the run itself did is never a step out of its bounds.
          effect.files.flatMap(({ path }) => (effect.own ? [] : [path]))
        : [...footprint.writes, ...footprint.deletes];
  return named
    .map(path => relative(root, path).replaceAll('\\', '/'))
    .filter(path => path !== '' && !path.startsWith('..') && !/^\.git(\/|$)/.test(path));
}

/** Those of the paths, relative to the workspace, that the bounds keep a run from changing. */
export function straysOf(paths: readonly string[], { allowed, said }: Bounds): string[] {
  return paths.filter(
    path =>
      (allowed !== null && !within(path, allowed)) ||
      said.some(({ only, not }) => (only.length > 0 && !within(path, only)) || names(path, not)),
  );
}

function names(path: string, patterns: readonly string[]): boolean {
  return within(path, patterns) || patterns.includes(basename(path));
}

/** Whether one of the patterns names the path or a folder above it. Compared without case, as some file systems do. */
export function within(path: string, patterns: readonly string[]): boolean {
  return patterns.some(pattern => {
    const clean = pattern.replace(/^\.\//, '').replace(/\/+$/, '');
    return picomatch([clean, `${clean}/**`], { dot: true, nocase: true })(path);
  });
}
