/**
 * How much work one command may cause, in steps of well under a microsecond: a short text can come to millions of words
 * through variables, or to thousands of readings through nesting. Past it the rest is not read, and the command is not
 * understood.
 */
export class Budget {
  #left: number;

  constructor(steps = maxSteps) {
    this.#left = steps;
  }

  /** Takes these steps; false where they are not left, and from then on. */
  spend(steps: number): boolean {
    this.#left = steps > this.#left ? -1 : this.#left - steps;
    return this.#left >= 0;
  }

  get isSpent(): boolean {
    return this.#left < 0;
  }
}

/** Some half a second; everyday commands take less than a thousandth of it. */
const maxSteps = 1_000_000;

/** A word costs this beside its characters. */
export const stepsOfWord = 20;
