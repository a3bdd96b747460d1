import type { Effect } from '../../../src/protocol/effect.ts';
import type { OutcomeRecord } from '../../../src/protocol/event.ts';
import type { ToolItem } from './items.ts';

/** One line about a tool call: `Edit src/price.js +3 −1`. `path` is absolute, where the subject is a file. */
export interface Line {
  icon: string;
  verb: string;
  subject: string;
  /** The subject is code: a command or a pattern. */
  code: boolean;
  path: string | null;
  detail: string;
  /** What came of it, in a word or two. */
  outcome: string;
  added: number;
  removed: number;
}

export function describe(item: ToolItem, workspace: string): Line {
  const line = item.effect === null ? wished(item) : effectLine(item.effect, workspace);
  return { ...line, outcome: item.outcome === null ? '' : outcomeWords(item.outcome) };
}

const blank: Line = {
  icon: 'tools',
  verb: '',
  subject: '',
  code: false,
  path: null,
  detail: '',
  outcome: '',
  added: 0,
  removed: 0,
};

export function effectLine(effect: Effect, workspace: string): Line {
  switch (effect.kind) {
    case 'read': {
      const { offset = 1, limit } = effect;
      const part =
        limit !== undefined ? `lines ${offset}–${offset + limit - 1}` : offset > 1 ? `from line ${offset}` : '';
      return { ...file('file', 'Read', effect.path, workspace), detail: part };
    }
    case 'search': {
      const where = shorten(effect.root, workspace);
      const scope = [where === '.' ? '' : `in ${where}`, effect.glob ?? ''].filter(Boolean).join(' ');
      const verb = effect.by === 'name' ? 'Find' : 'Search';
      return { ...blank, icon: 'search', verb, subject: effect.pattern, code: true, detail: scope };
    }
    case 'edit': {
      const fresh = effect.base === null;
      const named = file(fresh ? 'new-file' : 'edit', fresh ? 'Create' : 'Edit', effect.path, workspace);
      return { ...named, added: effect.added, removed: effect.removed };
    }
    case 'exec': {
      const where = shorten(effect.cwd, workspace);
      const detail = [effect.background ? 'in the background' : '', where === '.' ? '' : `in ${where}`]
        .filter(Boolean)
        .join(' ');
      return { ...blank, icon: 'terminal', verb: 'Run', subject: firstLine(effect.command), code: true, detail };
    }
    case 'push':
      return {
        ...blank,
        icon: 'cloud-upload',
        verb: 'Push',
        subject: `${branchesOf(effect)} to ${effect.remote}`,
        detail: effect.shown,
      };
    case 'fetch':
      return { ...blank, icon: 'globe', verb: 'Read', subject: effect.url, code: true };
    case 'restore': {
      const { checkpoint, paths = [] } = effect;
      const to = checkpoint === 0 ? 'the start' : `checkpoint ${checkpoint}`;
      const which = paths.length === 0 ? '' : `${paths.map(path => shorten(path, workspace)).join(', ')} `;
      return { ...blank, icon: 'discard', verb: 'Restore', subject: `${which}to ${to}`, detail: effect.reason };
    }
    case 'diagnostics': {
      if (effect.path === undefined)
        return { ...blank, icon: 'warning', verb: 'Problems', subject: 'of the workspace' };
      return file('warning', 'Problems', effect.path, workspace);
    }
    default:
      return other(effect);
  }
}

/** An effect of a kind from the future. */
function other(_effect: never): Line {
  return { ...blank, verb: 'Effect' };
}

/** A call that has not become an effect: what can be told from the model's own words. */
function wished(item: ToolItem): Line {
  const input: Record<string, unknown> = isRecord(item.input) ? item.input : {};
  const subject = ['file_path', 'command', 'pattern', 'path', 'url']
    .map(name => input[name])
    .find((value): value is string => typeof value === 'string');
  return { ...blank, verb: item.tool, subject: firstLine(subject ?? ''), code: true };
}

function outcomeWords(outcome: OutcomeRecord): string {
  switch (outcome.kind) {
    case 'read':
      return plural(outcome.lines, 'line');
    case 'search':
      return `${plural(outcome.matches, 'match', 'matches')}${outcome.truncated ? ', cut' : ''}`;
    case 'exec':
      if (outcome.timedOut) return 'timed out';
      if (outcome.stopped) return 'stopped';
      if (outcome.process !== undefined) return '';
      return outcome.exitCode === null
        ? `ended by ${outcome.signal ?? 'a signal'}`
        : outcome.exitCode === 0
          ? ''
          : `exit code ${outcome.exitCode}`;
    case 'push':
      return outcome.refs.map(({ change }) => pushed[change]).join(', ');
    case 'fetch':
      return outcome.movedTo !== null
        ? 'moved to another host'
        : outcome.status === 200
          ? ''
          : `HTTP ${outcome.status}`;
    case 'restore':
      return plural(outcome.files, 'file');
    case 'diagnostics':
      return plural(outcome.items, 'problem');
    case 'edit':
      return '';
    default:
      return '';
  }
}

const pushed = { new: 'new branch', updated: 'updated', forced: 'replaced by force', same: 'up to date' };

/** `main`, or what else goes there. */
function branchesOf({ refspecs }: Extract<Effect, { kind: 'push' }>): string {
  return refspecs.map(({ ref }) => ref.replace(/^refs\/heads\//, '')).join(', ');
}

/** The question that a card puts, by what would be done. */
export function questionTitle(effect: Effect | null): string {
  if (effect === null) return 'Allow this?';
  switch (effect.kind) {
    case 'exec':
      return effect.background ? 'Start this command in the background?' : 'Run this command?';
    case 'edit':
      return effect.base === null ? 'Create this file?' : 'Make this edit?';
    case 'read':
      return 'Read this file?';
    case 'search':
      return 'Search here?';
    case 'push':
      return `Push to ${effect.remote}?`;
    case 'fetch':
      return 'Read this page of the web?';
    case 'restore':
      return 'Take these files back?';
    case 'diagnostics':
      return 'Look at the problems that the editor reports?';
    default:
      return 'Allow this?';
  }
}

/** A path as seen from the workspace: relative inside it, `.` for itself, whole elsewhere. */
export function shorten(path: string, workspace: string): string {
  if (path === workspace) return '.';
  const inside = path.startsWith(workspace) && /[\\/]/.test(path.charAt(workspace.length));
  return inside && workspace !== '' ? path.slice(workspace.length + 1) : path;
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** Processor time of commands in words; empty where none was measured. */
export function processorTime(ms: number): string {
  return ms > 0 ? `${duration(ms)} of processor time` : '';
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

function file(icon: string, verb: string, path: string, workspace: string): Line {
  return { ...blank, icon, verb, subject: shorten(path, workspace), path };
}

function firstLine(text: string): string {
  const [first = '', ...more] = text.trim().split('\n');
  return more.length > 0 ? `${first} …` : first;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
