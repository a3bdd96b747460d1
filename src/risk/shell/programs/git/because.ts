import type { Claim } from '../../../claim.ts';
import type { GitCode } from '../../../codes/git.ts';
import type { Category, Tier } from '../../../tier.ts';
import { claimed, type Note, note } from '../../spec.ts';

/** A judgment with a code that has its sentence; anything else does not compile. */
export const judged = (tier: Tier, category: Category, code: GitCode): Note => note(tier, category, code);
export const because = (tier: Tier, category: Category, code: GitCode, args?: Record<string, string | number>): Claim =>
  claimed(note(tier, category, code), args);
