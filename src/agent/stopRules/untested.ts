import type { StopRule } from './rule.ts';

/** Files that hold code, by the ending of their names. */
const code =
  /\.(?:[cm]?[jt]sx?|vue|svelte|py|go|rs|java|kts?|cs|rb|php|swift|scala|c|cc|cpp|h|hpp|m|ex|exs|dart|lua)$/i;

/**
 * Edits of code before tests were run for the first time after one; a look at the tests before any tells nothing of
 * them. Told at 8, which is one small feature; at 20 nobody knows any more which edit broke what. Our judgement.
 */
export const untested: StopRule = {
  limit: 20,
  find({ changes, tested }, limit) {
    const edits = changes.filter(({ kind, path }) => kind === 'edit' && code.test(path));
    if (tested || edits.length < limit) return null;
    return { evidence: edits.map(({ seq }) => seq), args: { edits: edits.length } };
  },
  nudge: {
    limit: 8,
    text: ({ args }) =>
      `You have made ${args['edits']} edits of code and run no test since. Run the project's tests now, or, where there are none, a command that shows that your changes work.`,
  },
};
