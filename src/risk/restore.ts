import type { RestoreEffect } from '../protocol/effect.ts';
import { type Assessed, conclude } from './assess.ts';
import type { Facts } from './facts.ts';
import { add, newLedger, settleClaim } from './findings.ts';
import { literal } from './shell/word.ts';

/** Said of every file that is deleted: what the run itself made may go without it. */
const ofDeletions = new Set(['delete.held', 'tests.deleted']);

/**
 * A restore is low where it takes back what the run itself did. Each of its paths is judged as an edit of that path is;
 * of their content nothing, for it stood there before. Pure.
 */
export function assessRestore(effect: RestoreEffect, facts: Facts): Assessed {
  const { files, conflicts, own, person, checkpoint } = effect;
  const ledger = newLedger();
  for (const { path, change } of files)
    settleClaim(ledger, { does: change === 'removed' ? 'delete' : 'write', path: literal(path) }, [facts.root], facts);
  ledger.findings = ledger.findings.filter(finding => !own || !ofDeletions.has(finding.code));
  const removed = files.filter(({ change }) => change === 'removed').length;
  if (removed > 0) add(ledger, 'low', 'deletion', 'restore.removes', { files: removed });
  if (!own && person) add(ledger, 'high', 'edit', 'restore.overPerson', { checkpoint });
  else if (!own) add(ledger, 'medium', 'edit', 'restore.again', { checkpoint });
  const merged = files.find(file => file.merged);
  if (merged !== undefined) add(ledger, 'medium', 'edit', 'restore.merges', { path: merged.path });
  const [left] = conflicts;
  if (left !== undefined) add(ledger, 'medium', 'edit', 'restore.leaves', { path: left, files: conflicts.length });
  return { assessment: conclude(ledger, { understood: true, parts: [] }), wants: [...ledger.wants.values()] };
}
