import type { AcceptanceResult } from '../protocol/acceptance.ts';
import type { EventKind, EventOf, RunEvent } from '../protocol/event.ts';
import type { AskReason, Plan, PlanAcceptedBy, PlanComment, StepReport } from '../protocol/plan.ts';

/** What a run works by and how far it is, by its events. */
export interface Work {
  /** The plan as it was last submitted or edited, with its number; 0 while there is none. */
  number: number;
  plan: Plan | null;
  /** Who accepted it; null while nobody did. */
  accepted: PlanAcceptedBy | null;
  rejected: { why: string | null } | null;
  /** What the person wanted changed, of all plans. */
  comments: PlanComment[];
  /** Commands that measure the run: the person's own first, then the plan's, accepted or not. */
  acceptance: readonly string[];
  /** Those that it has to pass: a plan that nobody accepted asks for nothing. */
  due: readonly string[];
  /** How the commands stood before any change, the last result of each; null before they were run. */
  baseline: AcceptanceResult[] | null;
  /** How they stood at the end; null while they were not run since the last change of what measures the run. */
  end: AcceptanceResult[] | null;
  /** Runs of the project's tests, the oldest first. */
  tests: AcceptanceResult[];
  steps: StepReport[];
  /** What the agent asked and has no answer to. */
  open: Asked | null;
}

export interface Asked {
  question: string;
  call: string;
  text: string;
  options: readonly string[];
  reason: AskReason | null;
}

/** The events that still count: what the conversation was taken back over does not, but for what it cost. */
export function effective(events: readonly RunEvent[]): RunEvent[] {
  const rewound = events.findLast(
    (event): event is EventOf<'conversation.rewound'> => event.kind === 'conversation.rewound',
  );
  if (rewound === undefined) return [...events];
  const before = events.filter(event => event.seq < rewound.seq);
  return [
    ...effective(before).filter(event => event.seq < rewound.record),
    ...events.filter(({ seq }) => seq >= rewound.seq),
  ];
}

export function workOf(events: readonly RunEvent[]): Work {
  const work: Work = {
    number: 0,
    plan: null,
    accepted: null,
    rejected: null,
    comments: [],
    acceptance: [],
    due: [],
    baseline: null,
    end: null,
    tests: [],
    steps: [],
    open: null,
  };
  let own: readonly string[] = [];
  for (const event of effective(events)) {
    if (event.kind === 'run.started') own = event.acceptance ?? [];
    change(work, event);
  }
  work.acceptance = [...new Set([...own, ...(work.plan?.acceptance ?? [])])];
  work.due = work.accepted === null ? own : work.acceptance;
  return work;
}

const changes: { [K in EventKind]?: (work: Work, event: EventOf<K>) => void } = {
  'plan.submitted': planned,
  'plan.edited': planned,
  'plan.changesAsked': (work, { comments }) => void work.comments.push(...comments),
  'plan.rejected': (work, { why }) => {
    work.rejected = { why };
  },
  'plan.accepted': (work, { by }) => {
    work.accepted = by;
  },
  'acceptance.checked': (work, { when, results }) => {
    if (when === 'end') work.end = results;
    else if (when === 'baseline') work.baseline = merged(work.baseline ?? [], results);
  },
  'tests.checked': (work, { result }) => void work.tests.push(result),
  'step.completed': (work, event) => {
    work.steps = [...work.steps.filter(({ step }) => step !== event.step), reportOf(event)];
  },
  'person.asked': (work, event) => {
    work.open = event;
  },
  'person.answered': (work, { question }) => {
    if (work.open?.question === question) work.open = null;
  },
  'run.resumed': work => {
    work.end = null;
  },
};

function change<K extends EventKind>(work: Work, event: EventOf<K> & RunEvent): void {
  const apply = changes[event.kind] as ((work: Work, event: RunEvent) => void) | undefined;
  apply?.(work, event);
}

function planned(work: Work, { plan, value }: EventOf<'plan.submitted'> | EventOf<'plan.edited'>): void {
  Object.assign(work, { number: plan, plan: value, accepted: null, rejected: null });
}

/** true, false, or null where nothing measures the run. What was not run to its end at the end is not accepted. */
export function acceptedIn({ due, end }: Work): boolean | null {
  if (due.length === 0) return null;
  return due.every(command => end?.some(result => result.command === command && result.passed) === true);
}

function merged(before: readonly AcceptanceResult[], now: readonly AcceptanceResult[]): AcceptanceResult[] {
  const again = new Set(now.map(({ command }) => command));
  return [...before.filter(({ command }) => !again.has(command)), ...now];
}

function reportOf({
  v: _v,
  seq: _seq,
  at: _at,
  prev: _prev,
  hash: _hash,
  kind: _kind,
  ...report
}: EventOf<'step.completed'>): StepReport {
  return report;
}
