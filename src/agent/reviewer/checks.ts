import { subjectOf } from '../../gate/subject.ts';
import type { Judge } from '../../policy/decide.ts';
import type { Finding } from '../../protocol/assessment.ts';
import {
  distinctFindings,
  type FindingKind,
  isGraver,
  type ReviewFinding,
  type Severity,
} from '../../protocol/diffReview.ts';
import { assessEdit } from '../../risk/edits.ts';
import type { Facts } from '../../risk/facts.ts';
import { findSecrets } from '../../risk/secrets.ts';
import type { DiffFile } from './diff.ts';
import { findingId } from './findingId.ts';
import { linesOf, secretLines } from './places.ts';
import { hiddenFromChecks } from './unreadable.ts';

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
  // Two rules may see the same thing.
  return distinctFindings([...files.flatMap(file => checkFile(file, deps)), ...hiddenFromChecks(files)]);
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
    const { lines, ...at } = kind === 'secret' ? secretLines(file) : linesOf(file, code, severity);
    const basis = [code, ...lines].join('\n');
    const softened = approved?.(file.path, code) === true && severity === 'blocking' ? 'warning' : severity;
    found.push(
      finding({ file: file.path, category: kind, severity: softened, ...at, sentence: say(code, args), basis }),
    );
  }
  const { outcome, by } = policy.decide(subjectOf({ kind: 'edit', ...effectParts(path) }, assessment));
  if (by !== null && (outcome === 'deny' || outcome === 'halt')) {
    const category = by.when.paths === undefined ? 'policy' : 'forbidden-path';
    const because = by.because === undefined ? '' : ` ${by.because}`;
    const sentence = `The rule ${by.id} forbids this change.${because}`;
    found.push(
      finding({ file: file.path, category, severity: 'blocking', line: null, evidence: '', sentence, basis: by.id }),
    );
  }
  // Rules of the risk that see the same thing may take it for more or less grave.
  return found.filter(({ sentence, severity }) =>
    found.every(other => other.sentence !== sentence || !isGraver(other.severity, severity)),
  );
}

/** What a rule looks at is the kind and the path; the rest of an effect is not there any more. */
function effectParts(path: string) {
  const blob = { sha256: '0'.repeat(64), bytes: 0 };
  return { path, base: blob, next: blob, patch: '', added: 0, removed: 0 };
}

function finding({ basis, ...rest }: Omit<ReviewFinding, 'id' | 'by'> & { basis: string }): ReviewFinding {
  return { id: findingId('static', rest.file, rest.category, basis), ...rest, by: 'static' };
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
