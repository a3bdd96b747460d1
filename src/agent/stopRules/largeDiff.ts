import { isManifest } from './manifests.ts';
import type { StopRule } from './rule.ts';

/** A few more than announced are always needed: a test, an export, a line of documentation. */
const grace = 5;
/** What the gate calls huge for one edit (`risk/edits.ts`): so many lines nobody takes in. */
const linesOfFile = 1_500;
/** So many of the largest changes are named. */
const named = 10;

/**
 * More changed files than so many times those that the accepted plan names, and a few besides, or more changed lines than so
 * many times what as many files may have; those of manifests and lock files are written by tools and do not count. Without a
 * plan that names files nothing was announced. Twice: a plan that is off by more is another plan. Our judgement.
 */
export const largeDiff: StopRule = {
  limit: 2,
  find({ plan, files, changes }, limit) {
    const announced = new Set(plan?.steps.flatMap(step => step.files ?? [])).size;
    if (announced === 0) return null;
    if (files.size > announced * limit + grace)
      return { evidence: [...new Set(files.values())].slice(-named), args: { files: files.size, announced } };
    const written = changes.filter(({ path }) => !isManifest(path));
    const lines = written.reduce((sum, change) => sum + change.lines, 0);
    if (lines <= announced * limit * linesOfFile) return null;
    const largest = written.toSorted((a, b) => b.lines - a.lines).map(({ seq }) => seq);
    const evidence = [...new Set(largest)].slice(0, named).toSorted((a, b) => a - b);
    return { evidence, args: { lines, announced } };
  },
};
