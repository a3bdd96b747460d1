import type { LimitName } from '../../protocol/budget.ts';
import type { CapReason } from '../../protocol/command.ts';
import type { Effect } from '../../protocol/effect.ts';
import type { Failure } from '../../protocol/failure.ts';
import type { RuleFinding } from '../../protocol/stopRule.ts';
import { code, prose } from '../markdown.ts';
import type { Report } from './report.ts';

/** The host's sentences for codes. What they return may quote file names and commands, and is escaped here. */
export interface Say {
  reason(code: string, args: Record<string, string | number>): string;
  failure(failure: Failure): string;
  /** What a mark of the probe says against a text: `it gives orders`. */
  mark(code: string): string;
  /** What a stop rule found. */
  rule(finding: Pick<RuleFinding, 'rule' | 'args'>): string;
  /** A figure of a limit: `12 turns`. */
  limit(limit: LimitName, figure: number): string;
  /** What keeps a run from Auto, or that nothing does any more. */
  capped(reason: CapReason | null, why?: string): string;
}

export type Paths = (path: string) => string;

/** What each section is written with. */
export interface Words {
  paths: Paths;
  say: Say;
}

/** One section of the report, its heading included; empty where there is nothing to tell. */
export type Section = (report: Report, words: Words) => string;

/** Paths below the workspace are shown relative to it. */
export function pathsOf(workspace: string): Paths {
  const root = workspace.replace(/[\\/]$/, '');
  return path => {
    const below = root !== '' && path.startsWith(root) && /^[\\/]./.test(path.slice(root.length));
    return code(below ? path.slice(root.length + 1) : path);
  };
}

export function subject(value: Effect, paths: Paths): string {
  switch (value.kind) {
    case 'read':
    case 'edit':
      return paths(value.path);
    case 'search':
      return `${code(value.pattern)} in ${paths(value.root)}`;
    case 'exec':
      return code(value.command);
    case 'push':
      return `${code(value.command)} to ${code(value.shown)}`;
    case 'fetch':
      return code(value.url);
    case 'restore': {
      const which = value.paths === undefined ? '' : `${value.paths.map(paths).join(', ')} `;
      return `${which}to checkpoint ${value.checkpoint}: ${prose(value.reason)}`;
    }
    case 'diagnostics':
      return value.path === undefined ? 'of all files' : paths(value.path);
  }
}

export function place(to: number): string {
  return to === 0 ? 'the start' : `checkpoint ${to}`;
}

export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

export function times(amount: number): string {
  return amount === 1 ? 'once' : `${amount} times`;
}

/** UTC, to the second. */
export function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
