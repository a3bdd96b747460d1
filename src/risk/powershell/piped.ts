import type { Claim } from '../claim.ts';
import type { Invocation } from '../shell/script.ts';
import { literal } from '../shell/word.ts';
import { portable } from './places.ts';

const passesOn = /^(where|sort|select|group)-object$/;

/** What reading the files that another command lists comes to; text through a pipe is no file. */
export function listed({ stdin }: Invocation, deep: boolean): Claim[] {
  if (stdin.type !== 'pipe') return [];
  let from = stdin.from;
  for (let hops = 0; from?.cmdlet !== undefined && passesOn.test(from.cmdlet.name) && hops < 20; hops++)
    from = from.stdin.type === 'pipe' ? from.stdin.from : null;
  if (from?.cmdlet === undefined || !/^get-(childitem|item)$/.test(from.cmdlet.name)) return [];
  const words = from.args.filter(word => word.text === null || !/^-|^\*?\.\w+$|^\d+$/.test(word.text));
  const paths = words.length === 0 ? [literal('.')] : words;
  const recursive = deep || from.args.some(word => /^-(r|s$|depth)/i.test(word.raw));
  return paths.map((path): Claim => {
    const text = path.text === null ? null : portable(path.text);
    return { does: 'read', path: { ...path, text, prefix: portable(path.prefix) }, recursive };
  });
}
