import type { Random } from './random.ts';
import { everyday, fragments, tricky } from './seeds.ts';

/** One to three small changes of a text: what stands where it was not expected. */
export function mutate(random: Random, text: string): string {
  let mutated = text;
  for (let count = 1 + random.below(3); count > 0; count--) mutated = once(random, mutated);
  return mutated;
}

function once(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const upTo = Math.min(text.length, at + 1 + random.below(4));
  switch (random.below(8)) {
    case 0:
      return text.slice(0, at) + text.slice(upTo);
    case 1:
    case 2:
    case 3:
      return text.slice(0, at) + random.pick(fragments) + text.slice(at);
    case 4:
      return text.slice(0, upTo) + text.slice(at, upTo) + text.slice(upTo);
    case 5:
      return text.slice(0, at) + random.pick(fragments) + text.slice(upTo);
    case 6: {
      const other = random.pick(random.chance(0.5) ? everyday : tricky);
      return random.chance(0.5)
        ? text + random.pick(['\n', '; ', ' && ', ' | ', ' ']) + other
        : text.slice(0, at) + other + text.slice(at);
    }
    default: {
      const words = text.split(' ');
      const from = random.below(words.length);
      const to = random.below(words.length);
      [words[from], words[to]] = [words[to] ?? '', words[from] ?? ''];
      return words.join(' ');
    }
  }
}
