import { isManifest } from './manifests.ts';
import type { StopRule } from './rule.ts';

/**
 * Changes to what the project depends on: edits of manifests and lock files, and commands that change them. Adding one and
 * mending what it breaks takes two or three; six is going back and forth. Our judgement.
 */
export const dependencyChurn: StopRule = {
  limit: 6,
  find({ changes }, limit) {
    const churn = new Map<number, string>();
    for (const { seq, path, categories, kind } of changes) {
      if (
        isManifest(path) ||
        (kind === 'edit' && (categories.includes('dependency') || categories.includes('lock-file')))
      )
        churn.set(seq, path);
    }
    return churn.size < limit ? null : { evidence: [...churn.keys()], args: { times: churn.size } };
  },
};
