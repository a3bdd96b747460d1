import type { Masker } from '../ports/masker.ts';
import type { RuleBook } from '../ports/ruleBook.ts';
import { asFailure, type Failure, failures } from '../protocol/failure.ts';
import type { Recorder } from './recorder.ts';

/** Adds a rule that the person agreed to, to their policy, and writes down what became of it. Rejects only as the journal does. */
export function ruleKeeperOf(
  book: RuleBook | undefined,
  recorder: Recorder,
  masker: Masker,
): (ruleText: string) => Promise<void> {
  return async text => {
    const { rule, failure } = await add(text);
    await recorder.append({ kind: 'policy.ruleKept', rule, text, failure });
  };

  async function add(text: string): Promise<{ rule: string; failure: Failure | null }> {
    if (book === undefined || masker.mask(text).count > 0) return { rule: '', failure: unkept };
    try {
      return { rule: await book.add(text), failure: null };
    } catch (error) {
      return { rule: '', failure: asFailure(error) };
    }
  }
}

/** A secret does not go into a policy, and there may be no policy to add to. */
const unkept = failures.ruleUnkept({});
