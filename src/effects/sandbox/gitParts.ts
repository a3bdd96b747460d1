import { join } from 'node:path';
import type { Terms } from '../../protocol/containment.ts';
import { isWithin } from './profiles.ts';

/** Make git run things, or take objects from another place. */
const always = ['config.worktree', 'info/attributes', 'commondir', 'config', 'objects/info/alternates'];
/** Name other repositories, hide files from status, or make history look like another. */
const misleading = ['remotes', 'branches', 'info/exclude', 'info/grafts'];
/** What leads there: as a link it would lead past the names below it. */
const folders = ['info', 'objects', 'objects/info'];
/** Of work that goes on later, wherever git is called next: steps of it are commands. `shallow` cuts the history off. */
const pending = [
  'rebase-merge',
  'rebase-apply',
  'sequencer',
  'shallow',
  ...'LOG START NAMES TERMS RUN EXPECTED_REV FIRST_PARENT ANCESTORS_OK HEAD'.split(' ').map(name => `BISECT_${name}`),
];

/** Entries of git folders that must not appear, or not stay when a command is over; those that are there stay as they are. */
export function gitPartsToWatch(gitFolders: readonly string[], terms: Terms): string[] {
  return below(gitFolders, [...always, ...misleading, ...folders, ...pendingOf(terms)]);
}

/** Of those, the ones that are read-only where they are there. */
export function gitPartsToHold(gitFolders: readonly string[], terms: Terms): string[] {
  const parts = below(gitFolders, ['objects/info/alternates', ...misleading, ...pendingOf(terms)]);
  return parts.filter(path => !terms.writes.some(each => isWithin(path, each)));
}

/** Folders that are not to be renamed. */
export function gitPartsToPin(gitFolders: readonly string[]): string[] {
  return below(gitFolders, folders);
}

function pendingOf({ refs }: Terms): string[] {
  return refs === 'any' ? [] : pending;
}

function below(gitFolders: readonly string[], names: readonly string[]): string[] {
  return [...new Set(gitFolders)].flatMap(folder => names.map(name => join(folder, name)));
}
