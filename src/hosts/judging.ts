import { openFacts } from '../effects/facts/facts.ts';
import { LedPaths } from '../effects/git/led.ts';
import type { GitReader } from '../effects/git/neutral.ts';
import type { AssessDeps, EditTexts } from '../gate/assess.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { BlobRef, EffectOf } from '../protocol/effect.ts';
import type { CommandReader } from '../risk/assess.ts';

export interface JudgingSetup {
  root: string;
  home: string;
  ownState: readonly string[];
  /** The part of it that holds the run's own command logs, which it may read. */
  ownOutput: string;
  /** The part of it that holds the run's worktree and nothing else, where it has one of its own. */
  ownWorktree?: string;
  git: GitReader | null;
  trustedHosts: ReadonlySet<string>;
  blobs: Blobs;
  reader(text?: string): Promise<CommandReader>;
}

/** What the gate judges by: the classifier, facts about this workspace, and the texts of edits. */
export function judging(setup: JudgingSetup): AssessDeps {
  const { root, home, ownState, ownOutput, ownWorktree, git, trustedHosts, blobs } = setup;
  const led = new LedPaths({ root, home, git });
  return {
    reader: text => setup.reader(text),
    facts: openFacts({
      root,
      home,
      ownState,
      ownOutput,
      ...(ownWorktree === undefined ? {} : { ownWorktree }),
      git,
      trustedHosts,
      led: () => led.find(),
    }),
    texts: effect => editTexts(effect, blobs),
  };
}

async function editTexts(effect: EffectOf<'edit'>, blobs: Blobs): Promise<EditTexts> {
  const [before, after] = await Promise.all([textOf(effect.base, blobs), textOf(effect.next, blobs)]);
  return { before, after };
}

/** null for bytes that are no UTF-8 text. */
async function textOf(ref: BlobRef | null, blobs: Blobs): Promise<string | null> {
  if (ref === null) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await blobs.get(ref));
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
