import type { Report } from './report.ts';
import { asked } from './sections/asked.ts';
import { attention } from './sections/attention.ts';
import { changes } from './sections/changes.ts';
import { checkpoints } from './sections/checkpoints.ts';
import { commands } from './sections/commands.ts';
import { cost } from './sections/cost.ts';
import { decisions } from './sections/decisions.ts';
import { doubts } from './sections/doubts.ts';
import { ending } from './sections/ending.ts';
import { flags } from './sections/flags.ts';
import { heading } from './sections/heading.ts';
import { merging } from './sections/merging.ts';
import { plan } from './sections/plan.ts';
import { refused } from './sections/refused.ts';
import { review } from './sections/review.ts';
import { steering } from './sections/steering.ts';
import { tests } from './sections/tests.ts';
import { pathsOf, type Say, type Section } from './words.ts';

/** In the order in which they are read. */
const sections: readonly Section[] = [
  heading,
  asked,
  plan,
  changes,
  tests,
  review,
  merging,
  refused,
  decisions,
  flags,
  attention,
  commands,
  checkpoints,
  doubts,
  cost,
  steering,
  ending,
];

/** The report for a person, in Markdown (CommonMark). */
export function toMarkdown(report: Report, say: Say): string {
  const words = { paths: pathsOf(report.summary.workspace), say };
  const written = sections.map(section => section(report, words));
  return `${written.filter(section => section !== '').join('\n\n')}\n`;
}
