import type { StopRule } from './rule.ts';
import type { StoryTests } from './story.ts';

/**
 * Test runs in which the same tests failed, each after something was changed since the one before. Three: the failure
 * itself and two attempts to mend it; what a third attempt would try a person should hear of first.
 */
export const sameFailure: StopRule = {
  limit: 3,
  find({ tests }, limit) {
    const last = tests.at(-1);
    if (last === undefined || last.failing === '') return null;
    const row: StoryTests[] = [];
    for (const run of tests.toReversed()) {
      // A run of other tests, or of a part of them, says nothing about these.
      if (run.command !== last.command) continue;
      if (run.failing !== last.failing) break;
      if (row.at(-1)?.changes !== run.changes) row.push(run);
    }
    if (row.length < limit) return null;
    return { evidence: row.map(({ seq }) => seq).toReversed(), args: { times: row.length, command: last.command } };
  },
};
