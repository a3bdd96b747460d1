import { type Answers, noAnswers } from './answers.ts';
import { noGrants, type RunGrants } from './grants.ts';
import type { Item, Totals } from './items.ts';
import { type LimitView, noLimits } from './limits.ts';
import { emptyLog, type Log } from './log.ts';
import type { Pause } from './pause.ts';
import type { Away } from './since.ts';
import type { Stream } from './stream.ts';
import { noUsage } from './totals.ts';
import { noWork, type Work } from './work.ts';

/** One run as the panel shows it: a fold over what was observed, and nothing else. */
export interface View {
  run: string | null;
  workspace: string;
  model: string;
  mode: string;
  /** Whatever mode was chosen, it is not in Auto but in Ask. */
  capped: boolean;
  /** A script plays the model. */
  scripted: boolean;
  /** It works in a worktree of its own. */
  isolated: boolean;
  /** From the start of the run to its end. */
  active: boolean;
  startedAt: number;
  /** When the last event came. */
  lastAt: number;
  items: Log<Item>;
  stream: Stream | null;
  /** The model is at work and nothing streams yet. */
  thinking: boolean;
  /** Commands that go on in the background, the oldest first. */
  processes: readonly Background[];
  /** What was allowed for the rest of the run, in words. */
  grants: RunGrants;
  away: Away;
  work: Work;
  answers: Answers;
  /** Ids of open questions, the oldest first. */
  questions: readonly string[];
  /** Refusals that the run waits with. */
  pause: Pause | null;
  totals: Totals;
  limited: LimitView;
  index: Index;
}

export interface Background {
  process: string;
  command: string;
}

/** Where items are in the log. Belongs to the fold, which adds to it as it goes. */
export interface Index {
  calls: Map<string, number>;
  effects: Map<string, string>;
  questions: Map<string, string>;
  /** When each question was asked. */
  asked: Map<string, number>;
  /** The call that a record is about. */
  records: Map<number, string>;
  processes: Map<string, string>;
  /** Where the findings of each review are. */
  reviews: number[];
  /** The notice about a retry that is under way. */
  retry: number | null;
}

export function emptyView(): View {
  return {
    run: null,
    workspace: '',
    model: '',
    mode: 'ask',
    capped: false,
    scripted: false,
    isolated: false,
    active: false,
    startedAt: 0,
    lastAt: 0,
    items: emptyLog(),
    stream: null,
    thinking: false,
    processes: [],
    grants: noGrants,
    away: null,
    work: noWork,
    answers: noAnswers,
    questions: [],
    pause: null,
    totals: { turns: 0, usage: noUsage, usd: 0, files: new Map(), cpuMs: 0 },
    limited: noLimits,
    index: {
      calls: new Map(),
      effects: new Map(),
      questions: new Map(),
      processes: new Map(),
      reviews: [],
      asked: new Map(),
      records: new Map(),
      retry: null,
    },
  };
}
