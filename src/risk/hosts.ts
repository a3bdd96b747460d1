/** The host of a URL or of an `[user@]host[:port][/path]` word, in lower case; null where it cannot be read. */
export function hostOf(text: string | null): string | null {
  if (text === null) return null;
  const match = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/\s]*@)?(\[[0-9a-f:.]+\]|[^:/?#\s]+)/i.exec(text.trim());
  return match?.[1]?.toLowerCase() ?? null;
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
