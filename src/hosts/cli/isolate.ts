import { delimiter, isAbsolute, normalize } from 'node:path';
import type { RunEvent } from '../../protocol/event.ts';
import { defaultIsolation, type IsolationSettings } from '../isolationSettings.ts';
import { usageError } from './args.ts';

/** GATEHOUSE_ISOLATION_… of the person's own environment; a workspace cannot set them. Throws `usage`. */
export function isolationFrom(env: NodeJS.ProcessEnv): IsolationSettings {
  const setup = env['GATEHOUSE_ISOLATION_SETUP']?.trim() ?? '';
  const copy = (env['GATEHOUSE_ISOLATION_COPY'] ?? '').split(delimiter).filter(Boolean).map(relativePath);
  const most = env['GATEHOUSE_ISOLATION_MAX_COPY_MIB'] ?? '';
  if (!/^\d{0,9}$/.test(most))
    throw usageError(`GATEHOUSE_ISOLATION_MAX_COPY_MIB is a whole number of mebibytes, not "${most}"`);
  const maxCopyMiB = most === '' ? defaultIsolation.maxCopyMiB : Number(most);
  return { setup: setup === '' ? null : setup, copy, maxCopyMiB };
}

function relativePath(path: string): string {
  const clean = normalize(path).replaceAll('\\', '/').replace(/\/$/, '');
  if (isAbsolute(path) || clean === '.' || clean === '..' || clean.startsWith('../') || /^\.git(\/|$)/i.test(clean))
    throw usageError(`GATEHOUSE_ISOLATION_COPY names paths inside the repository, and "${path}" is none`);
  return clean;
}

/** What `--output json` says of a run in a worktree of its own, and nothing for others. */
export function isolationObject(events: readonly RunEvent[]): { isolation?: object } {
  const started = events.find(event => event.kind === 'run.started');
  if (started?.isolation === undefined) return {};
  const { branch, base, worktree, original } = started.isolation;
  const commits = events.flatMap(event => (event.kind === 'isolation.committed' ? [event.commit] : []));
  const call = (action: string): string => `gatehouse worktree ${started.run} ${action}`;
  const next = { merge: call('merge'), keep: call('keep'), discard: call('discard') };
  return { isolation: { branch, base, worktree, original, commits, next } };
}
