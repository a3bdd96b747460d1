import { basename, dirname, join, relative, sep } from 'node:path';
import { findRepository, smallText } from '../effects/git/repository.ts';
import { rulesBelow } from './outerRules.ts';

const maxBytes = 1024 * 1024;

/**
 * The ignore rules that hold for a part beside its own `.gitignore` files, strongest last: those of `excludes`, and for
 * the workspace (`root`, a real path) those of the folders above it, up to the top of the repository that it lies in.
 */
export function ignoreRules(root: string, excludes: () => readonly string[]): (part: string) => string {
  const top = findRepository(root)?.top ?? root;
  const wayFrom = (folder: string): string[] => relative(folder, root).split(sep).filter(Boolean);
  const read = (file: string): string => smallText(file, maxBytes) ?? '';
  const outer = foldersBetween(top, root);

  return part => {
    if (part === '') {
      const general = excludes().map(file => rulesBelow(read(file), wayFrom(top)));
      const above = outer.map(folder => rulesBelow(read(join(folder, '.gitignore')), wayFrom(folder)));
      return [...general, ...above].join('\n').trim();
    }
    // A repository in the workspace has a list of its own in the place of the outer one's.
    const general = excludes().filter(file => basename(dirname(file)) !== 'info');
    return [...general, join(root, part, '.git/info/exclude')].map(read).join('\n').trim();
  };
}

/** From `top` down to the folder above `root`. */
function foldersBetween(top: string, root: string): string[] {
  const found: string[] = [];
  for (let at = root; at !== top; at = dirname(at)) found.unshift(dirname(at));
  return found;
}
