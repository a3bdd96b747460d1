import type { Category } from '../../protocol/assessment.ts';
import type { StopRule } from './rule.ts';

const kinds: readonly Category[] = ['build-configuration', 'ci', 'checks-removed', 'tests-weakened'];

/**
 * Edits of configuration of which nobody has spoken before, neither the person, nor the plan, nor the agent itself, and
 * which no person has allowed. The second one ends the run: the first may be a slip. Our judgement.
 */
export const configuration: StopRule = {
  limit: 2,
  find({ changes }, limit) {
    const silent = changes.filter(
      ({ categories, explained, byPerson, kind }) =>
        kind === 'edit' && !byPerson && categories.some(category => kinds.includes(category)) && !explained(),
    );
    const files = [...new Set(silent.map(({ path }) => path))];
    return files.length < limit ? null : { evidence: silent.map(({ seq }) => seq), args: { files: files.join(', ') } };
  },
};
