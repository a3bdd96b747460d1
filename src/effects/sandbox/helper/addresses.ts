import { BlockList, isIP } from 'node:net';

const list = new BlockList();
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  // Metadata of clouds that keep it elsewhere.
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
] as const)
  list.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of [
  ['::', 128],
  ['::1', 128],
  ['fe80::', 10],
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
] as const)
  list.addSubnet(address, bits, 'ipv6');

/**
 * Whether a host, in any spelling that a client may use, is this machine itself, its link or its cloud's metadata, which
 * no permit opens. What is not a host at all is one of them.
 */
export function isOwnMachine(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const name = canonicalHost(isIP(bare) === 6 ? `[${bare}]` : bare);
  if (name === null) return true;
  if (isIP(name) !== 0) return isOwnAddress(name);
  return ownNames.test(name);
}

/** The same of an address, as a name's lookup gives it. */
export function isOwnAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '');
  if (isIP(bare) === 4) return list.check(bare, 'ipv4');
  if (isIP(bare) !== 6) return true;
  if (list.check(bare, 'ipv6')) return true;
  const inner = embedded(bare);
  return inner !== null && list.check(inner, 'ipv4');
}

/** As the standard's parser writes it: in lower case, numbers as an address, without the dot at the end and brackets. */
export function canonicalHost(host: string): string | null {
  const text = `http://${host.replace(/\.+$/, '')}/`;
  if (!URL.canParse(text)) return null;
  const { hostname, username, pathname } = new URL(text);
  if (hostname === '' || username !== '' || pathname !== '/') return null;
  return hostname.replace(/\.+$/, '').replace(/^\[|\]$/g, '');
}

/** Names that the resolvers of systems and clouds lead there. */
const ownNames =
  /(^|\.)(localhost|localhost\.localdomain|localdomain|ip6-localhost|ip6-loopback|metadata\.google\.internal|metadata\.goog)$|^(metadata|instance-data)(\.ec2\.internal)?$/;

/** The IPv4 address in a mapped (::ffff:0:0/96), compatible (::/96), translated (64:ff9b::/96) or 6to4 (2002::/16) one. */
function embedded(address: string): string | null {
  const groups = groupsOf(address);
  const at = holds(groups, [0, 0, 0, 0, 0, 0xffff]) || holds(groups, [0, 0, 0, 0, 0, 0]) ? 6 : null;
  const where = at ?? (holds(groups, [0x64, 0xff9b, 0, 0, 0, 0]) || holds(groups, [0, 0, 0, 0, 0xffff, 0]) ? 6 : null);
  const from = where ?? (groups[0] === 0x2002 ? 1 : null);
  if (from === null) return null;
  const [high = 0, low = 0] = groups.slice(from, from + 2);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function holds(groups: readonly number[], start: readonly number[]): boolean {
  return start.every((group, at) => groups[at] === group);
}

function groupsOf(address: string): number[] {
  // The parser turns a dotted end into groups.
  const text = canonicalHost(`[${address}]`) ?? '';
  const [head = '', tail] = text.split('::');
  const parse = (part: string) => (part === '' ? [] : part.split(':').map(group => Number.parseInt(group, 16)));
  const [first, last] = [parse(head), parse(tail ?? '')];
  return [...first, ...Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => 0), ...last];
}
