import { Bash } from './bash.ts';
import { type Counterexample, compare, read } from './compare.ts';
import { type Construct, generate } from './generate.ts';
import { minimize } from './minimize.ts';
import { Random } from './random.ts';

export interface Plan {
  count: number;
  seed: number;
  /** Sandboxes at a time. */
  jobs: number;
  /** A construct that most texts shall hold. */
  focus?: Construct | null;
  /** More than these are counted, not minimized. */
  shown?: number;
}

export interface Outcome {
  inputs: number;
  /** Texts that the classifier calls fully understood. */
  understood: number;
  /** Of those, the ones that ran at least three programs and hold more than plain words. */
  complex: number;
  /** Programs that bash ran in the understood ones. */
  ran: number;
  /** Inputs that bash did not end in time, understood or not. */
  hung: number;
  /** Of the texts that are not understood, those in which the tree would have hidden a program or told it wrongly. */
  caught: number;
  found: Counterexample[];
  /** Minimized, one for each of the first ones found. */
  minimized: Counterexample[];
  /** What keeps texts from being understood, and how often it is the only thing. */
  reasons: Map<string, number>;
}

const batch = 200;

/** Generates, classifies and runs. Which texts are tried depends on seed, count and focus alone. */
export async function fuzz(plan: Plan, onProgress: (inputs: number) => void = () => {}): Promise<Outcome> {
  const random = new Random(plan.seed);
  const outcome: Outcome = {
    inputs: 0,
    understood: 0,
    complex: 0,
    ran: 0,
    hung: 0,
    caught: 0,
    found: [],
    minimized: [],
    reasons: new Map(),
  };
  let left = plan.count;
  const work = async (): Promise<void> => {
    const bash = new Bash();
    try {
      while (left > 0) {
        const size = Math.min(batch, left);
        left -= size;
        const texts = Array.from({ length: size }, () => generate(random, plan.focus));
        await judge(bash, texts, outcome);
        onProgress(outcome.inputs);
      }
    } finally {
      await bash.close();
    }
  };
  await Promise.all(Array.from({ length: plan.jobs }, work));
  const bash = new Bash();
  try {
    for (const each of outcome.found.slice(0, plan.shown ?? 10)) outcome.minimized.push(await minimize(bash, each));
  } finally {
    await bash.close();
  }
  return outcome;
}

async function judge(bash: Bash, texts: readonly string[], outcome: Outcome): Promise<void> {
  const runs = await bash.run(texts);
  for (const [index, text] of texts.entries()) {
    outcome.inputs++;
    const ran = runs[index];
    if (ran === null || ran === undefined) {
      outcome.hung++;
      continue;
    }
    const reading = read(text);
    const shown = compare(text, reading, ran);
    if (reading.obscure.length > 0) {
      if (shown !== null) outcome.caught++;
      const [only] = reading.obscure;
      if (reading.obscure.length === 1 && only !== undefined)
        outcome.reasons.set(only, (outcome.reasons.get(only) ?? 0) + 1);
      continue;
    }
    outcome.understood++;
    outcome.ran += ran.length;
    if (new Set(ran.map(({ words }) => words[0])).size >= 3 && /[$"'`\\{]/.test(text)) outcome.complex++;
    if (shown !== null) outcome.found.push(shown);
  }
}
