/** A remote as the repository names it. Its address is the repository's word, not the person's. */
export interface Remote {
  name: string;
  url: string;
  pushUrl: string | null;
}

/** An address without user names that may be tokens, and without passwords. For people and the model. */
export function maskAddress(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, (whole, scheme: string) =>
      /^ssh:\/\/git@$/i.test(whole) ? whole : `${scheme}***@`,
    )
    .replace(/([?&][^=&]*(?:token|key|secret|pass|auth)[^=&]*=)[^&#]*/gi, '$1***');
}

/** The repository's own settings, as `git config --file … --list -z` tells them: key → all values, in order. */
export type Settings = ReadonlyMap<string, readonly string[]>;

export function parseSettings(output: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const entry of output.split('\0')) {
    if (entry === '') continue;
    const end = entry.indexOf('\n');
    const [key, value] = end < 0 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)];
    settings.set(key, [...(settings.get(key) ?? []), value]);
  }
  return settings;
}

/** The remotes among the settings. One with several push addresses has none of them here but the first. */
export function remotesOf(settings: Settings): Remote[] {
  const remotes: Remote[] = [];
  for (const [key, values] of settings) {
    const name = /^remote\.(.+)\.url$/s.exec(key)?.[1];
    const url = values[0];
    if (name === undefined || url === undefined) continue;
    remotes.push({ name, url, pushUrl: settings.get(`remote.${name}.pushurl`)?.[0] ?? null });
  }
  return remotes;
}
