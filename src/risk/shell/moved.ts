import { posix } from 'node:path';
import type { Claim } from '../claim.ts';
import { literal, type Word } from './word.ts';

/** Claims of a program that went to `directories`, one after the other, before it did anything: `git -C a -C b`. */
export function moved(claims: Claim[], directories: readonly Word[]): Claim[] {
  if (directories.length === 0) return claims;
  const base = directories.reduce(join, literal('.'));
  return claims.map(claim => {
    switch (claim.does) {
      case 'read':
      case 'write':
      case 'script':
      case 'value':
      case 'load':
        return { ...claim, path: join(base, claim.path) };
      case 'delete':
        return {
          ...claim,
          path: join(base, claim.path),
          ...(claim.to === undefined ? {} : { to: join(base, claim.to) }),
        };
      case 'run':
      case 'task':
      case 'shell':
        return { ...claim, directory: claim.directory === undefined ? base : join(base, claim.directory) };
      case 'tool':
      case 'code':
      case 'net':
      case 'note':
        return claim;
    }
  });
}

/** `path` as seen from `base`. */
function join(base: Word, path: Word): Word {
  if (posix.isAbsolute(path.prefix) || path.text === '-') return path;
  if (base.text === null) return { ...path, text: null, prefix: base.prefix };
  const at = (text: string): string => (text === '' ? `${base.text}/` : posix.join(base.text ?? '', text));
  return { ...path, text: path.text === null ? null : at(path.text), prefix: at(path.prefix) };
}
