import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ownProgram, runOwnSync } from './own.ts';

/** The variable that every process of an effect inherits, whatever group or parent it moves to. */
export const markerName = 'GATEHOUSE_EFFECT';

export interface ProcessEntry {
  pid: number;
  ppid: number;
  group: number;
  session: number;
  /** With the pid it names one process for good, since pids are used again. */
  started: string;
  name: string;
  /** Whether its environment, as it was at its start, holds the marker, or it has the pipe open that was asked for. */
  marked: boolean;
}

/** How the paths of all pipes begin that are made in `folder`: the system names them so even once they have no name. */
export function pipePrefix(folder: string): string {
  return join(realpathSync(folder), '.pipe-');
}

/**
 * The living processes, zombies left out. Synchronous, so that it works while the host is being torn down. With `pipe`,
 * its path when it still had one, a process that has it open is marked as well (on Linux), our own aside: clearing the
 * environment does not shake that off.
 */
export function listProcesses(marker: string, pipe: string | null = null): ProcessEntry[] {
  return process.platform === 'linux' ? fromProc(marker, pipe) : fromPs(marker);
}

function fromProc(marker: string, pipe: string | null): ProcessEntry[] {
  const wanted = `${markerName}=${marker}`;
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      const stat = parseStat(Number(name), readQuietly(`/proc/${name}/stat`));
      if (stat === null) return [];
      const marked = readQuietly(`/proc/${name}/environ`).split('\0').includes(wanted);
      return [{ ...stat, marked: marked || (pipe !== null && stat.pid !== process.pid && holds(name, pipe)) }];
    });
}

/** When a process began, in the kernel's own ticks since the boot; null where there is none. For Linux. */
export function startOf(pid: number): string | null {
  return parseStat(pid, readQuietly(`/proc/${pid}/stat`))?.started ?? null;
}

function holds(pid: string, pipe: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(fd => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith(pipe);
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

/** proc(5): the name stands in parentheses and may hold anything, so fields are counted from the last one. */
function parseStat(pid: number, text: string): Omit<ProcessEntry, 'marked'> | null {
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const [state, ppid, group, session] = fields;
  if (close < 0 || state === 'Z' || state === 'X') return null;
  return {
    pid,
    ppid: Number(ppid),
    group: Number(group),
    session: Number(session),
    started: fields[19] ?? '',
    name: text.slice(text.indexOf('(') + 1, close),
  };
}

/** macOS and the BSDs: `-E` appends the environment of the user's own processes to the command. */
function fromPs(marker: string): ProcessEntry[] {
  const format = 'pid=,ppid=,pgid=,stat=,lstart=,command=';
  const text = runOwnSync(ownProgram('ps') ?? '/bin/ps', ['-axwwE', '-o', format]);
  return text.split('\n').flatMap(line => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+\S+\s+\d+)\s+(.*)$/.exec(line);
    if (found === null || found[4]?.startsWith('Z')) return [];
    const [, pid, ppid, group, , started = '', command = ''] = found;
    const marked = ` ${command} `.includes(` ${markerName}=${marker} `);
    const name = command.split(' ')[0] ?? '';
    return [
      { pid: Number(pid), ppid: Number(ppid), group: Number(group), session: Number(group), started, name, marked },
    ];
  });
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
