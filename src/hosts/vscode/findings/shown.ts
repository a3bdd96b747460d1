import { reviewsOf } from '../../../journal/report/reviews.ts';
import type { ReviewFinding } from '../../../protocol/diffReview.ts';
import type { RunEvent } from '../../../protocol/event.ts';

/** A finding that is neither fixed nor waived, with where it is and whose. */
export interface ShownFinding {
  run: string;
  /** The folder that the run works in, a real path. */
  root: string;
  finding: ReviewFinding;
}

/** What is open in a run, by its events; none once its worktree is gone. */
export function openFindings(events: readonly RunEvent[]): ShownFinding[] {
  const started = events.find(event => event.kind === 'run.started');
  if (started === undefined || events.some(event => event.kind === 'isolation.ended')) return [];
  return reviewsOf(events).findings.flatMap(({ finding, state }) =>
    state === 'open' ? [{ run: started.run, root: started.workspace, finding }] : [],
  );
}

/** Of several runs, the newest first: each file's findings are those of the newest run that has been reviewed in its folder. */
export function newestOf(runs: readonly (readonly RunEvent[])[]): ShownFinding[] {
  const folders = new Set<string>();
  return runs.flatMap(events => {
    const root = events.find(event => event.kind === 'run.started')?.workspace;
    const reviewed = events.some(event => event.kind === 'review.finished');
    if (root === undefined || !reviewed || folders.has(root)) return [];
    folders.add(root);
    return openFindings(events);
  });
}
