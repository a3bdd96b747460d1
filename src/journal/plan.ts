import type { RunEvent } from '../protocol/event.ts';
import type { Plan, PlanAcceptedBy, PlanComment, StepReport } from '../protocol/plan.ts';

/** A run's plan and what has become of it. */
export interface PlanStory {
  /** The one that is in force, else the last that was shown; null where there was none. */
  plan: { number: number; value: Plan; by: PlanAcceptedBy | null } | null;
  /** How many were handed over or edited before it. */
  earlier: number;
  /** What the person wanted otherwise, in the order in which they said so. */
  comments: PlanComment[];
  rejected: { why: string | null } | null;
  /** The last word on each step, in the order of their numbers. */
  steps: StepReport[];
}

export function planStory(events: readonly RunEvent[]): PlanStory {
  const plans = new Map<number, Plan>();
  const steps = new Map<number, StepReport>();
  const story: PlanStory = { plan: null, earlier: 0, comments: [], rejected: null, steps: [] };
  for (const event of events) {
    if (event.kind === 'plan.submitted' || event.kind === 'plan.edited') {
      plans.set(event.plan, event.value);
      story.plan = { number: event.plan, value: event.value, by: null };
    } else if (event.kind === 'plan.accepted') {
      const value = plans.get(event.plan);
      if (value !== undefined) story.plan = { number: event.plan, value, by: event.by };
    } else if (event.kind === 'plan.changesAsked') story.comments.push(...event.comments);
    else if (event.kind === 'plan.rejected') story.rejected = { why: event.why };
    else if (event.kind === 'step.completed') {
      const { step, title, outcome, tests, checked, risks, next, files, checkpoint } = event;
      steps.set(step, { step, title, outcome, tests, checked, risks, next, files, checkpoint });
    }
  }
  story.earlier = Math.max(0, plans.size - 1);
  story.steps = [...steps.values()].sort((a, b) => a.step - b.step);
  return story;
}
