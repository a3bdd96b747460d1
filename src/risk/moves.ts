import { posix } from 'node:path';
import { globRegExp, type Target } from './places.ts';

/** Names that a command gives to what it moves → the names that these had before it began. */
export type Moves = ReadonlyMap<string, string>;

/** More moves than these nobody writes in one command. */
const maxMoves = 64;

/** Notes that what lies at `from` lies at `to` from now on. */
export function noteMove(moves: Map<string, string>, from: string, to: string): void {
  if (moves.size >= maxMoves) return;
  const [first = from] = earlier(moves, from);
  if (first === to) moves.delete(to);
  else moves.set(to, first);
}

/** The name that a path had when the command began; none where nothing was moved there. */
function earlier(moves: Moves, path: string): string[] {
  for (const [to, from] of moves) if (path === to || path.startsWith(`${to}/`)) return [from + path.slice(to.length)];
  return [];
}

/**
 * What a target names by its new name only: the thing itself, what lies below a folder that was moved, or what was moved to
 * below it.
 */
export function movedHere(moves: Moves, target: Target, deep: boolean): string[] {
  if (moves.size === 0) return [];
  if (!target.below) {
    const inner = deep ? [...moves].filter(([to]) => to.startsWith(`${target.path}/`)).map(([, from]) => from) : [];
    return [...earlier(moves, target.path), ...inner];
  }
  const pattern = globRegExp(posix.basename(target.names[0] ?? '*'));
  const matched = [...moves]
    .filter(([to]) => posix.dirname(to) === target.path && pattern.test(posix.basename(to)))
    .map(([, from]) => from);
  return [...matched, ...earlier(moves, target.path)];
}
