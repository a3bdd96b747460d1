import picomatch from 'picomatch';

/**
 * Ignore rules of a folder above, as they read in a folder below it. `way` are the names from there to here. A rule for
 * a path leads on where it leads here and falls away where it does not; a rule for a name holds anywhere. One that would
 * ignore the folder itself falls away too: whoever opened it wants to work in it.
 */
export function rulesBelow(text: string, way: readonly string[]): string {
  if (way.length === 0) return text;
  return text
    .split('\n')
    .flatMap(line => ruleBelow(line, way))
    .join('\n');
}

function ruleBelow(line: string, way: readonly string[]): string[] {
  if (line === '' || line.startsWith('#')) return [];
  const [, not = '', path = '', folder = ''] = /^(!?)(.*?)(\/?)\s*$/s.exec(line) ?? [];
  if (!path.includes('/')) return [line];
  const rests = restOf(path.replace(/^\//, '').split('/'), way);
  return rests.filter(rest => rest.length > 0).map(rest => `${not}/${rest.join('/')}${folder}`);
}

function restOf(parts: readonly string[], way: readonly string[]): (readonly string[])[] {
  const [part, ...more] = parts;
  const [name, ...further] = way;
  if (name === undefined) return [parts];
  if (part === undefined) return [];
  if (part === '**') return [...restOf(more, way), ...restOf(parts, further)];
  const matches = picomatch(part, { dot: true, nobrace: true, noextglob: true, nonegate: true });
  return matches(name) ? restOf(more, further) : [];
}
