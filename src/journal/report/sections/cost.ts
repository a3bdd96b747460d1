import { count, duration, type Section } from '../words.ts';

export const cost: Section = report => {
  const { turns, usage, usd, toolCalls, asks, denials, modelMs, effectMs } = report.summary;
  const price = usd === null ? 'unknown (a call has no known price)' : `$${usd.toFixed(4)}`;
  return [
    '## Cost',
    '',
    `- ${count(turns, 'turn')}, ${count(toolCalls, 'tool call')}, ${count(asks, 'question')}, ${count(denials, 'refusal')}`,
    `- Tokens: ${usage.input} in, ${usage.output} out, ${usage.cacheRead} read from the cache, ${usage.cacheWrite} written to it`,
    `- Price: ${price}`,
    `- Time: ${duration(modelMs)} in the model, ${duration(effectMs)} in effects`,
  ].join('\n');
};
