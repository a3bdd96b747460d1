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
      const isManifest = manifest.test(path);
      if (isManifest || (kind === 'edit' && (categories.includes('dependency') || categories.includes('lock-file'))))
        churn.set(seq, path);
    }
    return churn.size < limit ? null : { evidence: [...churn.keys()], args: { times: churn.size } };
  },
};

/** Files in which package managers write what a project depends on, as their documentation names them. */
const manifest =
  /(?:^|\/)(?:package\.json|package-lock\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|requirements[\w-]*\.txt|pyproject\.toml|poetry\.lock|uv\.lock|Pipfile(?:\.lock)?|Cargo\.(?:toml|lock)|go\.(?:mod|sum)|Gemfile(?:\.lock)?|composer\.(?:json|lock)|pom\.xml|build\.gradle(?:\.kts)?|[\w.]+\.csproj)$/;
