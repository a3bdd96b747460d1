import type { Facts, Want } from '../risk/facts.ts';

/** Facts of one moment. What was gathered stays as it was found; a later moment is another source. */
export interface FactsSource {
  /** A view of all that was gathered so far; the rest is `undefined` there. */
  facts(): Facts;
  /** Looks at what is wanted. Never rejects: what cannot be seen becomes the fact that nothing is known of it. */
  gather(wants: readonly Want[]): Promise<void>;
}

/** Where the gate gets its facts: a fresh source for each effect, and another when it judges the effect again. */
export interface FactsSources {
  begin(): FactsSource;
}

/** How often the gate gathers and asks again; each round may follow one more script or task into the next. */
export const maxRounds = 6;

/** Asks, gathers what the answer wants, and asks again, until nothing is wanted or the rounds are used up. */
export async function askWithFacts<T extends { wants: readonly Want[] }>(
  source: FactsSource,
  ask: (facts: Facts) => T,
): Promise<T> {
  let answer = ask(source.facts());
  for (let round = 1; round < maxRounds && answer.wants.length > 0; round++) {
    await source.gather(answer.wants);
    answer = ask(source.facts());
  }
  return answer;
}
