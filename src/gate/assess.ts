import type { Target } from '../ports/reviewer.ts';
import type { Assessment } from '../protocol/assessment.ts';
import type { Effect, EffectOf } from '../protocol/effect.ts';
import { type Assessed, assessCommand, type CommandReader, conclude } from '../risk/assess.ts';
import { assessEdit } from '../risk/edits.ts';
import type { Facts } from '../risk/facts.ts';
import { assessFetch } from '../risk/fetch/assess.ts';
import { add, newLedger, settleClaim } from '../risk/findings.ts';
import { within } from '../risk/lookup.ts';
import { systemPlace } from '../risk/paths.ts';
import { assessPush } from '../risk/push.ts';
import { assessRestore } from '../risk/restore.ts';
import { findSecrets } from '../risk/secrets.ts';
import { literal } from '../risk/shell/word.ts';
import { askWithFacts, type FactsSources } from './factsSource.ts';
import { type Seen, watching } from './seen.ts';
import { targetsOf } from './targets.ts';

/** What an edit changes, as text; null where there was or will be none, or where it is no text. */
export interface EditTexts {
  before: string | null;
  after: string | null;
}

export interface AssessDeps {
  /**
   * Loaded when the first command comes: a run that only reads and edits never needs the grammar. `text` is the command,
   * which may need another one.
   */
  reader(text?: string): Promise<CommandReader>;
  facts: FactsSources;
  texts(effect: EffectOf<'edit'>): Promise<EditTexts>;
}

/** The static risk of one effect, with the facts that it asks for gathered on the way, all of this moment. */
export async function assessEffect(effect: Effect, deps: AssessDeps): Promise<EffectAssessed> {
  const assess = await assessorOf(effect, deps);
  const watched = watching(deps.facts.begin());
  const { source } = watched;
  const { assessment, written = [] } = await askWithFacts(source, assess);
  const parts = assessment.parts.map((part, i) => ({ ...part, text: written[i] ?? part.text }));
  return {
    assessment,
    recorded: { ...assessment, parts },
    seen: watched.seen(),
    folders: foldersOf(assessment, source.facts()),
    targets: targetsOf(assessment, source.facts(), watched.looked()),
  };
}

export interface EffectAssessed {
  assessment: Assessment;
  /** The same as the journal may hold it: words as they were written, without what variables would make of them. */
  recorded: Assessment;
  /** The scripts and lists of tasks that were read for it. */
  seen: readonly Seen[];
  /** The paths of its footprint that are folders, and so stand for all below them. */
  folders: readonly string[];
  targets: readonly Target[];
}

/** The paths of a footprint that are folders. */
export function foldersOf({ footprint }: Assessment, facts: Facts): string[] {
  const { reads, writes, deletes } = footprint;
  return [...new Set([...reads, ...writes, ...deletes])].filter(
    path => path === facts.root || facts.path(path)?.kind === 'directory',
  );
}

async function assessorOf(effect: Effect, deps: AssessDeps): Promise<(facts: Facts) => Assessed> {
  switch (effect.kind) {
    case 'exec': {
      const reader = await deps.reader(effect.command);
      return facts => assessCommand(reader, effect, facts);
    }
    case 'push': {
      const reader = await deps.reader();
      return facts => assessPush(reader, effect, facts);
    }
    case 'edit': {
      const texts = await deps.texts(effect);
      return facts => assessEdit({ ...effect, ...texts }, facts, findSecrets);
    }
    case 'fetch':
      return facts => assessFetch(effect, facts);
    case 'restore':
      return facts => assessRestore(effect, facts);
    case 'read':
      return facts => looking(effect.path, facts);
    case 'search':
      return facts => looking(effect.root, facts);
    case 'diagnostics':
      return facts => looking(effect.path ?? null, facts);
  }
}

function looking(path: string | null, facts: Facts): Assessed {
  const ledger = newLedger();
  if (path !== null) settleClaim(ledger, { does: 'read', path: literal(path) }, [facts.root], facts);
  // Looking is done on this machine itself, whose temporary folder others use as well.
  if (path !== null && isOthersTemporary(path, facts))
    add(ledger, 'medium', 'outside-workspace', 'read.outside', { path });
  return {
    assessment: conclude(ledger, { understood: true, parts: [] }),
    wants: [...ledger.wants.values()],
  };
}

function isOthersTemporary(path: string, facts: Facts): boolean {
  const own = facts.ownOutput !== undefined && within(path, facts.ownOutput);
  return !own && facts.path(path)?.inside === false && systemPlace(path) === 'temporary';
}
