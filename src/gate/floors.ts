import { relative, sep } from 'node:path';
import type { Decision } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import { isKeyMaterial } from '../risk/secrets/keyFiles.ts';
import type { Facts } from './facts.ts';
import { type ReasonCode, reason } from './reasons.ts';

/**
 * What no rule and no mode lifts (DESIGN, "How an effect is decided", 1). Null where no floor is touched. The footprint
 * of commands joins with the static risk; here a command is judged by its directory alone.
 */
export function floor(effect: Effect, facts: Facts): Decision | null {
  const place = facts.place;
  if (place === null || readsOwnOutput(effect, facts)) return null;
  const paths = [place.path, place.real];
  if (paths.some(path => facts.ownState.some(state => within(path, state))))
    return decide('deny', 'floor.ownState', place.real);
  if (effect.kind !== 'exec' && paths.some(path => isKeyMaterial(path, facts.home)))
    return decide('deny', 'floor.keyMaterial', place.real);
  if (effect.kind !== 'edit') return null;
  if (paths.some(path => isProtected(path, facts.root))) return decide('ask', 'floor.protectedPath', place.real);
  if (place.inside !== within(place.path, facts.root)) return decide('ask', 'floor.leavesByLink', place.real);
  return null;
}

/** A background command's log lies in our state, and it is the run's own output all the same. */
export function readsOwnOutput(effect: Effect, facts: Facts): boolean {
  return effect.kind === 'read' && facts.place !== null && within(facts.place.real, facts.ownOutput);
}

function decide(verdict: 'deny' | 'ask', code: ReasonCode, path: string): Decision {
  return { verdict, by: { type: 'static' }, reasons: [reason(code, { path })] };
}

/** Whether `path` is `folder` or below it. Both absolute. */
export function within(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith('/'));
}

/** Names that configure git, editors, containers, shells or agents, wherever in the workspace they stand. */
const protectedNames = new Set([
  '.git',
  '.gitmodules',
  '.gitattributes',
  '.gatehouse',
  '.vscode',
  '.idea',
  '.devcontainer',
  '.devcontainer.json',
  '.husky',
  '.envrc',
  '.mcp.json',
  '.claude',
  '.cursor',
  '.bashrc',
  '.bash_profile',
  '.profile',
  '.zshrc',
  '.zprofile',
  '.zshenv',
  'claude.md',
  'agents.md',
]);

/** Compared without case: some file systems hold `.GIT` and `.git` for the same folder. */
export function isProtected(path: string, root: string): boolean {
  if (!within(path, root)) return false;
  return relative(root, path)
    .split(sep)
    .some(part => protectedNames.has(part.toLowerCase()) || part.toLowerCase().startsWith('.git~'));
}
