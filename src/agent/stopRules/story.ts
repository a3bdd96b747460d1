import type { Category } from '../../protocol/assessment.ts';
import type { Effect } from '../../protocol/effect.ts';
import type { EventKind, EventOf, RunEvent } from '../../protocol/event.ts';
import { isText, isToolUse } from '../../protocol/message.ts';
import type { Plan } from '../../protocol/plan.ts';
import type { StopRuleName } from '../../protocol/stopRule.ts';
import { failingTests } from './failingTests.ts';
import { isTestRun } from './testCommand.ts';

/** A tool call that was answered. Equal calls have equal `asked`; `answer` leaves out what differs each time anyway. */
export interface StoryCall {
  seq: number;
  tool: string;
  asked: string;
  answer: string;
  isError: boolean;
}

/** A command that ran tests. `failing` is equal where the same tests failed; empty where none did. */
export interface StoryTests {
  seq: number;
  command: string;
  failing: string;
  /** Changes of the run before it. */
  changes: number;
  migration: boolean;
}

/** An effect that was done and changed, or may have changed, files. `explained`: somebody spoke of it before. */
export interface StoryChange {
  seq: number;
  kind: 'edit' | 'command';
  path: string;
  categories: readonly Category[];
  explained: boolean;
  byPerson: boolean;
}

/**
 * What the stop rules look at: the journal since the person was last heard, without what no rule needs. Whoever was told
 * of a stop and went on has decided, so everything is counted anew from there.
 */
export interface Story {
  turn: number;
  /** Of the last change, or of where counting began. */
  changedAt: number;
  changesFiles: boolean;
  calls: readonly StoryCall[];
  tests: readonly StoryTests[];
  changes: readonly StoryChange[];
  /** Whether tests were run at all, ever. */
  tested: boolean;
  /** Relative to the workspace or absolute, each once. */
  files: ReadonlyMap<string, number>;
  plan: Plan | null;
  stepsDone: number;
  /** Criteria that failed before the first edit; null where they were not looked at. */
  baselineFailed: boolean | null;
  /** When all criteria passed last, and nothing was changed since. */
  accepted: number | null;
  contradictions: readonly { seq: number; excerpt: string }[];
  /** Where orders of others were read, and what was refused since because of that. */
  flagged: { seq: number; source: string } | null;
  refusedTainted: readonly number[];
  /** Rules of which the model was told. */
  nudged: ReadonlySet<StopRuleName>;
}

interface Proposed {
  runsTests: boolean;
  call: string;
  value: Effect;
  categories: readonly Category[];
  byPerson: boolean;
}

/** The last calls are enough for every rule that looks at calls. */
const keptCalls = 40;

export function createStory(): { apply(event: RunEvent): void; story(): Story } {
  let turn = 0;
  let begin = 0;
  let changedAt = 0;
  let changesFiles = true;
  let plan: Plan | null = null;
  let submitted: Plan | null = null;
  let stepsDone = 0;
  let baselineFailed: boolean | null = null;
  let accepted: number | null = null;
  let tested = false;
  let total = 0;
  let spoken = '';
  let root = '';
  const asked = new Map<string, { tool: string; input: string }>();
  const proposed = new Map<string, Proposed>();
  /** Tests that have run and whose output is still to come, by call. */
  const running = new Map<string, { seq: number; command: string; passed: boolean; migration: boolean }>();
  let calls: StoryCall[] = [];
  let tests: StoryTests[] = [];
  let changes: StoryChange[] = [];
  let files = new Map<string, number>();
  let contradictions: { seq: number; excerpt: string }[] = [];
  let flagged: Story['flagged'] = null;
  let refusedTainted: number[] = [];
  let nudged = new Set<StopRuleName>();

  function anew(): void {
    begin = turn;
    changedAt = turn;
    calls = [];
    tests = [];
    changes = [];
    files = new Map();
    contradictions = [];
    refusedTainted = [];
    nudged = new Set();
    accepted = null;
  }

  function changed(seq: number, path: string, found: Proposed | undefined, kind: StoryChange['kind']): void {
    total += 1;
    changedAt = turn;
    accepted = null;
    const short = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
    if (!files.has(short)) files.set(short, seq);
    const name = short.split('/').at(-1) ?? short;
    changes.push({
      seq,
      kind,
      path: short,
      categories: found?.categories ?? [],
      explained: spoken.includes(name),
      byPerson: found?.byPerson ?? false,
    });
  }

  function ended(call: string, text: string): void {
    const run = running.get(call);
    running.delete(call);
    if (run === undefined) return;
    const failing = run.passed ? '' : failingTests(text);
    tests.push({ seq: run.seq, command: run.command, failing, changes: total, migration: run.migration });
  }

  const on: { [K in EventKind]?: (event: EventOf<K>) => void } = {
    'run.started': event => {
      spoken = event.prompt;
      changesFiles = event.mode !== 'plan';
      root = event.workspace;
    },
    'mode.changed': event => {
      changesFiles = event.mode !== 'plan';
    },
    'run.resumed': anew,
    'person.said': event => heard(event.text),
    'person.answered': event => heard(event.text),
    'turn.started': event => {
      turn = event.turn;
    },
    'model.answered': event => {
      for (const block of event.content) {
        if (isText(block)) spoken += `\n${block.text}`;
        if (isToolUse(block)) asked.set(block.id, { tool: block.name, input: JSON.stringify(block.input) });
      }
    },
    'wishes.read': event => {
      for (const { code, excerpt } of event.conflicts)
        if (code === 'contradiction') contradictions.push({ seq: event.seq, excerpt });
    },
    'result.flagged': event => {
      flagged = { seq: event.seq, source: event.source };
    },
    'effect.proposed': event => {
      proposed.set(event.effect, {
        call: event.call,
        value: event.value,
        categories: [],
        byPerson: false,
        runsTests: false,
      });
    },
    'effect.assessed': event => {
      const found = proposed.get(event.effect);
      if (found === undefined) return;
      found.categories = event.assessment.categories;
      found.runsTests = isTestRun(event.assessment.parts);
    },
    'effect.decided': event => {
      const { by, verdict, reasons } = event.decision;
      const found = proposed.get(event.effect);
      if (found !== undefined) found.byPerson = by.type === 'person';
      if (verdict === 'deny' && reasons.some(({ code }) => code === 'run.tainted')) refusedTainted.push(event.seq);
    },
    'effect.done': event => {
      const found = proposed.get(event.effect);
      const { outcome } = event;
      if (outcome.kind === 'edit') changed(event.seq, outcome.path, found, 'edit');
      if (outcome.kind !== 'exec' || found?.value.kind !== 'exec' || !found.runsTests) return;
      tested = true;
      const { command } = found.value;
      const migration = found.categories.includes('migration') || /migrat/i.test(command);
      running.set(found.call, { seq: event.seq, command, passed: outcome.exitCode === 0, migration });
    },
    'checkpoint.made': event => {
      const found = proposed.get(event.effect);
      if (found?.value.kind === 'edit') return;
      for (const path of event.paths ?? []) changed(event.seq, path, found, 'command');
    },
    'tool.answered': event => {
      const call = asked.get(event.call);
      asked.delete(event.call);
      ended(event.call, event.text);
      if (call === undefined) return;
      const { tool, input } = call;
      calls.push({ seq: event.seq, tool, asked: input, answer: lasting(event.text), isError: event.isError });
      if (calls.length > 2 * keptCalls) calls = calls.slice(-keptCalls);
    },
    'acceptance.checked': event => {
      tested = true;
      const passed = event.results.length > 0 && event.results.every(result => result.passed);
      if (event.when === 'baseline') baselineFailed = !passed;
      else accepted = passed ? event.seq : null;
    },
    'tests.checked': () => {
      tested = true;
    },
    'plan.submitted': event => {
      submitted = event.value;
    },
    'plan.edited': event => {
      submitted = event.value;
    },
    'plan.accepted': () => {
      plan = submitted;
      heard(JSON.stringify(submitted));
    },
    'step.completed': event => {
      stepsDone = Math.max(stepsDone, event.step);
    },
    'rule.nudged': event => {
      nudged.add(event.rule);
    },
  };

  function heard(text: string): void {
    spoken += `\n${text}`;
    anew();
  }

  /** The table has the event's own kind under its kind. */
  function apply<K extends EventKind>(event: EventOf<K> & RunEvent): void {
    const take = on[event.kind] as ((event: RunEvent) => void) | undefined;
    take?.(event);
  }

  return {
    apply,
    story: () => ({
      turn,
      changedAt: Math.max(begin, changedAt),
      changesFiles,
      calls,
      tests,
      changes,
      tested,
      files,
      plan,
      stepsDone,
      baselineFailed,
      accepted,
      contradictions,
      flagged,
      refusedTainted,
      nudged,
    }),
  };
}

/** A result without the numbers that differ each time: checkpoints, and how long something took. */
function lasting(text: string): string {
  return text
    .replaceAll(/\[checkpoint \d+\]/g, '')
    .replaceAll(/\d+(?:\.\d+)?\s?m?s\b/g, '#')
    .trim();
}
