import type { RunEvent } from '../protocol/event.ts';

const surfaces: Readonly<Record<string, string | undefined>> = {
  panel: ' in the panel',
  notification: ' from a notification',
  terminal: ' in a terminal',
  editor: ' in the editor',
};

/** What became of a question that somebody answers too late. */
export function decidedSentence(events: readonly RunEvent[], question: string): string {
  const at = events.findIndex(event => event.kind === 'question.answered' && event.question === question);
  const answered = events[at];
  if (answered?.kind !== 'question.answered')
    return 'That question was withdrawn before: the run was stopped or has ended.';
  const decided = events.slice(at).find(event => event.kind === 'effect.decided' && event.effect === answered.effect);
  const by = decided?.kind === 'effect.decided' ? decided.decision.by : null;
  const where = by?.type === 'person' ? (surfaces[by.surface] ?? '') : '';
  return `That was decided before: you ${answered.answer.verdict === 'allow' ? 'allowed it' : 'said no'}${where}.`;
}
