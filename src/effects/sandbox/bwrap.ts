import type { LogsView } from './logs.ts';
import type { ObjectsView } from './objects.ts';
import { type Confinement, isBelow } from './profiles.ts';

/** Inside the sandbox, a folder for what we bring along. */
const ours = '/dev/.gatehouse';

export interface Invocation {
  confinement: Confinement;
  command: string;
  cwd: string;
  shell: string;
  /** The program that closes unix sockets and further namespaces to the command, outside the sandbox. */
  applySeccomp: string;
  /** The socket on which that program tells what is about to be written; null to do without. */
  observer: string | null;
  /** An open file with a seccomp filter of ours. */
  seccompFd: number | null;
  root: RootHelp | null;
  /** Folders of ours that stand in for others. */
  stagings: readonly { dir: string; folder: string }[];
  /** Settings in the cache folder. */
  covered: { files: readonly string[]; folders: readonly string[] };
  /** A git configuration of ours, outside the sandbox. */
  gitConfig: string | null;
  /** What stands in for the repository's objects and logs. */
  history: History;
  /** What the command's processes may hold. What it writes in memory comes to a part of that. */
  memoryBytes: number;
  /** Most processes, for users whom the kernel holds to it. */
  processes: number | null;
}

/** A repository's history, as a command that may write in it sees it. */
export interface History {
  objects: ObjectsView | null;
  logs: readonly LogsView[];
}

/** Given where we run as root. */
export interface RootHelp {
  /** The program that takes the capabilities away which uid 0 would keep; null where it is not there. */
  setpriv: string | null;
  /** What is there of the kernel's settings in /proc. */
  kernel: readonly string[];
}

/** A folder in memory in which something is kept holds so much at most, and never more than a part of the command's memory. */
const scratchBytes = 256 * 1024 * 1024;
const scratchPart = 8;
/** Others have room for what is mounted there. */
const emptyBytes = 256 * 1024;

/**
 * The argument list, program first. The order of the mounts is what protects: pins come before all, since only on the
 * real folder do they keep it from being renamed; a later mount covers an earlier one. Nothing secret may stand in it:
 * every user can read the arguments of a process.
 */
export function bwrapArguments(bwrap: string, given: Invocation): string[] {
  const { confinement: c, observer, seccompFd, root } = given;
  const mounts: string[] = ['--ro-bind', '/', '/'];
  for (const path of c.pins) mounts.push('--ro-bind', path, path);
  mounts.push('--bind', c.tmpDir, '/tmp');
  // A file system in memory takes a fifth of the time that a bind takes, and what is written there is gone.
  const room = String(Math.floor(Math.min(scratchBytes, given.memoryBytes / scratchPart)));
  for (const path of c.hide)
    mounts.push('--perms', '0700', '--size', c.scratch.includes(path) ? room : String(emptyBytes), '--tmpfs', path);
  // What the workspace holds is mounted later, over its own.
  const inner = (folder: string) => c.write.some(each => isBelow(folder, each));
  const stage = (isInner: boolean) => {
    for (const { dir, folder } of given.stagings) if (inner(folder) === isInner) mounts.push('--bind', dir, folder);
    for (const { folder, keep } of c.staged)
      if (inner(folder) === isInner) for (const path of keep) mounts.push('--ro-bind-try', path, path);
  };
  stage(false);
  for (const path of c.blank) mounts.push('--ro-bind', '/dev/null', path);
  for (const path of c.read) mounts.push('--ro-bind', path, path);
  for (const path of c.write) mounts.push('--bind', path, path);
  for (const { from, to } of c.layers) mounts.push('--ro-bind', from, to);
  for (const path of c.emptied) mounts.push('--perms', '0700', '--size', room, '--tmpfs', path);
  for (const path of c.secrets.folders) mounts.push('--perms', '0700', '--size', '4096', '--tmpfs', path);
  for (const path of c.secrets.files) mounts.push('--ro-bind', '/dev/null', path);
  for (const path of given.covered.folders) mounts.push('--perms', '0555', '--size', '4096', '--tmpfs', path);
  for (const path of given.covered.files) mounts.push('--ro-bind', '/dev/null', path);
  for (const path of c.absent) mounts.push('--perms', '0555', '--size', '4096', '--tmpfs', path);
  for (const path of c.protect) mounts.push('--ro-bind-try', path, path);
  stage(true);
  for (const path of c.lift) mounts.push('--bind-try', path, path);
  const { objects, logs } = given.history;
  if (objects !== null) {
    mounts.push('--bind', objects.own, objects.real);
    mounts.push('--ro-bind', objects.alternates, `${objects.real}/info/alternates`);
  }
  for (const { own, real } of logs) mounts.push(...(own === null ? ['--ro-bind', real, real] : ['--bind', own, real]));
  mounts.push('--dev', '/dev', '--ro-bind', given.applySeccomp, `${ours}/apply-seccomp`);
  if (given.gitConfig !== null) mounts.push('--ro-bind', given.gitConfig, gitConfigInside);
  if (objects !== null) mounts.push('--ro-bind', objects.real, historyInside);
  if (observer !== null) mounts.push('--bind', observer, observerInside);
  mounts.push('--remount-ro', '/dev', '--perms', '1777', '--size', room, '--tmpfs', '/dev/shm');
  mounts.push('--proc', '/proc');
  // To the kernel, root of a namespace is still the owner of its settings.
  if (root !== null) for (const path of root.kernel) mounts.push('--ro-bind', path, path);
  return [
    bwrap,
    '--new-session',
    '--die-with-parent',
    '--unshare-user',
    '--unshare-pid',
    '--unshare-ipc',
    '--unshare-uts',
    '--hostname',
    'sandbox',
    ...(seccompFd === null ? [] : ['--add-seccomp-fd', String(seccompFd)]),
    '--cap-drop',
    'ALL',
    // As root, the program that closes namespaces has to map users once more.
    ...(root === null ? [] : ['--cap-add', 'CAP_SETFCAP']),
    ...mounts,
    '--chdir',
    given.cwd,
    '--',
    ...(given.processes === null ? [] : ['prlimit', `--nproc=${given.processes}`]),
    `${ours}/apply-seccomp`,
    ...(root?.setpriv ? [root.setpriv, '--bounding-set=-all', '--inh-caps=-all', '--'] : []),
    given.shell,
    '-c',
    given.command,
  ];
}

export const observerInside = `${ours}/observer`;
/** Where a command reads the objects that were there before it. */
export const historyInside = `${ours}/history`;
export const gitConfigInside = `${ours}/gitconfig`;
