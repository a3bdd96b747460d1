import type { RuleFinding } from '../../protocol/stopRule.ts';
import type { Story } from './story.ts';

export type Found = Pick<RuleFinding, 'evidence' | 'args'>;

/**
 * One rule: a pure function of the journal, by way of the story that is folded from it. `limit` is its threshold, which
 * the person may set; each rule says what it counts and where its default comes from.
 */
export interface StopRule {
  limit: number;
  /** What ends the run, or null. */
  find(story: Story, limit: number): Found | null;
  /** What the model is told before it comes to that; null where it is not told. */
  nudge?: { limit: number; text(found: Found): string };
}
