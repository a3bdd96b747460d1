import { isAbsolute, relative, sep } from 'node:path';
import type { Effect } from '../../protocol/effect.ts';
import type { OutcomeRecord } from '../../protocol/event.ts';
import { fetchedWords } from '../fetchWords.ts';
import { branchesOf, pushedWords } from '../gitWords.ts';
import { restoredWords, restoreWords } from '../restoreWords.ts';
import { visible } from './plain.ts';

/** A path as the person knows it: relative to the workspace where it lies in it. Not yet made safe. */
export function shortPath(path: string, root: string): string {
  const way = relative(root, path);
  if (way === '') return '.';
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return path;
  return way.split(sep).join('/');
}

/** What an effect is about, as one safe line without the tool's name. */
export function subjectOf(effect: Effect, root: string): string {
  switch (effect.kind) {
    case 'read':
    case 'edit':
      return visible(shortPath(effect.path, root));
    case 'search': {
      const where = effect.root === root ? '' : ` in ${shortPath(effect.root, root)}`;
      const glob = effect.glob === undefined ? '' : ` (${effect.glob})`;
      return visible(effect.by === 'name' ? `${effect.pattern}${where}` : `"${effect.pattern}"${where}${glob}`);
    }
    case 'exec':
      return visible(effect.background ? `${effect.command} (in the background)` : effect.command);
    case 'push':
      return visible(`push ${branchesOf(effect)} to ${effect.remote} (${effect.shown})`);
    case 'fetch':
      return visible(effect.url);
    case 'restore':
      return visible(restoreWords(effect, path => shortPath(path, root)));
    case 'diagnostics':
      return effect.path === undefined ? 'of all files' : visible(shortPath(effect.path, root));
  }
}

/** What came of an effect, in a few safe words. */
export function outcomeOf(outcome: OutcomeRecord, effect: Effect): string {
  switch (outcome.kind) {
    case 'read':
      return counted(outcome.lines, 'line');
    case 'search':
      return `${counted(outcome.matches, 'match', 'matches')}${outcome.truncated ? ', cut' : ''}`;
    case 'edit':
      return effect.kind === 'edit' ? `+${effect.added} −${effect.removed}${effect.base === null ? ', new' : ''}` : '';
    case 'exec':
      return execOutcome(outcome);
    case 'push':
      return outcome.refs.map(({ change }) => pushedWords[change]).join(', ');
    case 'fetch':
      return visible(fetchedWords(outcome));
    case 'restore':
      return restoredWords(outcome);
    case 'diagnostics':
      return counted(outcome.items, 'problem');
  }
}

/** Whether the person should look twice. */
export function wentWrong(outcome: OutcomeRecord): boolean {
  if (outcome.kind !== 'exec') return false;
  return outcome.signing?.type === 'unsigned' || (outcome.process === undefined && outcome.exitCode !== 0);
}

function execOutcome(outcome: Extract<OutcomeRecord, { kind: 'exec' }>): string {
  if (outcome.process !== undefined) return `goes on as ${visible(outcome.process)}`;
  const end = outcome.timedOut
    ? 'timed out'
    : outcome.stopped
      ? 'stopped'
      : outcome.exitCode === null
        ? `ended by ${outcome.signal ?? 'a signal'}`
        : `exit ${outcome.exitCode}`;
  return `${duration(outcome.durationMs)}, ${end}`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A size as a person reads it: `12.3 MiB`. */
export function sized(bytes: number): string {
  if (bytes < 1024) return counted(bytes, 'byte');
  const units = ['KiB', 'MiB', 'GiB'] as const;
  const at = Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10) - 1);
  return `${(bytes / 1024 ** (at + 1)).toFixed(1)} ${units[at]}`;
}

export function grouped(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
