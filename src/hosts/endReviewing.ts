import { homedir } from 'node:os';
import type { RunDeps } from '../agent/conduct.ts';
import { createEndReview } from '../agent/reviewer/atEnd.ts';
import { realClock } from '../effects/clock.ts';
import type { Judge } from '../policy/decide.ts';
import type { Approver } from '../ports/approver.ts';
import type { Snapshots } from '../ports/checkpoints.ts';
import type { Masker } from '../ports/masker.ts';
import type { Model } from '../ports/model.ts';
import type { Mode } from '../protocol/command.ts';
import type { ReviewerMode } from '../protocol/diffReview.ts';
import { riskSentence } from './riskSentences.ts';

export interface EndReviewingSetup {
  /** What the person chose; null: nothing. */
  chosen: ReviewerMode | null;
  model: Model;
  root: string;
  policy: Judge;
  snapshots: Snapshots | null;
  masker: Masker;
  approver: Approver;
}

/**
 * Where nobody chose: what Auto changed is read before the run may end. In Ask the person has seen each change, so nobody
 * reads it again unless they want that.
 */
export function defaultReviewer(mode: Mode): ReviewerMode {
  return mode === 'auto' ? 'block' : 'off';
}

/** The reviewer at the end of a run in this mode. The model that works reads it, too, in a conversation of its own. */
export function endReviewing(setup: EndReviewingSetup): NonNullable<RunDeps['endReview']> {
  const { chosen, model, root, policy, snapshots, masker, approver } = setup;
  return (course, meter) =>
    createEndReview({
      mode: course.mode === 'plan' ? 'off' : (chosen ?? defaultReviewer(course.mode)),
      snapshots,
      root,
      home: homedir(),
      policy,
      ask: approver.askFindings?.bind(approver) ?? null,
      hear: course.hear,
      reviewer: { model: meter(model), modelName: course.model, clock: realClock, masker },
      sentence: (code, args) => riskSentence(code, args) ?? code,
    });
}
