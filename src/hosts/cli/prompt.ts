import type { Answered, Approver, DenialsQuestion, LimitQuestion, Question } from '../../ports/approver.ts';
import { type Answer, Mode } from '../../protocol/command.ts';
import type { DenialsAnswer } from '../../protocol/denials.ts';
import type { EditEffect, Effect } from '../../protocol/effect.ts';
import { asFailure } from '../../protocol/failure.ts';
import type { RuleCheck } from '../../protocol/panel.ts';
import { hidesChange } from '../change.ts';
import { limitFigures } from '../limitWords.ts';
import { sentenceFor } from '../sentences.ts';
import { converseRule } from './alwaysAllow.ts';
import { askFindingsAt } from './askFindings.ts';
import { askPersonAt, askPlanAt, type Talking } from './askPlan.ts';
import { denialKeys, denialLines, understandDenials } from './denials.ts';
import { counted } from './describe.ts';
import type { LineReader } from './lines.ts';
import type { Paint } from './paint.ts';
import { visible } from './plain.ts';
import { wrapped } from './prose.ts';
import { askedOf, explainLines, keysFor, letters, type Offered, subjectLines } from './question.ts';
import type { Terminal } from './terminal.ts';

/** How much of a command or diff is shown before the person asks to view it all. */
const shownLines = 60;
/** How much of it is shown at a time after that. */
const pageLines = 400;

export interface PromptSetup {
  lines: LineReader;
  terminal: Terminal;
  paint: Paint;
  width: number;
  /** The workspace's root, links resolved; paths are shown relative to it. */
  root(): string;
  /** The whole of a change, with nothing hidden or left out. */
  change(effect: EditEffect): Promise<string>;
  /** Whether what the run says is shown as it happens, so that a plan need not be shown again. */
  planSeen(): boolean;
  /** The text as the person edited it with their own editor; null where they have none. */
  edit(text: string, name: string): Promise<string | null>;
  /** Whether the input shows what is typed. Where it does not, the answer is written after the question. */
  echoes: boolean;
  /** Changes the mode of the run that asks. */
  setMode(mode: Mode): void;
  /** What is wrong with a rule before it is written; see `checkRule`. */
  checkRule(text: string, question: Question): Promise<RuleCheck>;
}

/**
 * Asks at the terminal, one question at a time, in the order they come. Only a line read after a question was shown
 * answers it; there is no default, and the end of the input means that nobody is there.
 */
export function createTerminalApprover(setup: PromptSetup): Approver {
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <A>(ask: () => Promise<A | null>): Promise<A | null> => {
    const mine = turn.then(ask);
    turn = mine.catch(() => null);
    return mine;
  };
  return {
    ask(question, signal) {
      return inTurn(() => askOne(signal, setup, () => converse(question, signal, setup)));
    },
    askLimit(question, signal) {
      return inTurn(() => askOne(signal, setup, () => converseLimit(question, signal, setup)));
    },
    askPlan(question, signal) {
      return inTurn(() => askOne(signal, setup, () => askPlanAt(question, talkingAt(setup, signal), setup.planSeen())));
    },
    askPerson(question, signal) {
      return inTurn(() =>
        askOne(signal, setup, () => askPersonAt(question, talkingAt(setup, signal), setup.planSeen())),
      );
    },
    askFindings(findings, signal) {
      return inTurn(() => askOne(signal, setup, () => askFindingsAt(findings, talkingAt(setup, signal))));
    },
    askDenials(question, signal) {
      return inTurn(() => askOne(signal, setup, () => converseDenials(question, signal, setup)));
    },
  };
}

function talkingAt(setup: PromptSetup, signal: AbortSignal): Talking {
  const { terminal, lines, paint, width } = setup;
  return {
    paint,
    width,
    note: rows => terminal.note(rows),
    read: prompt => read(prompt, signal, setup),
    edit: (text, name) => lines.lend(() => setup.edit(text, name)),
  };
}

/** Nobody answers: the gate refuses what it would have asked. */
export const nobody: Approver = { ask: () => Promise.resolve(null) };

async function askOne<A>(
  signal: AbortSignal,
  { lines }: PromptSetup,
  conversation: () => Promise<A | null>,
): Promise<A | null> {
  if (signal.aborted) return null;
  await lines.claim();
  try {
    return signal.aborted ? null : await conversation();
  } finally {
    lines.release();
  }
}

async function converse(question: Question, signal: AbortSignal, setup: PromptSetup): Promise<Answered | null> {
  const { terminal, paint, width } = setup;
  const asked = askedOf(question, setup.root(), paint, width, shownLines);
  const { lasting, ruleText } = question;
  const explained = question.assessment === null ? [] : explainLines(question.assessment, setup.root(), paint, width);
  const folder = lasting && !isCritical(question);
  const offered = { lasting, folder, rule: ruleText !== undefined, explain: explained.length > 0 };
  const answered = (answer: Answer): Answered => ({ answer, surface: 'terminal' });
  terminal.note(asked.lines);
  /** What is still to be seen; null before the person wanted to. */
  let rest: string[] | null = null;
  for (;;) {
    const line = await read(keysFor(viewLabel(asked.more, rest), offered, width), signal, setup);
    if (line === null) return null;
    const heard = understand(line);
    if (heard.type === 'answer' && mayAnswer(heard.answer, offered)) {
      const sure = heard.answer.verdict === 'deny' || (await isSure(isCritical(question), signal, setup));
      if (sure === null) return null;
      if (sure) return answered(heard.answer);
    } else if (heard.type === 'why') {
      const why = await read('Why? > ', signal, setup);
      return why === null ? null : answered(denial(why, heard.keep));
    } else if (heard.type === 'always' && ruleText !== undefined) {
      const given = await converseRule(question, ruleText, prompt => read(prompt, signal, setup), setup);
      if (given !== 'back') return given === null ? null : answered(given);
    } else if (heard.type === 'explain' && offered.explain) terminal.note(explained);
    else if (heard.type === 'mode') {
      if (heard.mode !== null) setup.setMode(heard.mode);
      const said = heard.mode === null ? 'Write m plan, m ask or m auto.' : 'That holds from the next action on.';
      terminal.note(wrapped(`${said} This question stands.`, '  ', width));
    } else if (heard.type === 'view') {
      rest = rest === null || rest.length === 0 ? await wholeOf(question.value, setup) : rest;
      terminal.note(rest.slice(0, pageLines));
      rest = rest.slice(pageLines);
    } else setup.terminal.note([`  Please answer ${letters(offered)}.`]);
  }
}

function mayAnswer(answer: Answer, { lasting, folder }: Offered): boolean {
  if (answer.verdict === 'deny' || answer.scope === undefined || answer.scope === 'once') return true;
  return answer.scope === 'run' ? lasting : folder;
}

const isCritical = ({ assessment }: Question): boolean => assessment?.tier === 'critical';

/** What is critical takes a second, whole word. null where nobody is there any more. */
async function isSure(critical: boolean, signal: AbortSignal, setup: PromptSetup): Promise<boolean | null> {
  if (!critical) return true;
  const line = await read('This is critical. Type yes in full to allow it > ', signal, setup);
  if (line === null) return null;
  if (line.trim().toLowerCase() === 'yes') return true;
  setup.terminal.note(['  It was not allowed; the question stands.']);
  return false;
}

async function converseDenials(
  question: DenialsQuestion,
  signal: AbortSignal,
  setup: PromptSetup,
): Promise<DenialsAnswer | null> {
  const { terminal, paint, width } = setup;
  terminal.note(denialLines(question, setup.root(), paint, width));
  for (;;) {
    const line = await read(denialKeys(question, width), signal, setup);
    if (line === null) return null;
    const answer = understandDenials(line, question);
    if (answer !== null) {
      const critical = question.items.some(({ effect, tier }) => tier === 'critical' && answer.allow.includes(effect));
      const sure = await isSure(critical, signal, setup);
      if (sure === null) return null;
      if (sure) return answer;
      continue;
    }
    terminal.note(['  Please answer a, n, the numbers of what to allow, or w and a sentence.']);
  }
}

async function converseLimit(question: LimitQuestion, signal: AbortSignal, setup: PromptSetup): Promise<number | null> {
  const { terminal, paint } = setup;
  const { allowed } = question;
  terminal.note(['', paint(['bold', 'cyan'], `? Go on with more than ${limitFigures[question.limit](allowed)}?`)]);
  for (;;) {
    const offer = `  The new limit, such as ${twice(allowed)} (it is ${allowed}), or nothing to end the run  > `;
    const line = await read(offer, signal, setup);
    if (line === null || line.trim() === '') return null;
    const to = newLimit(line, allowed);
    if (to !== null) return to;
    terminal.note([`  Please answer with a number above ${allowed}, or with + and how much more.`]);
  }
}

/** `12` sets it, `+12` adds to what is allowed, a `$` says nothing; null where that is no limit above it. */
function newLimit(line: string, allowed: number): number | null {
  const [, sign, figure] = /^(\+?)\s*\$?\s*(\d+(?:\.\d+)?|\.\d+)$/.exec(line.trim()) ?? [];
  if (figure === undefined) return null;
  const to = sign === '+' ? Number((allowed + Number(figure)).toPrecision(12)) : Number(figure);
  return to > allowed && Number.isFinite(to) ? to : null;
}

const twice = (allowed: number): number => Number((allowed * 2).toPrecision(12));

function viewLabel(more: boolean, rest: readonly string[] | null): string | null {
  if (rest === null) return more ? 'view it all' : null;
  return rest.length === 0 ? 'view it again' : `view on, ${counted(rest.length, 'more line')}`;
}

/** A change whose bytes cannot be had any more is shown as far as the effect itself tells it. */
async function wholeOf(effect: Effect, setup: PromptSetup): Promise<string[]> {
  if (effect.kind !== 'edit' || !hidesChange(effect.patch))
    return subjectLines(effect, null, setup.paint, setup.width, setup.root());
  try {
    return subjectLines(effect, await setup.change(effect), setup.paint, setup.width);
  } catch (error) {
    const why = visible(sentenceFor(asFailure(error)));
    return [`  The whole change cannot be shown. ${why}`, ...subjectLines(effect, null, setup.paint, setup.width)];
  }
}

type Heard =
  | { type: 'answer'; answer: Answer }
  | { type: 'why'; keep: boolean }
  | { type: 'view' }
  | { type: 'always' }
  | { type: 'explain' }
  /** null: it does not say which. */
  | { type: 'mode'; mode: Mode | null }
  | { type: 'unclear' };

/** `w` and `k` may be followed by the sentence at once: `w use the other file`. */
export function understand(line: string): Heard {
  const text = line.trim();
  const [, key = '', why] = /^([wk])\s+(\S.*)$/is.exec(text) ?? [];
  if (why !== undefined) return { type: 'answer', answer: denial(why, key.toLowerCase() === 'k') };
  const [, mode] = /^m\s+(\S+)$/i.exec(text) ?? [];
  if (mode !== undefined) return { type: 'mode', mode: Mode.safeParse(mode.toLowerCase()).data ?? null };
  switch (text.toLowerCase()) {
    case 'y':
    case 'yes':
      return { type: 'answer', answer: { verdict: 'allow' } };
    case 'r':
    case 'run':
      return { type: 'answer', answer: { verdict: 'allow', scope: 'run' } };
    case 'f':
    case 'folder':
      return { type: 'answer', answer: { verdict: 'allow', scope: 'workspace' } };
    case 'n':
    case 'no':
      return { type: 'answer', answer: { verdict: 'deny' } };
    case 'w':
    case 'k':
      return { type: 'why', keep: text.toLowerCase() === 'k' };
    case 'v':
      return { type: 'view' };
    case 'p':
      return { type: 'always' };
    case 'm':
      return { type: 'mode', mode: null };
    case 'e':
      return { type: 'explain' };
    default:
      return { type: 'unclear' };
  }
}

function denial(why: string, keep: boolean): Answer {
  if (why.trim() === '') return { verdict: 'deny' };
  return { verdict: 'deny', why: why.trim(), ...(keep ? { keep } : {}) };
}

async function read(prompt: string, signal: AbortSignal, setup: PromptSetup): Promise<string | null> {
  setup.terminal.prompt(prompt);
  const line = await setup.lines.next(signal);
  if (line === null) setup.terminal.note([signal.aborted ? '(withdrawn)' : '(nobody there)']);
  else setup.terminal.note(setup.echoes ? [] : [visible(line)]);
  return line;
}
