import { relative } from 'node:path';
import { effective } from '../../journal/work.ts';
import type { AcceptanceResult } from '../../protocol/acceptance.ts';
import type { Effect } from '../../protocol/effect.ts';
import type { EventOf, OutcomeRecord, RunEvent } from '../../protocol/event.ts';
import { isText, isToolUse } from '../../protocol/message.ts';
import type { Plan, StepReport } from '../../protocol/plan.ts';
import { planAfter, saidIn } from '../../protocol/said.ts';

/** What became of one file, by its path below the workspace. */
export interface FileFact {
  path: string;
  edits: number;
  added: number;
  removed: number;
  byCommand: boolean;
  takenBack: boolean;
}

/** A command that ran; `times` in a row with the same end. */
export interface CommandFact {
  command: string;
  end: string;
  times: number;
  test: boolean;
}

/** What the journal shows of a run so far, as far as an agent has to know it to go on. All but `said` may hold text of others. */
export interface RunFacts {
  /** Answers of the model in this conversation. */
  answers: number;
  begun: boolean;
  /** The person's own words, the task first; `asked`: the agent's question that they answer. */
  said: { text: string; asked?: string }[];
  /** What they said in a part of the conversation that was taken back: what it ruled out stays ruled out, no more. */
  takenBack: string[];
  /** Options of the agent that the person picked: what is decided is theirs, the wording is the agent's. */
  picked: { asked: string; option: string }[];
  /** Told before the first turn: environment, and the repository's wishes. */
  opening: string[];
  standing: string;
  plan: Plan | null;
  steps: StepReport[];
  acceptance: readonly AcceptanceResult[];
  files: FileFact[];
  commands: CommandFact[];
  refused: { what: string; why: string }[];
  processes: string[];
  /** Questions that nobody has answered yet. */
  open: string[];
  /** Where text was read that gives orders. */
  flagged: string[];
  checkpoint: number;
  /** The agent's own last words, newest last. */
  notes: string[];
}

const keptNotes = 4;

/**
 * Folds the events up to the record `upTo`. Of what the conversation was taken back over, only what was done counts, and
 * what the person ruled out. Linear in their number; called only where a conversation is made shorter.
 */
export function factsOf(events: readonly RunEvent[], upTo: number): RunFacts {
  const facts: RunFacts = {
    answers: 0,
    begun: false,
    said: [],
    takenBack: [],
    picked: [],
    opening: [],
    standing: '',
    plan: null,
    steps: [],
    acceptance: [],
    files: [],
    commands: [],
    refused: [],
    processes: [],
    open: [],
    flagged: [],
    checkpoint: 0,
    notes: [],
  };
  const collector = new Collector(facts);
  const counting = new Set(effective(events));
  for (const event of events) {
    if (event.seq > upTo) break;
    collector.take(event, counting.has(event));
  }
  return collector.finish();
}

class Collector {
  readonly #facts: RunFacts;
  #root = '';
  readonly #values = new Map<string, { call: string; value: Effect }>();
  readonly #tests = new Set<string>();
  readonly #files = new Map<string, FileFact>();
  readonly #processes = new Map<string, string>();
  readonly #asked = new Map<string, { text: string; options: readonly string[] }>();
  #last: Plan | null = null;
  readonly #plans = new Map<number, Plan>();
  /** Refused effects whose call has no result yet, by the call. */
  readonly #denied = new Map<string, string>();

  constructor(facts: RunFacts) {
    this.#facts = facts;
  }

  finish(): RunFacts {
    const facts = this.#facts;
    facts.files = [...this.#files.values()];
    facts.processes = [...this.#processes.values()];
    facts.open = [...this.#asked.values()].map(({ text }) => text);
    return facts;
  }

  take(event: RunEvent, counts: boolean): void {
    this.#work(event);
    if (counts) {
      this.#words(event);
      this.#plan(event);
    } else for (const { text } of saidIn(event, this.#last)) this.#facts.takenBack.push(text);
    this.#last = planAfter(event, this.#last);
  }

  #words(event: RunEvent): void {
    const facts = this.#facts;
    if (event.kind === 'person.asked') this.#asked.set(event.question, event);
    else if (event.kind === 'person.answered') {
      const asked = this.#asked.get(event.question);
      if (asked?.options.some(option => option.trim() === event.text.trim()) === true)
        facts.picked.push({ asked: asked.text, option: event.text.trim() });
      else facts.said.push({ text: event.text, ...(asked === undefined ? {} : { asked: asked.text }) });
      this.#asked.delete(event.question);
    } else if (event.kind === 'instructions.read') facts.standing = event.text;
    else if (event.kind === 'context.added' && !facts.begun) facts.opening.push(event.text);
    else if (event.kind === 'turn.started') facts.begun = true;
    else if (event.kind === 'agent.begun') facts.answers = 0;
    else if (event.kind === 'model.answered') {
      if (event.content.length > 0) facts.answers += 1;
      const text = event.content.flatMap(block => (isText(block) ? [block.text] : [])).join('\n');
      if (text.trim() !== '' && event.content.some(isToolUse)) facts.notes = [...facts.notes, text].slice(-keptNotes);
    } else for (const { text } of saidIn(event, this.#last)) facts.said.push({ text });
  }

  #work(event: RunEvent): void {
    const facts = this.#facts;
    if (event.kind === 'run.started') this.#root = event.workspace;
    else if (event.kind === 'result.flagged') facts.flagged.push(event.source);
    else if (event.kind === 'effect.proposed') this.#values.set(event.effect, { call: event.call, value: event.value });
    else if (event.kind === 'effect.assessed') {
      if (event.assessment.categories.includes('test-run')) this.#tests.add(event.effect);
    } else if (event.kind === 'effect.decided') {
      const known = this.#values.get(event.effect);
      if (event.decision.verdict === 'deny' && known !== undefined)
        this.#denied.set(known.call, nameOf(known.value, this.#root));
    } else if (event.kind === 'tool.answered') {
      const what = this.#denied.get(event.call);
      if (what !== undefined) facts.refused.push({ what, why: event.text });
      this.#denied.delete(event.call);
    } else if (event.kind === 'effect.done') this.#done(event);
    else if (event.kind === 'effect.failed') {
      const value = this.#values.get(event.effect)?.value;
      if (value?.kind === 'exec') this.#ran(value.command, `failed (${event.failure.code})`, false);
    } else if (event.kind === 'process.ended') this.#processes.delete(event.process);
    else if (event.kind === 'checkpoint.made') {
      facts.checkpoint = event.checkpoint;
      for (const [at, path] of (event.before === null ? [] : (event.paths ?? [])).entries()) {
        const [added, removed] = event.lines?.each[at] ?? [0, 0];
        this.#touch(path, { byCommand: true, added, removed });
      }
    } else if (event.kind === 'restore.done') facts.checkpoint = event.checkpoint;
    else if (event.kind === 'restore.intended')
      for (const raw of event.paths)
        this.#touch(Buffer.from(raw, 'latin1').toString('utf8'), { takenBack: true }, false);
  }

  #done({ effect, outcome }: EventOf<'effect.done'>): void {
    const value = this.#values.get(effect)?.value;
    if (outcome.kind === 'edit' && value?.kind === 'edit')
      this.#touch(value.path, { edits: 1, added: value.added, removed: value.removed });
    if (outcome.kind === 'exec' && value?.kind === 'exec') {
      if (outcome.process !== undefined) this.#processes.set(outcome.process, value.command);
      this.#ran(value.command, endOf(outcome), this.#tests.has(effect));
    }
    this.#values.delete(effect);
  }

  #plan(event: RunEvent): void {
    const facts = this.#facts;
    if (event.kind === 'plan.submitted' || event.kind === 'plan.edited') this.#plans.set(event.plan, event.value);
    else if (event.kind === 'plan.accepted') facts.plan = this.#plans.get(event.plan) ?? null;
    else if (event.kind === 'step.completed') facts.steps.push(event);
    else if (event.kind === 'acceptance.checked') facts.acceptance = event.results;
  }

  #touch(path: string, change: Partial<FileFact>, make = true): void {
    const name = relativeTo(this.#root, path);
    const known = this.#files.get(name);
    if (known === undefined && !make) return;
    const fact = known ?? { path: name, edits: 0, added: 0, removed: 0, byCommand: false, takenBack: false };
    this.#files.delete(name);
    this.#files.set(name, {
      ...fact,
      takenBack: false,
      ...change,
      edits: fact.edits + (change.edits ?? 0),
      added: fact.added + (change.added ?? 0),
      removed: fact.removed + (change.removed ?? 0),
    });
  }

  #ran(command: string, end: string, test: boolean): void {
    const { commands } = this.#facts;
    const last = commands.at(-1);
    if (last?.command === command && last.end === end) last.times += 1;
    else commands.push({ command, end, times: 1, test });
  }
}

function endOf({ exitCode, timedOut, stopped, process }: Extract<OutcomeRecord, { kind: 'exec' }>): string {
  if (timedOut) return 'ran out of time';
  if (stopped) return 'was stopped';
  return process === undefined ? `exit ${exitCode ?? 'by a signal'}` : 'began in the background';
}

function nameOf(value: Effect, root: string): string {
  if (value.kind === 'exec' || value.kind === 'push') return value.command;
  if (value.kind === 'read' || value.kind === 'edit') return `${value.kind} ${relativeTo(root, value.path)}`;
  return value.kind;
}

function relativeTo(root: string, path: string): string {
  const way = path.startsWith('/') || /^[A-Za-z]:/.test(path) ? relative(root, path) : path;
  return way.startsWith('..') ? path : way.replaceAll('\\', '/');
}
