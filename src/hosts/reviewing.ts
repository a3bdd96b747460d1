import { realClock } from '../effects/clock.ts';
import type { GitReader } from '../effects/git/neutral.ts';
import type { RepositoryFacts } from '../gate/review/facts.ts';
import { createReviewer, type RuleShown } from '../gate/review/reviewer.ts';
import type { Rule } from '../policy/rule.ts';
import type { Model } from '../ports/model.ts';
import type { Reviewer } from '../ports/reviewer.ts';
import type { RunEvent } from '../protocol/event.ts';
import { riskSentence } from './riskSentences.ts';

/** The model that reviews where nobody chose one: the smallest of the current family. */
export const defaultReviewModel = 'claude-haiku-5-5';

/** More rules than this are not told to the reviewing model; they were all applied before it is asked. */
const shownRules = 60;

export interface ReviewingSetup {
  model: Model;
  modelName: string;
  root: string;
  rules: readonly Rule[];
  git: GitReader | null;
}

/** Stage two of the gate, for the run with these events. */
export function reviewing(
  setup: ReviewingSetup,
): (events: () => readonly RunEvent[], meter: (model: Model) => Model) => Reviewer {
  const { model, modelName, root, rules, git } = setup;
  return (events, meter) =>
    createReviewer({
      model: meter(model),
      modelName,
      clock: realClock,
      events,
      root,
      rules: rules.slice(0, shownRules).map(shown),
      repository: () => repositoryFacts(git).catch(() => null),
      say: riskSentence,
    });
}

function shown({ id, layer, decision, because = '', when }: Rule): RuleShown {
  return { id, layer, decision, because, when: JSON.stringify(when) };
}

async function repositoryFacts(git: GitReader | null): Promise<RepositoryFacts | null> {
  const [status, remotes] = await Promise.all([git?.status(), git?.remotes()]);
  if (!status || remotes === undefined) return null;
  const { entries, branch } = status;
  return {
    branch,
    staged: entries.filter(({ index }) => index !== '.' && index !== '?').length,
    changed: entries.filter(({ worktree }) => worktree !== '.' && worktree !== '?').length,
    untracked: entries.filter(({ index }) => index === '?').length,
    remotes: remotes.map(({ name, url }) => ({ name, url })),
  };
}
