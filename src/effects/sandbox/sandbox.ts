import { failures, GatehouseError } from '../../protocol/failure.ts';
import type { Sandbox, SandboxOptions } from './contract.ts';
import { HelperSandbox } from './helperSandbox.ts';
import { linuxBackend } from './linux.ts';
import { type Availability, probeLinux, probeMac } from './probe.ts';
import { isWithin } from './profiles.ts';
import { seatbeltBackend } from './srt.ts';

export type { Contained, Sandbox, SandboxOptions, StartRequest } from './contract.ts';
export type { Limits } from './helper/messages.ts';
export type { Availability, Unavailable } from './probe.ts';

/** Looks for a sandbox; where there is none, `available` says why and `start` rejects. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  // Such a workspace cannot be opened without what lies in the home folder.
  if (isWithin(options.home, options.workspaceRoot)) return unavailable({ ok: false, why: 'holdsHome' });
  const searchPath = options.env['PATH'] ?? '';
  if (process.platform === 'darwin') {
    const probed = await probeMac(searchPath);
    return probed.ok ? new HelperSandbox(options, seatbeltBackend(probed.shell)) : unavailable(probed);
  }
  if (process.platform !== 'linux') return unavailable({ ok: false, why: 'platform' });
  const probed = await probeLinux(searchPath, options.helperPath);
  return probed.ok ? new HelperSandbox(options, linuxBackend(probed.tools)) : unavailable(probed);
}

export function unavailable(available: Extract<Availability, { ok: false }>): Sandbox {
  return {
    available,
    start: () => Promise.reject(new GatehouseError(failures.sandboxUnavailable({ why: available.why }))),
    accept: () => undefined,
    mountPoints: () => [],
    killNow: () => undefined,
    restCpuMs: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  };
}
