import type { Claim } from '../../claim.ts';
import { flagged, valued } from '../remote.ts';
import { tail } from '../sort.ts';
import { claimed, type Flag, note, type Spec } from '../spec.ts';
import { literal, type Word } from '../word.ts';

/** A container that is opened towards its host. */
export const escape = note('critical', 'sandbox-escape', 'container.escapes');
const hostNetwork = note('high', 'unusual-network', 'container.hostNetwork');

const hostPlaces =
  /^(\/|\/(etc|root|home|Users|var|proc|sys|dev|run|boot|usr|bin|sbin|lib|lib64|opt|private)(\/.*)?|.*docker\.sock|.*podman\.sock|.*containerd\.sock)$/;

/** A folder of this machine that a container sees, and may write as root unless it is `ro`. */
function mount(source: Word, readOnly: boolean): Claim[] {
  const written = source.raw.replace(/^["']/, '');
  if (source.text === null && /^(\$\(pwd\)|`pwd`|\$\{?PWD\}?)/.test(written)) return [];
  const text = source.text;
  if (text === null && !/^[./]/.test(source.prefix))
    return [claimed(note('high', 'container', 'container.unknownMount'), { path: source.raw })];
  const path = text ?? source.prefix;
  // A name without a slash is a volume of the engine's own.
  if (!/^[./~]/.test(path)) return [];
  const claims: Claim[] = [{ does: 'read', path: source, recursive: true }];
  if (!readOnly) claims.push({ does: 'write', path: source });
  if (hostPlaces.test(path) || /(^|\/)\.\.(\/|$)/.test(path))
    claims.push(claimed(note('critical', 'sandbox-escape', 'container.hostMount'), { path }));
  return claims;
}

function volumeClaims(given: Word): Claim[] {
  // `-v=/x:/y` is taken as well.
  const value = given.prefix.startsWith('=') ? tail(given, 1) : given;
  if (value.text === null) {
    const [source = ''] = value.prefix.split(':');
    const ends = value.prefix.includes(':');
    return mount(ends ? literal(source) : value, false);
  }
  const [source = '', ...rest] = value.text.split(':');
  return rest.length === 0 ? [] : mount(literal(source), /(^|,)ro(,|$)/.test(rest.at(-1) ?? ''));
}

function mountClaims(value: Word): Claim[] {
  if (value.text === null)
    return /type=(volume|tmpfs)/.test(value.prefix)
      ? []
      : [claimed(note('high', 'container', 'container.unknownMount'), { path: value.raw })];
  const parts = Object.fromEntries(
    value.text.split(',').map(part => [part.split('=')[0] ?? '', part.slice(part.indexOf('=') + 1)]),
  );
  const source = parts['source'] ?? parts['src'];
  if (source === undefined || (parts['type'] ?? 'volume') !== 'bind') return [];
  return mount(literal(source), 'readonly' in parts || 'ro' in parts);
}

/** Flags of `docker run` and its kin. Source: docker-run(1). */
export const containerFlags: Record<string, Flag> = {
  ...valued(
    '-e --env --name -w --workdir -p --publish --expose -h --hostname -l --label --label-file -m --memory --memory-swap --cpus --cpu-shares -c --cpuset-cpus -a --attach --restart --log-driver --log-opt --platform --pull --entrypoint --ip --dns --dns-search --dns-option --add-host --link --shm-size --tmpfs --ulimit --stop-signal --stop-timeout --health-cmd --gpus --group-add --mac-address --network-alias --annotation --detach-keys --index -u --user --oom-score-adj --isolation --kernel-memory --domainname --storage-opt --sysctl --volume-driver --link-local-ip',
  ),
  ...flagged('-v --volume', { value: 'ignore' }),
  '--mount': { value: 'ignore' },
  '--volumes-from': { value: 'ignore' },
  '--env-file': { value: 'read' },
  '--cidfile': { value: 'write' },
  '--privileged': { attached: true, note: escape },
  ...flagged('--pid --ipc --userns --uts --cgroupns --network --net --cap-add --device --security-opt --runtime', {
    value: 'ignore',
  }),
  ...flagged('--device-cgroup-rule --device-read-bps --cgroup-parent --blkio-weight-device', {
    value: 'ignore',
    note: escape,
  }),
  ...flagged('-P --publish-all', { note: note('high', 'unusual-network', 'remote.exposes') }),
  ...flagged('-d --detach -i --interactive -t --tty --rm --init --read-only -q --quiet', {}),
};

/** Flags that open the container towards its host. */
export function reachClaims(call: Parameters<NonNullable<Spec['inspect']>>[0]): Claim[] {
  const claims: Claim[] = [];
  for (const value of call.values('--pid', '--ipc', '--userns', '--uts', '--cgroupns'))
    if (value.text === null || value.text.startsWith('host')) claims.push(claimed(escape));
  for (const value of call.values('--network', '--net'))
    if (value.text === null || value.text === 'host') claims.push(claimed(hostNetwork));
  for (const value of call.values('--cap-add'))
    claims.push(
      claimed(
        value.text !== null && /^(CAP_)?(NET_BIND_SERVICE|CHOWN|KILL|NET_RAW|SYS_NICE|IPC_LOCK)$/i.test(value.text)
          ? note('high', 'privilege', 'container.capability')
          : escape,
      ),
    );
  for (const value of call.values('--device'))
    if (!/^\/dev\/(fuse|kvm|dri|snd|video\d+|nvidia)/.test(value.text ?? '')) claims.push(claimed(escape));
  for (const value of call.values('--security-opt'))
    if (value.text?.startsWith('no-new-privileges') !== true) claims.push(claimed(escape));
  for (const value of call.values('-v', '--volume')) claims.push(...volumeClaims(value));
  for (const value of call.values('--mount')) claims.push(...mountClaims(value));
  return claims;
}
