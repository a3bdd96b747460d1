import { duration, plural } from './describe.ts';

/** How the person answered so far. Times in ms, in the order of the answers. */
export interface Answers {
  allowed: number;
  /** Allowed within two seconds of being asked. */
  quick: number;
  times: readonly number[];
}

export const noAnswers: Answers = { allowed: 0, quick: 0, times: [] };

/** An answer faster than this (ms) was hardly read. */
const quickMs = 2000;

export function addAnswer(answers: Answers, allowed: boolean, ms: number): Answers {
  return {
    allowed: answers.allowed + (allowed ? 1 : 0),
    quick: answers.quick + (allowed && ms <= quickMs ? 1 : 0),
    times: [...answers.times, ms],
  };
}

/** `You answered 7 questions, half of them within 4 s, and allowed 5; 3 of those within two seconds.`; empty for none. */
export function answersWords({ allowed, quick, times }: Answers): string {
  if (times.length === 0) return '';
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const pace = times.length === 1 ? `after ${duration(median)}` : `half of them within ${duration(median)}`;
  const hasty = quick === 0 ? '' : `; ${quick === allowed ? 'all' : quick} of those within two seconds`;
  return `You answered ${plural(times.length, 'question')}, ${pace}, and allowed ${allowed}${hasty}.`;
}
