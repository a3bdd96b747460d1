import type { Revised } from '../protocol/effect.ts';

const words: { [B in Revised['by'][number]]: string } = {
  person: 'You changed this edit before you allowed it, and the agent is told how.',
  disk: 'The file had changed since the edit was proposed.',
};

/** That an edit is not the one that was proposed first. */
export function revisedSentences(revised: Revised | undefined): string[] {
  return (revised?.by ?? []).map(by => words[by]);
}
