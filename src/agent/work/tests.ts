import type { AcceptanceResult, TestCounts } from '../../protocol/acceptance.ts';

/** What a check said of itself, as far as it could be read. */
export type Figures = Pick<AcceptanceResult, 'tests' | 'coverage' | 'findings'>;

/** Fewer tests, or less coverage, than the same command showed before. */
export interface Fall {
  measure: 'tests' | 'coverage';
  before: number;
  after: number;
}

/** Coverage differs by rounding and by lines that moved; less than this (per cent of lines) is none. */
const noise = 0.1;

/** What fell since the last run of the same command that could be read. Skipped tests count as none. */
export function fallsSince(before: readonly AcceptanceResult[], now: AcceptanceResult): Fall[] {
  const last = before.filter(({ command }) => command === now.command);
  const counts = last.findLast(({ tests }) => tests !== undefined)?.tests;
  const covered = last.findLast(({ coverage }) => coverage !== undefined)?.coverage;
  const falls: Fall[] = [];
  if (counts !== undefined && now.tests !== undefined && ran(now.tests) < ran(counts))
    falls.push({ measure: 'tests', before: ran(counts), after: ran(now.tests) });
  if (covered !== undefined && now.coverage !== undefined && now.coverage < covered - noise)
    falls.push({ measure: 'coverage', before: covered, after: now.coverage });
  return falls;
}

const ran = ({ passed, failed }: TestCounts): number => passed + failed;
