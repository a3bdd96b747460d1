import type { DenialsQuestion, Question } from '../../ports/approver.ts';

/** The questions that wait for the person, with all that the gate told about them. */
export interface OpenQuestions {
  hold(question: Question | DenialsQuestion, signal: AbortSignal): void;
  get(question: string): Question | null;
  denials(question: string): DenialsQuestion | null;
}

export function createOpenQuestions(): OpenQuestions {
  const open = new Map<string, Question | DenialsQuestion>();
  const find = (id: string): Question | DenialsQuestion | null => open.get(id) ?? null;
  return {
    hold(question, signal) {
      if (signal.aborted) return;
      open.set(question.id, question);
      signal.addEventListener('abort', () => open.delete(question.id), { once: true });
    },
    get(id) {
      const found = find(id);
      return found !== null && 'value' in found ? found : null;
    },
    denials(id) {
      const found = find(id);
      return found !== null && 'items' in found ? found : null;
    },
  };
}
