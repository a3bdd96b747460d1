import { bwrapArguments } from './bwrap.ts';
import type { Backend } from './helperSandbox.ts';
import { processLayer } from './layers.ts';
import type { Tools } from './probe.ts';
import { seccompFilter } from './seccomp.ts';

/** Linux: namespaces by bubblewrap, and seccomp. */
export function linuxBackend({ bwrap, applySeccomp, shell, root, prlimit, socat }: Tools): Backend {
  const seccomp = seccompFilter(process.arch);
  return {
    available: { ok: true, kind: 'bwrap' },
    shell,
    around: processLayer(bwrap, root !== null),
    part: [],
    open: { bwrap, applySeccomp },
    seccomp,
    confines: true,
    unreachable: socat === null ? 'reaching hosts takes socat, which is not installed' : null,
    argv: ({ confinement, command, cwd, limits, gitConfig, stagings, covered, history }) =>
      bwrapArguments(bwrap, {
        confinement,
        command,
        cwd,
        shell,
        applySeccomp,
        observer: '{observer}',
        seccompFd: seccomp === null ? null : 3,
        root,
        gitConfig,
        stagings,
        covered,
        history,
        memoryBytes: limits.memoryBytes,
        // The kernel counts only for users who are not root.
        processes: prlimit === null ? null : limits.processes,
      }),
  };
}
