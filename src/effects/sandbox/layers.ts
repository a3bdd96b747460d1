/**
 * The two layers around all commands of a run, each the start of an argument list. The first is a process namespace: when
 * its first process ends, the kernel ends all others. Its /proc must be whole, or no other could be mounted inside: as root
 * bwrap would cover parts of it, so there we mount it ourselves.
 */
export function processLayer(bwrap: string, isRoot: boolean): string[] {
  const own = [bwrap, '--die-with-parent', '--unshare-user', '--unshare-pid', '--dev-bind', '/', '/'];
  if (!isRoot) return [...own, '--proc', '/proc', '--'];
  return [...own, '--', '/bin/sh', '-c', 'PATH=/usr/bin:/bin mount -t proc proc /proc && exec "$@"', 'sh'];
}

/** The second is a network namespace with nothing but a loopback, which the run's commands share. */
export function networkLayer(bwrap: string): string[] {
  return [bwrap, '--die-with-parent', '--unshare-user', '--unshare-net', '--dev-bind', '/', '/', '--'];
}
