import type { Category } from '../../protocol/assessment.ts';
import type { Effect } from '../../protocol/effect.ts';
import type { EventKind, EventOf, RunEvent } from '../../protocol/event.ts';
import { isText, isToolUse } from '../../protocol/message.ts';
import type { Plan } from '../../protocol/plan.ts';
import type { StopRuleName } from '../../protocol/stopRule.ts';
import { failingTests } from './failingTests.ts';
import { lasting } from './lasting.ts';
import type { Story, StoryCall, StoryChange, StoryTests } from './story.ts';
import { isTestRun } from './testCommand.ts';

interface Proposed {
  runsTests: boolean;
  call: string;
  value: Effect;
  categories: readonly Category[];
  byPerson: boolean;
}

/** The last calls are enough for every rule that looks at calls. */
const keptCalls = 40;

/** The story as a fold over the events. */
export function createStory(): { apply(event: RunEvent): void; story(): Story } {
  let turn = 0;
  let begin = 0;
  let changedAt = 0;
  let still = { inPlan: false, planning: false };
  let plan: Plan | null = null;
  let submitted: Plan | null = null;
  const stepsDone = new Map<number, number>();
  const baseline = new Map<string, { failed: number | null }>();
  let accepted: Story['accepted'] = null;
  let tested = false;
  let total = 0;
  let spoken = '';
  let root = '';
  const asked = new Map<string, { tool: string; input: string }>();
  const proposed = new Map<string, Proposed>();
  /** Tests that have run and whose output is still to come, by call. */
  const running = new Map<string, { seq: number; command: string; exitCode: number | null; migration: boolean }>();
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

  /** Turns in which nothing may be changed are not counted as such in which nothing was. */
  function may(now: Partial<typeof still>): void {
    const was = still.inPlan || still.planning;
    still = { ...still, ...now };
    if (was) changedAt = turn;
  }

  /** Whatever changed it, what was measured before says nothing any more. */
  function moved(): void {
    total += 1;
    changedAt = turn;
    accepted = null;
  }

  function changed(seq: number, path: string, lines: number, found: Proposed | undefined): void {
    moved();
    const short = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
    if (!files.has(short)) files.set(short, seq);
    const name = short.split('/').at(-1) ?? short;
    const said = spoken;
    changes.push({
      seq,
      kind: found?.value.kind === 'edit' ? 'edit' : 'command',
      path: short,
      lines,
      categories: found?.categories ?? [],
      explained: () => said.includes(name),
      byPerson: found?.byPerson ?? false,
    });
  }

  /** What lasts of a call's result: of tests that were run, which of them failed and how they ended. */
  function ended(call: string, text: string): string {
    const run = running.get(call);
    running.delete(call);
    if (run === undefined) return lasting(text);
    const { seq, command, exitCode, migration } = run;
    const failing = exitCode === 0 ? '' : failingTests(text);
    tests.push({ seq, command, failing, changes: total, migration });
    return `${exitCode}\n${lasting(failing)}`;
  }

  const on: { [K in EventKind]?: (event: EventOf<K>) => void } = {
    'run.started': event => {
      spoken = event.prompt;
      may({ inPlan: event.mode === 'plan' });
      root = event.workspace;
    },
    'mode.changed': event => {
      may({ inPlan: event.mode === 'plan' });
    },
    'agent.begun': event => {
      may({ planning: event.agent === 'planner' });
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
      if (outcome.kind === 'edit' && found?.value.kind === 'edit')
        changed(event.seq, outcome.path, found.value.added + found.value.removed, found);
      if (outcome.kind !== 'exec' || found?.value.kind !== 'exec' || !found.runsTests) return;
      tested ||= total > 0;
      const { command } = found.value;
      const migration = found.categories.includes('migration') || /migrat/i.test(command);
      running.set(found.call, { seq: event.seq, command, exitCode: outcome.exitCode, migration });
    },
    'checkpoint.made': event => {
      const found = proposed.get(event.effect);
      if (found?.value.kind === 'edit') return;
      for (const [index, path] of (event.paths ?? []).entries()) {
        const [added, removed] = event.lines?.each[index] ?? [0, 0];
        changed(event.seq, path, added + removed, found);
      }
    },
    'restore.done': moved,
    'change.reviewed': event => {
      if (event.how === 'undone') accepted = null;
    },
    'tool.answered': event => {
      const call = asked.get(event.call);
      asked.delete(event.call);
      const answer = ended(event.call, event.text);
      if (call === undefined) return;
      const { tool, input } = call;
      calls.push({ seq: event.seq, tool, asked: input, answer, isError: event.isError });
      if (calls.length > 2 * keptCalls) calls = calls.slice(-keptCalls);
    },
    'acceptance.checked': event => {
      tested ||= total > 0;
      const commands = event.results.map(({ command }) => command);
      const passed = commands.length > 0 && event.results.every(result => result.passed);
      if (event.when !== 'baseline') accepted = passed ? { seq: event.seq, commands } : null;
      else
        for (const result of event.results)
          baseline.set(result.command, { failed: result.passed || result.exitCode === null ? null : event.seq });
    },
    'tests.checked': () => {
      tested ||= total > 0;
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
      stepsDone.set(event.step, event.seq);
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
      changesFiles: !still.inPlan && !still.planning,
      calls,
      tests,
      changes,
      tested,
      files,
      plan,
      stepsDone,
      baseline,
      accepted,
      contradictions,
      flagged,
      refusedTainted,
      nudged,
    }),
  };
}
