import type { CompactionFailure, EventOf } from '../protocol/event.ts';
import { dollars } from './limitWords.ts';

const thousands = (tokens: number): string => (tokens < 1000 ? `${tokens}` : `${Math.round(tokens / 1000)},000`);

/** What a person is told when the conversation was made shorter. */
export function compactedSentence(event: EventOf<'context.compacted'>): string {
  const { how, why, tokensBefore, tokensAfter, block, usd = null } = event;
  const done =
    how === 'cleared'
      ? 'old output of tools is no longer sent'
      : block === undefined
        ? 'its older part is now a summary from the journal; your own words stay'
        : 'its older part is now a summary by the model’s server, with the facts of the journal and your own words beside it';
  const price =
    block === undefined ? '' : usd === null ? '; its price is not known' : `; the summary cost ${dollars(usd)}`;
  return `${causes[why]}, so ${done} (about ${thousands(tokensBefore)} tokens before, ${thousands(tokensAfter)} now${price}).`;
}

const causes: { [W in EventOf<'context.compacted'>['why']]: string } = {
  window: 'The conversation grew long',
  refused: 'The conversation was too long for the model',
  block: 'The model’s server did not take its own summary back',
};

/** Why it is not summed up by the server. */
export function compactionFailedSentence({ why, failure }: EventOf<'compaction.failed'>): string {
  const because = failureSentences[why];
  return `${because}${why === 'failed' && failure !== null ? ` (${failure.code})` : ''}, so Gatehouse makes one from the journal.`;
}

const failureSentences: { [W in CompactionFailure]: string } = {
  notOffered: 'The model’s server offers no summary of the conversation',
  none: 'The model’s server made no summary of the conversation',
  orders: 'The summary by the model’s server reads like orders and is not used',
  secret: 'The summary by the model’s server holds a secret and is not used',
  limit: 'The limits leave too little for a summary by the model’s server',
  failed: 'The model’s server could not be asked for a summary',
};
