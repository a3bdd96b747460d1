import type { GitReader } from './neutral.ts';
import { parseStatus, type StatusEntry } from './status.ts';
import { fields, type GitWriter } from './writer.ts';

/**
 * What differs from HEAD in the working tree, without what is ignored. Paths are latin1, one character a byte, since a
 * file's name need not be UTF-8; a repository inside is one path that ends in `/`.
 */
export async function changesIn(writer: GitWriter): Promise<StatusEntry[]> {
  const output = await writer.must([
    'status',
    '--porcelain=v2',
    '-z',
    '--untracked-files=all',
    '--ignore-submodules=all',
    '--no-renames',
    '--no-ahead-behind',
  ]);
  return parseStatus(output);
}

/** Paths whose attributes name a filter that is set up somewhere, with its name. */
export type Filters = ReadonlyMap<string, string>;

/** Such a file's content in git is another one than on disk, and only the person's own git can tell one from the other. */
export async function filtersOf(git: GitReader, writer: GitWriter, paths: readonly string[]): Promise<Filters> {
  const found = new Map<string, string>();
  if (paths.length === 0) return found;
  const settings = await git.settings();
  const isSetUp = (name: string) =>
    ['clean', 'smudge', 'process']
      .map(part => `filter.${name}.${part}`)
      .some(key => settings.has(key) || git.person?.get(key));
  const said = fields(await writer.must(['check-attr', '-z', '--stdin', 'filter'], { input: pathList(paths) }));
  for (let i = 0; i + 2 < said.length; i += 3) {
    const [path = '', , value = ''] = said.slice(i, i + 3);
    if (!/^(unspecified|unset|set)$/.test(value) && (value === 'lfs' || isSetUp(value))) found.set(path, value);
  }
  return found;
}

/** For git's `-z --stdin`. */
export function pathList(paths: readonly string[]): Buffer {
  return Buffer.from(paths.map(path => `${path}\0`).join(''), 'latin1');
}
