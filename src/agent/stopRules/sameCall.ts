import type { StopRule } from './rule.ts';
import type { StoryCall } from './story.ts';

/**
 * Identical calls with identical results, one after the other, or two that take turns. OpenHands' stuck detector stops at
 * 4 equal pairs of action and observation and at 6 steps of two that alternate; Gemini CLI at 5 equal calls.
 */
export const sameCall: StopRule = {
  limit: 4,
  find({ calls }, limit) {
    for (const period of [1, 2]) {
      // One call repeats nothing, however low the threshold was set.
      const needed = period === 1 ? Math.max(2, limit) : Math.max(4, limit + 2);
      const last = calls.slice(-needed);
      const first = last[0];
      if (first === undefined || last.length < needed) continue;
      if (!last.every((call, index) => same(call, last[index % period]))) continue;
      const times = Math.floor(needed / period);
      return { evidence: last.map(({ seq }) => seq), args: { times, tool: first.tool } };
    }
    return null;
  },
  nudge: {
    limit: 3,
    text: ({ args }) =>
      `You have made the same ${args['tool']} call ${args['times']} times, and it gave the same each time. It will again: do something else, or say what keeps you from it.`,
  },
};

function same(call: StoryCall, other: StoryCall | undefined): boolean {
  return call.tool === other?.tool && call.asked === other.asked && call.answer === other.answer;
}
