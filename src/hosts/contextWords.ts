import type { EventOf } from '../protocol/event.ts';

const thousands = (tokens: number): string => (tokens < 1000 ? `${tokens}` : `${Math.round(tokens / 1000)},000`);

/** What a person is told when the conversation was made shorter. */
export function compactedSentence({ how, why, tokensBefore, tokensAfter }: EventOf<'context.compacted'>): string {
  const cause = why === 'refused' ? 'The conversation was too long for the model' : 'The conversation grew long';
  const done =
    how === 'cleared'
      ? 'old output of tools is no longer sent'
      : 'its older part is now a summary from the journal; your own words stay';
  return `${cause}, so ${done} (about ${thousands(tokensBefore)} tokens before, ${thousands(tokensAfter)} now).`;
}
