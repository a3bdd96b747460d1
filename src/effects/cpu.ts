import { readFileSync } from 'node:fs';

/** Of the clock in which Linux counts processor time, for programs: 100 a second on every architecture. */
const tickMs = 10;

/**
 * Processor time, in ms, that this process (or the first one of its namespace, which orphans fall to) has taken over from children that ended, and they from theirs. What grows of it
 * while a command runs is the command's, or of what ran beside it. null where the system does not tell: but on Linux,
 * nowhere.
 */
export function inheritedCpuMs(pid: 'self' | 1 = 'self'): number | null {
  const fields = fieldsOf(pid);
  return fields === null ? null : (Number(fields[13]) + Number(fields[14])) * tickMs;
}

/** Told to end, gives what was taken over since. */
export function watchCpu(): () => number | null {
  const before = inheritedCpuMs();
  return () => {
    const after = before === null ? null : inheritedCpuMs();
    return before === null || after === null ? null : Math.max(0, after - before);
  };
}

/** What stands in `/proc/PID/stat` after the program's name, which may hold anything; see proc_pid_stat(5). */
function fieldsOf(pid: 'self' | 1): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
