/**
 * The host of a URL or of an `[user@]host[:port][/path]` word, in lower case; null where it cannot be read. What stands
 * before the last `@` of the authority is a user, as curl and browsers take it; a backslash is read in two ways, so in none.
 */
export function hostOf(text: string | null): string | null {
  if (text === null) return null;
  const rest = text.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const authority = /^[^/?#\s]*/.exec(rest)?.[0] ?? '';
  if (authority.includes('\\')) return null;
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  return /^(\[[0-9a-f:.]+\]|[^:]+)/i.exec(place)?.[1]?.toLowerCase() ?? null;
}

/** The same of a word that may end in something unknown: its host where the path has begun before that. */
export function hostOfWord(word: { text: string | null; prefix: string }): string | null {
  if (word.text !== null) return hostOf(word.text);
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+[/?#]/i.test(word.prefix) ? hostOf(word.prefix) : null;
}

/** Whether a host is this machine, in any spelling that resolvers take; as text: the network is not asked. */
export function isLoopback(host: string): boolean {
  const name = canonicalHost(host);
  if (name === null) return false;
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    /^(127|0)(\.\d+){3}$/.test(name) ||
    /^\[::1?\]$/.test(name) ||
    // IPv4 addresses in IPv6's form: 127/8 and 0/8.
    /^\[::ffff:(7f[\da-f]{2}|[\da-f]{1,2}):[\da-f]{1,4}\]$/.test(name)
  );
}

/** A host as browsers compare it: addresses in their usual form, without a dot at the end. null for what is no host. */
function canonicalHost(host: string): string | null {
  if (host === '' || /[\s/\\?#@%]/.test(host)) return null;
  const bare = host.replace(/\.$/, '');
  const text = bare.includes(':') && !bare.startsWith('[') ? `[${bare}]` : bare;
  if (!URL.canParse(`http://${text}/`)) return null;
  return new URL(`http://${text}/`).hostname;
}
