import { holdsBlock, isCompactionRequest, playCompaction, turnsCompacted } from './compaction.ts';
import { isDiffReview, isReview, playDiffReview, playReview } from './review.ts';
import { endLabel, type Fault, isJump, type Role, type Script, type Turn, type When } from './script.ts';
import type { Block, CreateMessage } from './wire.ts';

/** What the scripted model answers to one request, before ids and usage. */
export interface Play {
  /** Which turn of which role this is; null where the script had none to give. */
  turn: { role: string; index: number } | null;
  think: string | null;
  say: string | null;
  /** In the place of all else: what the conversation is summed up as. */
  summary?: { content: string; signature: string };
  calls: { tool: string; input: unknown }[];
  stop: string;
  faults: Fault[];
  delayMs: number;
  usage: NonNullable<Turn['usage']>;
}

/** The conversation as it stood when one answer was due. */
interface View {
  turn: number;
  user: string;
  results: Block[];
  request: CreateMessage;
}

interface State {
  position: number;
  played: number;
  captures: Record<string, string>;
  over: boolean;
}

/**
 * The next answer of the script. Where the script stands is found by playing it against the messages from their
 * beginning, so that a conversation can be resumed, branched, or go on beside others.
 */
export function play(script: Script, request: CreateMessage): Play {
  if (isCompactionRequest(request)) return playCompaction(script, request);
  if (isReview(request)) return playReview(script, request);
  if (isDiffReview(request)) return playDiffReview(script, request);
  const role = chooseRole(script, request);
  if (role === null) return remark('The script has no part for this system prompt.');
  const state: State = { position: 0, played: 0, captures: {}, over: false };
  const view: View = { turn: 1, user: '', results: [], request };
  for (let left = turnsBefore(request); left > 0; left -= 1) {
    step(role, state, view);
    view.turn += 1;
  }
  for (const { role: speaker, content } of request.messages) {
    if (speaker === 'assistant') {
      if (holdsBlock(content)) continue;
      step(role, state, view);
      view.turn += 1;
      continue;
    }
    const results = content.filter(block => block.type === 'tool_result');
    const texts = content.flatMap(block => (block.type === 'text' ? block.text : []));
    if (results.length > 0) view.results = results;
    if (texts.length > 0) view.user = texts.join('\n');
  }
  return step(role, state, view);
}

/**
 * Turns that a summary at the conversation's beginning stands for. What was said in them is gone, so that a script with
 * conditions on results goes on where it would be had none of them held.
 */
function turnsBefore({ messages }: CreateMessage): number {
  const [first] = messages;
  if (first?.role !== 'user') return turnsCompacted(messages) ?? 0;
  for (const block of first.content) {
    const turns = block.type === 'text' ? /^<earlier turns="(\d{1,6})">/.exec(block.text)?.[1] : undefined;
    if (turns !== undefined) return Number(turns);
  }
  return 0;
}

function chooseRole(script: Script, request: CreateMessage): Role | null {
  const { system = '' } = request;
  const prompt = typeof system === 'string' ? system : system.map(block => block.text).join('\n');
  return script.roles.find(role => prompt.includes(role.system)) ?? null;
}

/** Plays one turn and moves the state past it. */
function step(role: Role, state: State, view: View): Play {
  const index = state.over ? null : select(role, state, view);
  const turn = index === null ? undefined : role.turns[index];
  if (index === null || turn === undefined) {
    state.over = true;
    return remark('The script has no more turns.');
  }
  const missed = capture(turn, state, view);
  if (missed !== null) {
    state.over = true;
    return remark(`The script wanted to capture '${missed}' from the last tool result, and it is not there.`);
  }
  const answer = perform(role, index, turn, state.captures);
  state.played = index === state.position ? state.played + 1 : 1;
  const again = turn.repeat === 'forever' || state.played < (turn.repeat ?? 1);
  state.position = again ? index : turn.goto === undefined ? index + 1 : labelled(role, turn.goto);
  if (!again) state.played = 0;
  return answer;
}

/** The first turn from the current position on whose conditions hold, jumps followed. */
function select(role: Role, state: State, view: View): number | null {
  let jumps = 0;
  for (let index = state.position; index < role.turns.length; ) {
    const turn = role.turns[index];
    if (turn === undefined || !holds(turn.when, view)) {
      index += 1;
      continue;
    }
    if (!isJump(turn) || turn.goto === undefined) return index;
    jumps += 1;
    if (jumps > role.turns.length) return null;
    index = labelled(role, turn.goto);
  }
  return null;
}

function labelled(role: Role, label: string): number {
  if (label === endLabel) return role.turns.length;
  return role.turns.findIndex(turn => turn.label === label);
}

function holds(when: When | undefined, view: View): boolean {
  if (when === undefined) return true;
  const { result, user, turn, tool, model } = when;
  if (turn !== undefined && turn !== view.turn) return false;
  if (user !== undefined && !view.user.includes(user)) return false;
  if (model !== undefined && !view.request.model.includes(model)) return false;
  if (tool !== undefined && view.request.tools?.some(each => each.name === tool) !== true) return false;
  if (result === undefined) return true;
  const isError = view.results.some(block => block.type === 'tool_result' && block.is_error === true);
  if (result.isError !== undefined && result.isError !== isError) return false;
  if (result.contains === undefined && result.matches === undefined) return true;
  const text = resultText(view.results);
  if (result.contains !== undefined && !text.includes(result.contains)) return false;
  return result.matches === undefined || new RegExp(result.matches, 'm').test(text);
}

/** The name of the first capture that found nothing, or null. */
function capture(turn: Turn, state: State, view: View): string | null {
  for (const [name, source] of Object.entries(turn.capture ?? {})) {
    const found = new RegExp(source, 'm').exec(resultText(view.results));
    if (found === null) return name;
    state.captures[name] = found[1] ?? found[0];
  }
  return null;
}

function resultText(results: readonly Block[]): string {
  const texts: string[] = [];
  for (const block of results) {
    if (block.type !== 'tool_result' || block.content === undefined) continue;
    if (typeof block.content === 'string') texts.push(block.content);
    else for (const part of block.content) if (typeof part['text'] === 'string') texts.push(part['text']);
  }
  return texts.join('\n');
}

function perform(role: Role, index: number, turn: Turn, captures: Record<string, string>): Play {
  const calls = (turn.calls ?? []).map(({ tool, input }) => ({ tool, input: fill(input, captures) }));
  return {
    turn: { role: role.name, index },
    think: turn.think === undefined ? null : fillText(turn.think, captures),
    say: turn.say === undefined ? null : fillText(turn.say, captures),
    calls,
    stop: turn.stop ?? (calls.length > 0 ? 'tool_use' : 'end_turn'),
    faults: turn.fault ?? [],
    delayMs: turn.delayMs ?? 0,
    usage: turn.usage ?? {},
  };
}

function fill(value: unknown, captures: Record<string, string>): unknown {
  if (typeof value === 'string') return fillText(value, captures);
  if (Array.isArray(value)) return value.map(each => fill(each, captures));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, captures)]));
}

function fillText(text: string, captures: Record<string, string>): string {
  return text.replace(/\$\{capture\.(\w+)\}/g, (whole, name: string) => captures[name] ?? whole);
}

function remark(say: string): Play {
  return { turn: null, think: null, say, calls: [], stop: 'end_turn', faults: [], delayMs: 0, usage: {} };
}
