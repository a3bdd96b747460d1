import type { AcceptanceResult } from '../../../protocol/acceptance.ts';
import { code } from '../../markdown.ts';
import type { Section } from '../words.ts';

/** What the checks said before the work and after it, as they were seen by us and not as the agent tells them. */
export const tests: Section = ({ checks, falls }) => {
  if (checks.length === 0) return '';
  const rows = new Map<string, { what: string; first: string; last: string }>();
  for (const { what, when, results } of checks)
    for (const result of results) {
      const known = rows.get(result.command);
      const said = resultWords(result);
      if (known === undefined)
        rows.set(result.command, {
          what,
          first: when === 'baseline' ? said : 'not run',
          last: when === 'baseline' ? 'not run again' : said,
        });
      else if (when !== 'baseline') known.last = said;
    }
  const lines = [...rows].map(
    ([command, { what, first, last }]) =>
      `- ${what === 'tests' ? 'Tests' : 'Accepted by'} ${code(command)}: before ${first}, after ${last}`,
  );
  const fell = falls.map(
    ({ measure, command, before, after }) =>
      `- **Fewer than before**: ${measure === 'tests' ? `${before} tests, then ${after}` : `${before.toFixed(1)} % covered, then ${after.toFixed(1)} %`} (${code(command)})`,
  );
  return `## Tests before and after\n\n${[...lines, ...fell].join('\n')}`;
};

function resultWords({ passed, refused, exitCode, tests: counts, coverage }: AcceptanceResult): string {
  if (refused === true) return 'refused';
  const end = passed ? '**passed**' : exitCode === null ? '**broken off**' : `**failed** (exit code ${exitCode})`;
  const sums =
    counts === undefined ? '' : `, ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
  return `${end}${sums}${coverage === undefined ? '' : `, ${coverage.toFixed(1)} % covered`}`;
}
