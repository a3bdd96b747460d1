import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Answered, Approver, DenialsQuestion, PersonQuestion, PlanQuestion, Question } from '../ports/approver.ts';
import type { Command, CommandOf } from '../protocol/command.ts';
import type { DenialsAnswer } from '../protocol/denials.ts';
import type { Live } from '../protocol/event.ts';
import type { PlanAnswer } from '../protocol/plan.ts';

/** What answers a question. */
export type AnswerCommand = CommandOf<'answer' | 'answerDenials' | 'answerPlan' | 'answerAsked'>;

/**
 * Where open questions lie. The host's own approver and an answering command with the question's nonce race; the first
 * answer wins and every later one is told that it is late.
 */
export interface Desk extends Approver {
  askDenials(question: DenialsQuestion, signal: AbortSignal): Promise<DenialsAnswer | null>;
  askPlan(question: PlanQuestion, signal: AbortSignal): Promise<PlanAnswer | null>;
  askPerson(question: PersonQuestion, signal: AbortSignal): Promise<string | null>;
  answer(command: AnswerCommand): 'taken' | 'late' | 'refused';
}

export function isAnswer(command: Command): command is AnswerCommand {
  const { type } = command;
  return type === 'answer' || type === 'answerDenials' || type === 'answerPlan' || type === 'answerAsked';
}

/** An open question; a command of the other kind than it takes settles nothing. */
interface Open {
  nonce: string;
  take(command: AnswerCommand): boolean;
}

export function createDesk(host: Approver, emit: (live: Live) => void): Desk {
  const open = new Map<string, Open>();

  async function lay<A>(
    id: string,
    signal: AbortSignal,
    steps: {
      show(nonce: string): void;
      host(signal: AbortSignal): Promise<A | null>;
      understand(command: AnswerCommand): A | null;
    },
  ): Promise<A | null> {
    const nonce = randomBytes(16).toString('hex');
    const withdrawn = new AbortController();
    const both = AbortSignal.any([signal, withdrawn.signal]);
    try {
      return await new Promise<A | null>((resolve, reject) => {
        if (signal.aborted) return resolve(null);
        signal.addEventListener('abort', () => resolve(null), { once: true });
        open.set(id, {
          nonce,
          take(command) {
            const answer = steps.understand(command);
            if (answer !== null) resolve(answer);
            return answer !== null;
          },
        });
        steps.show(nonce);
        steps.host(both).then(resolve, reject);
      });
    } finally {
      open.delete(id);
      withdrawn.abort();
      emit({ type: 'questionClosed', question: id });
    }
  }

  return {
    ask: (question: Question, signal): Promise<Answered | null> =>
      lay<Answered>(question.id, signal, {
        show: nonce => emit({ type: 'question', question: question.id, effect: question.effect, nonce }),
        host: both => host.ask(question, both),
        understand: command => (command.type === 'answer' ? { answer: command.answer, surface: 'panel' } : null),
      }),

    askDenials: (question, signal) =>
      lay<DenialsAnswer>(question.id, signal, {
        show: nonce => emit({ type: 'denials', question: question.id, nonce }),
        host: async both => (await host.askDenials?.(question, both)) ?? null,
        understand: command => (command.type === 'answerDenials' ? command.answer : null),
      }),

    askPlan: (question, signal) =>
      lay<PlanAnswer>(question.id, signal, {
        show: nonce => emit({ type: 'plan', question: question.id, nonce }),
        host: async both => (await host.askPlan?.(question, both)) ?? null,
        understand: command => (command.type === 'answerPlan' ? command.answer : null),
      }),

    askPerson: (question, signal) =>
      lay<string>(question.id, signal, {
        show: nonce => emit({ type: 'asked', question: question.id, nonce }),
        host: async both => (await host.askPerson?.(question, both)) ?? null,
        understand: command => (command.type === 'answerAsked' ? command.text : null),
      }),

    answer(command) {
      const waiting = open.get(command.question);
      if (waiting === undefined) return 'late';
      if (!equal(waiting.nonce, command.nonce) || !waiting.take(command)) return 'refused';
      open.delete(command.question);
      return 'taken';
    },
  };
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
