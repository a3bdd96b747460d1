import { join } from 'node:path';
import { effectiveMode } from '../gate/mode.ts';
import type { CapReason, Mode } from '../protocol/command.ts';
import type { Digest } from '../protocol/effect.ts';
import type { AgentName, EventOf, RunEvent } from '../protocol/event.ts';
import { isToolUse, type Message, type ToolUseBlock, type UserBlock } from '../protocol/message.ts';

import { cleared } from './context/clear.ts';
import { withoutThinking } from './context/thinking.ts';
import { aboutPlan, askedAndAnswered, modeNote, standingInstructions } from './prompts.ts';
import { rewoundCall, rewoundNote } from './resumeWords.ts';
import { isUntold } from './revisionWords.ts';

/**
 * The conversation and what the agent knows, as a fold over the journal: two sessions that applied the same events are
 * equal. A message that was sent never changes afterwards, unless the conversation is taken back or made shorter; what is
 * new waits until the next turn starts.
 */
export interface Session {
  apply(event: RunEvent): void;
  readonly messages: readonly Message[];
  /** The record that made each of the messages, by its number. */
  readonly marks: readonly number[];
  /** What waits to be told to the model, in its order. */
  readonly waiting: readonly UserBlock[];
  /** Turns started so far, those that were taken back included. */
  readonly turn: number;
  /** Real path → digest of the file as the run last read or wrote it; zeros for one that was taken back since. */
  readonly filesKnown: ReadonlyMap<string, Digest>;
  /** Whether something waits to be told to the model: words of the person, tool results, or context. */
  readonly pending: boolean;
  /** Tool calls of the last answer that have no result yet, by id, in their order. */
  readonly openCalls: ReadonlyMap<string, ToolUseBlock>;
  /** Whose conversation it is. The executor's begins anew, with the person's words and what is told before its first turn. */
  readonly agent: AgentName;
  /** The answer that no turn has followed yet; null while one is due. */
  readonly answer: LastAnswer | null;
}

export interface LastAnswer {
  stopReason: string;
  /** Tool calls in it. */
  calls: number;
  /** Whether it said nothing at all. */
  empty: boolean;
}

interface State {
  workspace: string;
  agent: AgentName;
  /** What the executor is told as well: the person's words, and the context that stood before the planner's first turn. */
  brief: { context: UserBlock[]; words: UserBlock[] };
  /** What was asked of the person and has no answer yet, by the question's id. */
  asked: Map<string, { text: string; options: readonly string[] }>;
  messages: Message[];
  marks: number[];
  filesKnown: Map<string, Digest>;
  openCalls: Map<string, ToolUseBlock>;
  /** Edits that were made so differently that the model does not know their files any more. */
  untold: Set<string>;
  answer: LastAnswer | null;
  turn: number;
  results: UserBlock[];
  context: UserBlock[];
  /** Told with the next turn, and no reason for one. */
  aside: UserBlock[];
  mode: { chosen: Mode; cap: CapReason | null };
  /** As the model knows it. */
  modeTold: Mode;
  words: UserBlock[];
}

export function createSession(): Session {
  /** All of them, since the conversation may be taken back to any. */
  const events: RunEvent[] = [];
  let state = emptyState();

  return {
    apply(event) {
      const { mode } = state;
      state = event.kind === 'conversation.rewound' ? rewound(events, event, state.turn) : step(state, event);
      // What the person chose is not taken back with what was said.
      if (event.kind === 'conversation.rewound') chooseMode(state, mode);
      events.push(event);
    },
    get messages() {
      return state.messages;
    },
    get marks() {
      return state.marks;
    },
    get waiting() {
      return [...state.results, ...state.context, ...state.aside, ...state.words];
    },
    get filesKnown() {
      return state.filesKnown;
    },
    get openCalls() {
      return state.openCalls;
    },
    get answer() {
      return state.answer;
    },
    get agent() {
      return state.agent;
    },
    get turn() {
      return state.turn;
    },
    get pending() {
      return state.results.length + state.context.length + state.words.length > 0;
    },
  };
}

function emptyState(): State {
  return {
    workspace: '',
    agent: 'executor',
    brief: { context: [], words: [] },
    asked: new Map(),
    messages: [],
    marks: [],
    filesKnown: new Map(),
    openCalls: new Map(),
    untold: new Set(),
    answer: null,
    turn: 0,
    results: [],
    context: [],
    aside: [],
    mode: { chosen: 'ask', cap: null },
    modeTold: 'ask',
    words: [],
  };
}

/** As it stood before the record, and a note that it was taken back there. What was spent meanwhile stays spent. */
function rewound(events: readonly RunEvent[], { record }: EventOf<'conversation.rewound'>, turn: number): State {
  let state = emptyState();
  for (const [index, event] of events.entries()) {
    if (event.seq >= record) break;
    state =
      event.kind === 'conversation.rewound' ? rewound(events.slice(0, index), event, state.turn) : step(state, event);
  }
  for (const call of state.openCalls.keys()) answerCall(state, call, rewoundCall, true);
  state.context.push({ type: 'text', text: rewoundNote });
  state.answer = null;
  state.turn = turn;
  return state;
}

function say(state: State, text: string): void {
  state.words.push({ type: 'text', text });
  state.brief.words.push({ type: 'text', text });
}

/** The next agent has read nothing yet and knows what the person said. */
function beginAnew(state: State): void {
  const { brief, workspace, agent, asked, turn } = state;
  Object.assign(state, emptyState(), { workspace, agent, asked, turn, brief });
  state.context = [...brief.context];
  state.words = [...brief.words];
}

/** Results stand first, as the API wants; then what we add; the person has the last word. */
function flush(state: State, seq: number): void {
  const content = [...state.results, ...state.context, ...state.aside, ...state.words];
  if (content.length > 0) add(state, { role: 'user', content }, seq);
  state.results = [];
  state.context = [];
  if (state.aside.length > 0) state.modeTold = effectiveMode(state.mode.chosen, state.mode.cap);
  state.aside = [];
  state.words = [];
}

function add(state: State, message: Message, seq: number): void {
  state.messages.push(message);
  state.marks.push(seq);
}

function answerCall(state: State, call: string, text: string, isError: boolean): void {
  state.openCalls.delete(call);
  state.results.push({
    type: 'tool_result',
    tool_use_id: call,
    content: text,
    ...(isError ? { is_error: true } : {}),
  });
}

/** The model is told once, with its next turn, and only where another mode holds than it knows. */
function chooseMode(state: State, mode: State['mode']): void {
  state.mode = mode;
  const now = effectiveMode(mode.chosen, mode.cap);
  state.aside = now === state.modeTold ? [] : [{ type: 'text', text: modeNote(now) }];
}

/** The same state, one event later. */
function step(state: State, event: Exclude<RunEvent, { kind: 'conversation.rewound' }>): State {
  switch (event.kind) {
    case 'run.started':
      state.workspace = event.workspace;
      state.mode = { chosen: event.mode, cap: null };
      state.modeTold = event.mode;
      say(state, event.prompt);
      break;
    case 'instructions.read':
      if (event.text !== '') {
        const standing = { type: 'text' as const, text: standingInstructions(event.text) };
        state.words.unshift(standing);
        state.brief.words.unshift(standing);
      }
      break;
    case 'person.said':
      say(state, event.text);
      break;
    case 'context.added':
      state.context.push({ type: 'text', text: event.text });
      if (state.turn === 0) state.brief.context.push({ type: 'text', text: event.text });
      break;
    case 'agent.begun':
      state.agent = event.agent;
      if (event.agent === 'executor') beginAnew(state);
      break;
    case 'plan.changesAsked':
      state.brief.words.push({ type: 'text', text: aboutPlan(event.comments) });
      break;
    case 'person.asked':
      state.asked.set(event.question, event);
      break;
    case 'person.answered': {
      const { text, options } = state.asked.get(event.question) ?? { text: '', options: [] };
      state.brief.words.push({ type: 'text', text: askedAndAnswered(text, options, event.text) });
      state.asked.delete(event.question);
      break;
    }
    case 'context.compacted':
      compact(state, event);
      break;
    case 'mode.changed':
      chooseMode(state, { ...state.mode, chosen: event.mode });
      break;
    case 'mode.capped':
      chooseMode(state, { ...state.mode, cap: event.reason });
      break;
    case 'turn.started':
      state.turn = event.turn;
      state.answer = null;
      flush(state, event.seq);
      break;
    case 'model.answered': {
      const calls = event.content.filter(isToolUse);
      if (event.content.length > 0) add(state, { role: 'assistant', content: event.content }, event.seq);
      for (const block of calls) state.openCalls.set(block.id, block);
      state.answer = { stopReason: event.stopReason, calls: calls.length, empty: event.content.length === 0 };
      break;
    }
    case 'tool.answered':
      answerCall(state, event.call, event.text, event.isError);
      break;
    case 'effect.done':
      if (event.outcome.kind === 'read' || event.outcome.kind === 'edit')
        state.filesKnown.set(event.outcome.path, state.untold.has(event.effect) ? unread : event.outcome.file.sha256);
      break;
    case 'effect.proposed':
      if (event.revised !== undefined && isUntold(event.revised)) state.untold.add(event.effect);
      break;
    case 'restore.intended':
      // Whoever takes them back, and however it ends: they must be read again before they are edited.
      for (const path of event.paths.map(raw => join(state.workspace, textOf(raw))))
        if (state.filesKnown.has(path)) state.filesKnown.set(path, unread);
      break;
    case 'compaction.asked':
    case 'compaction.failed':
    case 'run.resumed':
    case 'result.flagged':
    case 'prompt.screened':
    case 'prompt.confirmed':
    case 'wishes.read':
    case 'model.retrying':
    case 'model.held':
    case 'model.settled':
    case 'model.failed':
    case 'effect.assessed':
    case 'effect.violated':
    case 'effect.decided':
    case 'effect.reviewed':
    case 'denials.asked':
    case 'denials.answered':
    case 'denial.lifted':
    case 'denial.used':
    case 'change.reviewed':
    case 'instructions.kept':
    case 'policy.ruleKept':
    case 'question.asked':
    case 'question.answered':
    case 'effect.intended':
    case 'effect.failed':
    case 'process.ended':
    case 'snapshot.taken':
    case 'checkpoint.made':
    case 'restore.done':
    case 'restore.failed':
    case 'effect.doubted':
    case 'grant.given':
    case 'grant.revoked':
    case 'person.away':
    case 'isolation.prepared':
    case 'isolation.committed':
    case 'isolation.commitFailed':
    case 'isolation.ended':
    case 'acceptance.checked':
    case 'limit.warned':
    case 'plan.submitted':
    case 'plan.asked':
    case 'plan.edited':
    case 'plan.rejected':
    case 'plan.accepted':
    case 'tests.checked':
    case 'tests.fell':
    case 'step.completed':
    case 'review.started':
    case 'review.finished':
    case 'review.held':
    case 'finding.fixed':
    case 'finding.waived':
    case 'limit.reached':
    case 'limit.raised':
    case 'rule.nudged':
    case 'rule.stopped':
    case 'stop.requested':
    case 'run.ended':
      break;
  }
  return state;
}

/** The person's words that wait are told in any case; results wait for as long as their calls are still shown. */
function compact(state: State, { how, upTo, text, block }: EventOf<'context.compacted'>): void {
  if (how === 'cleared') {
    const messages = cleared(state.messages, state.marks, upTo);
    const changed = messages.findIndex((message, index) => message !== state.messages[index]);
    Object.assign(state, changed === -1 ? {} : withoutThinking(messages, state.marks, changed));
    return;
  }
  const from = state.marks.findIndex((mark, index) => mark > upTo && state.messages[index]?.role === 'assistant');
  const kept = from === -1 ? [] : state.messages.slice(from);
  const marks = from === -1 ? [] : state.marks.slice(from);
  if (from === -1) state.results = [];
  const summary: UserBlock = { type: 'text', text };
  if (block !== undefined) {
    // Nothing may come between the server's summary and the turns after it, so the facts come with what is said next.
    state.context.unshift(summary);
    state.messages = [{ role: 'assistant', content: [block] }, ...kept];
    state.marks = [upTo, ...marks];
  } else if (kept.length === 0) {
    state.context.unshift(summary);
    state.messages = [];
    state.marks = [];
  } else Object.assign(state, withoutThinking([{ role: 'user', content: [summary] }, ...kept], [upTo, ...marks], 1));
}

/** The digest of no file. */
const unread: Digest = '0'.repeat(64);

/** A raw path's bytes as text. */
function textOf(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}
