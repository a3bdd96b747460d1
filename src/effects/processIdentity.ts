import { readFileSync } from 'node:fs';
import { ownProgram, runOwnSync } from './own.ts';
import { startOf } from './processTable.ts';

/**
 * What tells one process from every other that has, had or will have its pid: when it began, and on Linux in which boot.
 * null where there is no such process (a zombie counts as none), '' where the system does not say when it began.
 */
export function identityOf(pid: number): string | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  if (process.platform === 'linux') {
    const started = startOf(pid);
    return started === null ? null : `${bootId()}:${started}`;
  }
  if (!isThere(pid)) return null;
  return process.platform === 'win32' ? '' : fromPs(pid);
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}

function fromPs(pid: number): string {
  try {
    return runOwnSync(ownProgram('ps') ?? '/bin/ps', ['-o', 'lstart=', '-p', String(pid)]).trim();
  } catch {
    return '';
  }
}

/** A process of another user answers as well: it may not be signalled, so it is there. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
