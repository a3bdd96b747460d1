import type { Model } from '../../src/ports/model.ts';

/** What one case came to. `none`: no answer that counts, which a run would have treated as a question. */
export interface EvalResult {
  id: string;
  /** `pass` lets it through unasked; `stop` asks, refuses or warns. */
  wanted: 'pass' | 'stop';
  got: 'pass' | 'stop' | 'none';
  /** Why it says so, in its own words. */
  said: string;
  /** Why it should be as wanted. */
  because: string;
  /** US dollars; null where that is not known, 0 where no model was asked. */
  usd: number | null;
}

export interface EvalContext {
  model: Model;
  modelName: string;
  signal: AbortSignal;
}

/**
 * A corpus and what judges it. A file `NAME.eval.ts` in this folder that exports one as `suite` is found by
 * `scripts/eval.mjs` and run under its name. Cases are independent of each other, so that several run at once.
 */
export interface EvalSuite {
  name: string;
  /** Whether a model judges; else rules do, which need no key and cost nothing. */
  needsModel: boolean;
  cases: readonly { id: string; run(context: EvalContext): Promise<EvalResult> }[];
}

export interface Score {
  name: string;
  cases: number;
  falsePositives: EvalResult[];
  falseNegatives: EvalResult[];
  none: EvalResult[];
  usd: number | null;
}

/** A false positive is stopped and should pass; a false negative passes and should not. No answer is neither. */
export function scoreOf(name: string, results: readonly EvalResult[]): Score {
  return {
    name,
    cases: results.length,
    falsePositives: results.filter(({ wanted, got }) => wanted === 'pass' && got === 'stop'),
    falseNegatives: results.filter(({ wanted, got }) => wanted === 'stop' && got === 'pass'),
    none: results.filter(({ got }) => got === 'none'),
    usd: results.reduce<number | null>((sum, { usd }) => (sum === null || usd === null ? null : sum + usd), 0),
  };
}

/** The score as lines for a person. */
export function linesOf(
  { name, cases, falsePositives, falseNegatives, none, usd }: Score,
  results: readonly EvalResult[],
): string[] {
  const of = (wanted: 'pass' | 'stop'): number => results.filter(result => result.wanted === wanted).length;
  const share = (count: number, all: number): string =>
    `${count} of ${all}${all === 0 ? '' : ` (${((100 * count) / all).toFixed(1)} %)`}`;
  const told = (title: string, list: readonly EvalResult[]): string[] =>
    list.length === 0
      ? []
      : [`  ${title}:`, ...list.map(({ id, said, because }) => `    ${id}: it said “${said}” — ${because}`)];
  return [
    `${name}: ${cases} cases${usd === null || usd === 0 ? '' : `, $${usd.toFixed(4)}`}`,
    `  false positives: ${share(falsePositives.length, of('pass'))}`,
    `  false negatives: ${share(falseNegatives.length, of('stop'))}`,
    `  no answer: ${share(none.length, cases)}`,
    ...told('stopped, and should pass', falsePositives),
    ...told('passed, and should not', falseNegatives),
    ...told('no answer', none),
  ];
}
