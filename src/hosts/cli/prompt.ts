import type { Answered, Approver, Question } from '../../ports/approver.ts';
import type { Answer } from '../../protocol/command.ts';
import type { LineReader } from './lines.ts';
import type { Paint } from './paint.ts';
import { visible } from './plain.ts';
import { type Asked, askedOf } from './question.ts';
import type { Terminal } from './terminal.ts';

/** How much of a command or diff is shown before the person is asked to view it all. */
const shownLines = 60;

export interface PromptSetup {
  lines: LineReader;
  terminal: Terminal;
  paint: Paint;
  width: number;
  /** The workspace's root, links resolved; paths are shown relative to it. */
  root(): string;
  /** Whether the input shows what is typed. Where it does not, the answer is written after the question. */
  echoes: boolean;
}

/**
 * Asks at the terminal, one question at a time, in the order they come. Only a line read after a question was shown
 * answers it; there is no default, and the end of the input means that nobody is there.
 */
export function createTerminalApprover(setup: PromptSetup): Approver {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    ask(question, signal) {
      const mine = turn.then(() => askOne(question, signal, setup));
      turn = mine.catch(() => null);
      return mine;
    },
  };
}

/** Nobody answers: the gate refuses what it would have asked. */
export const nobody: Approver = { ask: () => Promise.resolve(null) };

async function askOne(question: Question, signal: AbortSignal, setup: PromptSetup): Promise<Answered | null> {
  if (signal.aborted) return null;
  const { terminal, lines } = setup;
  const show = (most: number): Asked => {
    const asked = askedOf(question, setup.root(), setup.paint, setup.width, most);
    terminal.note(asked.lines);
    return asked;
  };
  await lines.claim();
  try {
    if (signal.aborted) return null;
    return await converse(signal, setup, show);
  } finally {
    lines.release();
  }
}

async function converse(
  signal: AbortSignal,
  setup: PromptSetup,
  show: (most: number) => Asked,
): Promise<Answered | null> {
  let asked = show(shownLines);
  for (;;) {
    const line = await read(asked.keys, signal, setup);
    if (line === null) return null;
    const heard = understand(line);
    if (heard.type === 'answer') return { answer: heard.answer, surface: 'terminal' };
    if (heard.type === 'why') {
      const why = await read('Why? > ', signal, setup);
      return why === null ? null : { answer: denial(why), surface: 'terminal' };
    }
    if (heard.type === 'view') asked = show(Number.POSITIVE_INFINITY);
    else setup.terminal.note(['  Please answer y, r, n or w.']);
  }
}

type Heard = { type: 'answer'; answer: Answer } | { type: 'why' } | { type: 'view' } | { type: 'unclear' };

/** `w` may be followed by the sentence at once: `w use the other file`. */
export function understand(line: string): Heard {
  const text = line.trim();
  const why = /^w\s+(\S.*)$/is.exec(text)?.[1];
  if (why !== undefined) return { type: 'answer', answer: denial(why) };
  switch (text.toLowerCase()) {
    case 'y':
    case 'yes':
      return { type: 'answer', answer: { verdict: 'allow' } };
    case 'r':
    case 'run':
      return { type: 'answer', answer: { verdict: 'allow', scope: 'run' } };
    case 'n':
    case 'no':
      return { type: 'answer', answer: { verdict: 'deny' } };
    case 'w':
      return { type: 'why' };
    case 'v':
      return { type: 'view' };
    default:
      return { type: 'unclear' };
  }
}

function denial(why: string): Answer {
  return why.trim() === '' ? { verdict: 'deny' } : { verdict: 'deny', why: why.trim() };
}

async function read(prompt: string, signal: AbortSignal, setup: PromptSetup): Promise<string | null> {
  setup.terminal.prompt(prompt);
  const line = await setup.lines.next(signal);
  if (line === null) setup.terminal.note([signal.aborted ? '(withdrawn)' : '(nobody there)']);
  else setup.terminal.note(setup.echoes ? [] : [visible(line)]);
  return line;
}
