import type { Bash } from './bash.ts';
import { type Counterexample, compare, read } from './compare.ts';

/** Tries per round: each is a shell of its own. */
const triesAtOnce = 40;

/** The same counterexample with as few pieces as still show it: pieces are taken out until none can be spared. */
export async function minimize(bash: Bash, found: Counterexample): Promise<Counterexample> {
  let best = found;
  let size = Math.ceil(pieces(best.text).length / 2);
  while (size >= 1) {
    const smaller = await firstThatShows(bash, best, size);
    if (smaller !== null) best = smaller;
    else size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return best;
}

async function firstThatShows(
  bash: Bash,
  { kind, text }: Counterexample,
  size: number,
): Promise<Counterexample | null> {
  const all = pieces(text);
  const candidates: string[] = [];
  for (let at = 0; at < all.length; at += Math.max(1, Math.floor(size / 2)))
    candidates.push([...all.slice(0, at), ...all.slice(at + size)].join(''));
  for (let at = 0; at < candidates.length; at += triesAtOnce) {
    const tried = candidates.slice(at, at + triesAtOnce).filter(each => read(each).obscure.length === 0);
    const runs = await bash.run(tried);
    for (const [index, candidate] of tried.entries()) {
      const shown = compare(candidate, read(candidate), runs[index] ?? []);
      if (shown?.kind === kind) return shown;
    }
  }
  return null;
}

function pieces(text: string): string[] {
  return text.match(/\w+|[ \t]+|[\s\S]/g) ?? [];
}
