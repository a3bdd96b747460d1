import { execFile } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import type { RootHelp } from './bwrap.ts';
import { networkLayer, processLayer } from './layers.ts';

/** Why there is no sandbox here. */
export type Unavailable =
  | 'holdsHome'
  | 'platform'
  | 'bwrapMissing'
  | 'seccompMissing'
  | 'namespacesClosed'
  | 'runtimeMissing';
export type Availability = { ok: true; kind: 'bwrap' | 'seatbelt' } | { ok: false; why: Unavailable };

export interface Tools {
  bwrap: string;
  applySeccomp: string;
  shell: string;
  root: RootHelp | null;
  prlimit: string | null;
  /** What reaching hosts takes. */
  socat: string | null;
}

const kernelSettings = ['sys', 'fs', 'acpi', 'scsi', 'sysrq-trigger', 'mtrr'].map(name => `/proc/${name}`);

/** Finds what Linux needs, or the reason why it cannot be had, and tries it by running `true` in all its layers. */
export async function probeLinux(
  searchPath: string,
  helperPath: string,
): Promise<{ ok: true; tools: Tools } | { ok: false; why: Unavailable }> {
  const bwrap = findProgram('bwrap', searchPath);
  if (bwrap === null) return { ok: false, why: 'bwrapMissing' };
  const applySeccomp = findApplySeccomp(helperPath);
  if (applySeccomp === null) return { ok: false, why: 'seccompMissing' };
  const shell = findProgram('bash', searchPath) ?? '/bin/sh';
  const isRoot = process.geteuid?.() === 0;
  const kernel = kernelSettings.filter(path => existsSync(path));
  const setpriv = isRoot ? findProgram('setpriv', searchPath) : null;
  const prlimit = isRoot ? null : findProgram('prlimit', searchPath);
  const tools = {
    bwrap,
    applySeccomp,
    shell,
    root: isRoot ? { setpriv, kernel } : null,
    prlimit,
    socat: findProgram('socat', searchPath),
  };
  return (await works(tools, isRoot)) ? { ok: true, tools } : { ok: false, why: 'namespacesClosed' };
}

/** macOS brings what is needed; a bash must be there. */
export function probeMac(searchPath: string): Promise<{ ok: true; shell: string } | { ok: false; why: Unavailable }> {
  const shell = findProgram('bash', searchPath);
  return new Promise(resolve => {
    execFile(
      '/usr/bin/sandbox-exec',
      ['-p', '(version 1)(allow default)', '/usr/bin/true'],
      { env: { PATH: '/usr/bin:/bin' }, timeout: 10_000 },
      error => resolve(error === null && shell !== null ? { ok: true, shell } : { ok: false, why: 'runtimeMissing' }),
    );
  });
}

/** The same namespaces and mounts as a command's, one in the other as they will be. */
function works({ bwrap, applySeccomp }: Tools, isRoot: boolean): Promise<boolean> {
  const inner = '--unshare-user --unshare-pid --unshare-ipc --unshare-uts --cap-drop ALL'.split(' ');
  const root = isRoot ? ['--cap-add', 'CAP_SETFCAP'] : [];
  const mounts = '--ro-bind / / --dev /dev --proc /proc --tmpfs /tmp'.split(' ');
  const command = [bwrap, '--new-session', '--die-with-parent', ...inner, ...root, ...mounts];
  const seccomp = [
    '--ro-bind',
    applySeccomp,
    '/tmp/apply-seccomp',
    '--',
    '/tmp/apply-seccomp',
    '/bin/sh',
    '-c',
    'true',
  ];
  const [program = bwrap, ...args] = [...processLayer(bwrap, isRoot), ...networkLayer(bwrap), ...command, ...seccomp];
  return new Promise(resolve => {
    const env = { PATH: '/usr/bin:/bin', SRT_ALLOW_NESTED_USERNS: '0' };
    execFile(program, args, { env, timeout: 10_000 }, error => resolve(error === null));
  });
}

/** The system's comes first: PATH may hold folders of the workspace. */
export function findProgram(name: string, searchPath: string): string | null {
  const folders = ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin'];
  const more = searchPath.split(delimiter).filter(isAbsolute);
  return [...folders, ...more].map(folder => join(folder, name)).find(isExecutable) ?? null;
}

/** Beside the bundled helper, else in the package that it comes from. */
function findApplySeccomp(helperPath: string): string | null {
  const own = join(dirname(helperPath), 'seccomp', process.arch, 'apply-seccomp');
  if (existsSync(own)) return isExecutable(own) || makeExecutable(own) ? own : null;
  try {
    const main = createRequire(helperPath).resolve('@anthropic-ai/sandbox-runtime');
    const packaged = join(dirname(main), '..', 'vendor', 'seccomp', process.arch, 'apply-seccomp');
    return existsSync(packaged) ? packaged : null;
  } catch {
    return null;
  }
}

/** Archives do not always keep what a file may do. */
function makeExecutable(path: string): boolean {
  try {
    chmodSync(path, 0o755);
    return true;
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
