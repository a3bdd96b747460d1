import { createHash } from 'node:crypto';
import { subjectOf } from '../../gate/subject.ts';
import type { Judge } from '../../policy/decide.ts';
import type { Finding } from '../../protocol/assessment.ts';
import { type FindingKind, type ReviewFinding, type Severity, severities } from '../../protocol/diffReview.ts';
import { addedLines } from '../../risk/edits/lines.ts';
import { testChanges } from '../../risk/edits/tests.ts';
import { assessEdit } from '../../risk/edits.ts';
import type { Facts } from '../../risk/facts.ts';
import { findSecrets } from '../../risk/secrets.ts';
import type { DiffFile } from './diff.ts';

export interface CheckDeps {
  root: string;
  home: string;
  policy: Judge;
  /** The sentence for a code of the static risk. */
  say: (code: string, args: Readonly<Record<string, string | number>>) => string;
  /** Whether the person was asked about this very thing in this file and let it be. */
  approved?: (path: string, code: string) => boolean;
}

/** What can be told of a diff without any model. Each file is looked at as one edit from its first to its last state. */
export function checkDiff(files: readonly DiffFile[], deps: CheckDeps): ReviewFinding[] {
  const found = new Map<string, ReviewFinding>();
  for (const each of files.flatMap(file => checkFile(file, deps))) {
    const known = found.get(each.id);
    // Two rules may see the same thing.
    if (known === undefined || severities.indexOf(each.severity) < severities.indexOf(known.severity))
      found.set(each.id, each);
  }
  return [...found.values()];
}

/** What each of the risk's categories is to somebody who merges; the others were the gate's to ask about. */
const kinds: { [C in Finding['category']]?: FindingKind } = {
  secret: 'secret',
  'tests-weakened': 'weakened-tests',
  'checks-removed': 'security',
  'hidden-text': 'security',
};

function checkFile(file: DiffFile, { root, home, policy, say, approved }: CheckDeps): ReviewFinding[] {
  const path = `${root}/${file.path}`;
  const { before = null, after = null, added, removed } = file;
  const gone = file.after === null;
  const edit = { path, before, after, added, removed, ...(gone ? { deletesFile: true } : {}) };
  const { assessment } = assessEdit(edit, plainFacts(root, home), findSecrets);
  const found: ReviewFinding[] = [];
  for (const { category, tier, code, args } of assessment.findings) {
    const kind = kinds[category];
    if (kind === undefined) continue;
    const severity: Severity = tier === 'high' || tier === 'critical' ? 'blocking' : 'warning';
    const at = kind === 'secret' ? secretLine(file) : lineOf(file, code);
    const softened = approved?.(file.path, code) === true && severity === 'blocking' ? 'warning' : severity;
    found.push(
      finding({ file: file.path, category: kind, severity: softened, ...at, sentence: say(code, args), key: code }),
    );
  }
  const { outcome, by } = policy.decide(subjectOf({ kind: 'edit', ...effectParts(path) }, assessment));
  if (by !== null && (outcome === 'deny' || outcome === 'halt')) {
    const category = by.when.paths === undefined ? 'policy' : 'forbidden-path';
    const because = by.because === undefined ? '' : ` ${by.because}`;
    const sentence = `The rule ${by.id} forbids this change.${because}`;
    found.push(
      finding({ file: file.path, category, severity: 'blocking', line: null, evidence: '', sentence, key: by.id }),
    );
  }
  return found;
}

/** What a rule looks at is the kind and the path; the rest of an effect is not there any more. */
function effectParts(path: string) {
  const blob = { sha256: '0'.repeat(64), bytes: 0 };
  return { path, base: blob, next: blob, patch: '', added: 0, removed: 0 };
}

function finding({ key, ...rest }: Omit<ReviewFinding, 'id' | 'by'> & { key: string }): ReviewFinding {
  return { id: findingId(rest.file, rest.category, `${key}\n${rest.evidence}`), ...rest, by: 'static' };
}

/** Equal for the same kind of thing that rests on the same text of the same file, wherever in it that stands. */
export function findingId(file: string, category: FindingKind, evidence: string): string {
  const words = evidence.replaceAll(/\s+/g, ' ').trim();
  return createHash('sha256')
    .update(JSON.stringify([file, category, words]))
    .digest('hex')
    .slice(0, 12);
}

interface At {
  line: number | null;
  evidence: string;
}

/** The line with the first secret that was not there before; the secret itself is never shown. */
function secretLine({ before, after }: DiffFile): At {
  const text = after ?? '';
  const span = findSecrets(text).find(({ start, end }) => before?.includes(text.slice(start, end)) !== true);
  if (span === undefined) return { line: null, evidence: '' };
  const shown = `${text.slice(0, span.start)}[secret]${text.slice(span.end)}`;
  const line = text.slice(0, span.start).split('\n').length;
  return { line, evidence: (shown.split('\n')[line - 1] ?? '').trim() };
}

/** The first new line that has by itself what the code says, else the first new line. */
function lineOf({ path, before, after }: DiffFile, code: string): At {
  const text = after ?? '';
  const fresh = new Set(addedLines(before ?? '', text));
  const lines = text.split('\n').map(line => line.trim());
  const own = lines.findIndex(line => fresh.has(line) && testChanges(path, '', line).some(each => each.code === code));
  const index = own >= 0 ? own : lines.findIndex(line => fresh.has(line));
  return index < 0 ? { line: null, evidence: '' } : { line: index + 1, evidence: lines[index] ?? '' };
}

/** The file is judged by its name and texts alone: where it stands now was the gate's question. */
function plainFacts(root: string, home: string): Facts {
  return {
    root,
    home,
    ownState: [],
    trustedHosts: new Set(),
    path: path => ({
      real: path,
      inside: path === root || path.startsWith(`${root}/`),
      kind: path === root ? 'directory' : 'file',
      held: 'tracked',
      links: 1,
    }),
    text: () => null,
    manifest: () => null,
  };
}
