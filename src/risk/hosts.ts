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

/** Names and addresses of this machine, as text: the network is not asked. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    /^127(\.\d{1,3}){3}$/.test(host) ||
    host === '[::1]' ||
    host === '::1' ||
    host === '0.0.0.0'
  );
}
