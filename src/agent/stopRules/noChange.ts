import type { StopRule } from './rule.ts';

/**
 * Turns in a row in which no file was changed, in a run that may change some. 40 is a fifth of the default limit of turns:
 * our judgement, not a measured optimum.
 */
export const noChange: StopRule = {
  limit: 40,
  find({ turn, changedAt, changesFiles, calls }, limit) {
    const turns = turn - changedAt;
    if (!changesFiles || turns < limit) return null;
    return { evidence: calls.slice(-3).map(({ seq }) => seq), args: { turns } };
  },
  nudge: {
    limit: 30,
    text: ({ args }) =>
      `You have changed nothing for ${args['turns']} turns. If you know what to do, do it; if the task asks for no change, give your answer; if something is missing, say what.`,
  },
};
