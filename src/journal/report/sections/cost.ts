import { noUsage, type Usage } from '../../../protocol/budget.ts';
import { type RunSummary, spentAtMost } from '../../fold.ts';
import type { Role, Summaries } from '../costs.ts';
import { count, duration, type Section, times } from '../words.ts';

export const cost: Section = report => {
  const { turns, usage, usd, held, toolCalls, asks, denials, modelMs, effectMs, cpuMs } = report.summary;
  const roles = report.costs.length < 2 ? [] : report.costs;
  return [
    '## Cost',
    '',
    `- ${count(turns, 'turn')}, ${count(toolCalls, 'tool call')}, ${count(asks, 'question')}, ${count(denials, 'refusal')}`,
    `- Tokens: ${tokens(usage)}`,
    `- Price: ${usd === null ? 'unknown (a call has no known price)' : dollars(usd)}`,
    ...(held.length === 0 ? [] : [`- Cut off, and perhaps used as well: ${open(report.summary)}`]),
    ...roles.map(
      each =>
        `  - ${names[each.role]}: ${each.usd === null ? 'price unknown' : dollars(each.usd)}, ${count(each.calls, 'call')}, ${each.usage.input + each.usage.cacheRead + each.usage.cacheWrite} tokens in, ${each.usage.output} out`,
    ),
    ...summed(report.summaries),
    `- Time: ${duration(modelMs)} in the model, ${duration(effectMs)} in effects${cpuMs > 0 ? `; ${duration(cpuMs)} of processor time in commands` : ''}`,
  ].join('\n');
};

/** How the conversation was kept within the model's window; nothing where it always fitted. */
function summed({ cleared, journal, server, usd }: Summaries): string[] {
  const ways = [
    ...(cleared > 0 ? [`old output left out ${times(cleared)}`] : []),
    ...(journal > 0 ? [`summed up from the journal ${times(journal)}`] : []),
    ...(server > 0 ? [`summed up by the model’s server ${times(server)}`] : []),
  ];
  const price = usd === 0 ? '' : ` (${usd === null ? 'price unknown' : dollars(usd)}, counted above)`;
  return ways.length === 0 ? [] : [`- Long conversation: ${ways.join(', ')}${price}`];
}

const names: Record<Role, string> = {
  planner: 'Planner',
  executor: 'Executor',
  gate: 'Review of single effects',
  reviewer: 'Review of the diff',
};

/** Of calls whose end nobody knows, at most. */
function open(summary: RunSummary): string {
  const most = spentAtMost({ ...summary, usage: noUsage, usd: 0 });
  return `${tokens(most.usage)}${most.usd === null ? '' : ` (${dollars(most.usd)})`}`;
}

function tokens({ input, output, cacheRead, cacheWrite }: Usage): string {
  return `${input} in, ${output} out, ${cacheRead} read from the cache, ${cacheWrite} written to it`;
}

function dollars(usd: number): string {
  return `$${usd.toFixed(4)}`;
}
