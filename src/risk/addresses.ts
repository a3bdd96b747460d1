import ipaddr from 'ipaddr.js';

/** The clouds' metadata services, which give credentials to whoever asks, in the spellings that resolvers take. */
export function isMetadata(host: string): boolean {
  return /^(169\.254\.169\.254|169\.254\.170\.2|metadata(\.google\.internal)?|fd00:ec2::254|\[fd00:ec2::254\]|100\.100\.100\.200|2852039166|0xa9fea9fe|0251\.0376\.0251\.0376)$/i.test(
    host.replace(/\.$/, ''),
  );
}

/** Public by their number and yet the cloud's own: Azure's platform address, https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16. */
const platform = new Set(['168.63.129.16']);
/** What IANA has given out for machines of the internet: https://www.iana.org/assignments/ipv6-unicast-address-assignments. */
const global = ipaddr.IPv6.parse('2000::');
/** RFC 6052: an IPv4 address seen through a translator, as IPv6-only networks give it for every name. */
const translated = ipaddr.IPv6.parse('64:ff9b::');

/**
 * Whether an IP address (without brackets) is a public machine's: not this machine's own, a private network's, a link's, a
 * carrier's, a cloud's, a group's or reserved, in no form of IPv6 either that holds such a one. What cannot be read is not.
 */
export function isPublicAddress(address: string): boolean {
  if (!isAddress(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast' && !platform.has(parsed.toString());
  if (parsed.match(translated, 96)) return isPublicAddress(parsed.toByteArray().slice(12).join('.'));
  return parsed.match(global, 3) && parsed.range() === 'unicast';
}

/** The address that a URL's host is, without brackets; null where it is a name. */
export function addressOf(hostname: string): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isAddress(bare) ? bare : null;
}

/** In its usual form: resolvers differ in what they make of `1.2.3`. */
function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}
