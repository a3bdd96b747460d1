import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Answered, Approver, Question } from '../ports/approver.ts';
import type { CommandOf } from '../protocol/command.ts';
import type { Live } from '../protocol/event.ts';

/**
 * Where open questions lie. The host's own approver and an `answer` command with the question's nonce race; the first
 * answer wins and every later one is told that it is late.
 */
export interface Desk extends Approver {
  answer(command: CommandOf<'answer'>): 'taken' | 'late' | 'refused';
}

export function createDesk(host: Approver, emit: (live: Live) => void): Desk {
  const open = new Map<string, { nonce: string; settle(answered: Answered): void }>();

  return {
    async ask(question: Question, signal: AbortSignal): Promise<Answered | null> {
      const nonce = randomBytes(16).toString('hex');
      const withdrawn = new AbortController();
      const both = AbortSignal.any([signal, withdrawn.signal]);
      try {
        return await new Promise<Answered | null>((resolve, reject) => {
          if (signal.aborted) return resolve(null);
          signal.addEventListener('abort', () => resolve(null), { once: true });
          open.set(question.id, { nonce, settle: resolve });
          emit({ type: 'question', question: question.id, effect: question.effect, nonce });
          host.ask(question, both).then(resolve, reject);
        });
      } finally {
        open.delete(question.id);
        withdrawn.abort();
        emit({ type: 'questionClosed', question: question.id });
      }
    },

    answer(command) {
      const waiting = open.get(command.question);
      if (waiting === undefined) return 'late';
      if (!equal(waiting.nonce, command.nonce)) return 'refused';
      open.delete(command.question);
      waiting.settle({ answer: command.answer, surface: 'panel' });
      return 'taken';
    },
  };
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
