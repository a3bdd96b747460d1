import type { Backend } from './helperSandbox.ts';

/**
 * macOS: Seatbelt, by way of sandbox-runtime in the helper. What is weaker there: the run's commands share the machine's
 * loopback and its processes, memory and disk are not watched, and files that a command leaves in /tmp stay there.
 */
export function seatbeltBackend(shell: string): Backend {
  return {
    available: { ok: true, kind: 'seatbelt' },
    shell,
    around: [],
    part: ['seatbelt'],
    open: { bwrap: '', applySeccomp: '' },
    seccomp: null,
    confines: false,
    unreachable: null,
    argv: ({ command }) => [shell, '-c', command],
  };
}
