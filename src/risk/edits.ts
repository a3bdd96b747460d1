import { basename } from 'node:path/posix';
import { type Assessed, conclude } from './assess.ts';
import type { Finding } from './assessment.ts';
import { hiddenText } from './edits/hidden.ts';
import { interfaceChanges } from './edits/interface.ts';
import { addedLines } from './edits/lines.ts';
import { manifestChanges } from './edits/manifest.ts';
import { patternChanges } from './edits/patterns.ts';
import { testChanges } from './edits/tests.ts';
import type { Facts } from './facts.ts';
import { add, newLedger, settleClaim } from './findings.ts';
import { isTest, pathTraits, systemPlace } from './paths.ts';
import { literal } from './shell/word.ts';

/** An edit as the classifier sees it. `before` and `after` are the file's text; null where there is none, or where it is no text. */
export interface Edit {
  /** Absolute. */
  path: string;
  before: string | null;
  after: string | null;
  /** Changed lines. */
  added: number;
  removed: number;
  /** The file goes away. Without it, no `after` means that what is written is no text. */
  deletesFile?: boolean;
}

export type FindSecrets = (text: string) => readonly { start: number; end: number; type: string }[];

/** More changed lines than this a person cannot take in at a glance; more than the second, hardly at all. */
const large = 400;
const huge = 1500;

/** Texts beyond this are not compared by pattern; they are large, and say so. */
const longest = 1_000_000;

/**
 * One file's change → what it may do and how bad that is. Judged are the file's name, the change's size, and what is in the
 * new text that was not in the old, or the other way round. Pure.
 */
export function assessEdit(edit: Edit, facts: Facts, findSecrets: FindSecrets): Assessed {
  const ledger = newLedger();
  const gone = edit.deletesFile === true;
  settleClaim(ledger, { does: gone ? 'delete' : 'write', path: literal(edit.path) }, [facts.root], facts);
  // An edit is made on this machine itself: its temporary folder is not the private one of a sandboxed command.
  if (facts.path(edit.path)?.inside === false && systemPlace(edit.path) === 'temporary')
    add(ledger, 'high', 'outside-workspace', 'write.outside', { path: edit.path });
  ledger.findings.push(...findingsOf(edit, facts));
  const secrets = secretsIn(edit, findSecrets);
  ledger.findings.push(...secrets);
  if (secrets.length > 0) ledger.footprint.secrets = true;
  return { assessment: conclude(ledger, { understood: true, parts: [] }), wants: [...ledger.wants.values()] };
}

function findingsOf(edit: Edit, facts: Facts): Finding[] {
  const { path } = edit;
  const name = path.startsWith(`${facts.root}/`) ? path.slice(facts.root.length + 1) : path;
  const findings = sizeOf(edit);
  if (isLockFile(path, facts))
    findings.push({ tier: 'high', category: 'lock-file', code: 'edit.lockFile', args: { path } });
  if (edit.after === null && edit.deletesFile !== true) {
    findings.push({ tier: 'medium', category: 'obscure', code: 'edit.notText', args: { path } });
    return findings;
  }
  const before = edit.before ?? '';
  const after = edit.after ?? '';
  if (isTest(name)) findings.push(...testChanges(name, edit.before, edit.deletesFile === true ? null : after));
  if (before.length > longest || after.length > longest) {
    findings.push({ tier: 'high', category: 'large', code: 'edit.tooLong', args: { path } });
    return findings;
  }
  findings.push(
    ...hiddenText(name, before, after),
    ...manifestChanges(basename(name), before, after),
    ...interfaceChanges(name, before, after),
    ...patternChanges(name, before, after),
  );
  return findings;
}

function sizeOf({ added, removed, path }: Edit): Finding[] {
  const lines = added + removed;
  if (lines > huge) return [{ tier: 'high', category: 'large', code: 'edit.huge', args: { path, lines } }];
  if (lines > large) return [{ tier: 'medium', category: 'large', code: 'edit.large', args: { path, lines } }];
  return [];
}

/** Written by package managers; a line changed by hand makes the next installation fetch something else. */
function isLockFile(path: string, facts: Facts): boolean {
  return pathTraits(path, facts).some(trait => trait.code === 'path.lockFile');
}

/** Secrets that stand in the new text and stood nowhere in the old. The finding names their kind, never themselves. */
function secretsIn({ before, after, path }: Edit, findSecrets: FindSecrets): Finding[] {
  if (after === null) return [];
  const fresh = addedLines(before ?? '', after).join('\n');
  if (fresh === '') return [];
  const types = new Set<string>();
  for (const { start, end, type } of findSecrets(after))
    if (before?.includes(after.slice(start, end)) !== true) types.add(type);
  return [...types].map(type => ({ tier: 'high', category: 'secret', code: 'edit.secret', args: { path, type } }));
}
