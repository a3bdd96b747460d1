import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import type { Findings, TestCounts } from '../protocol/acceptance.ts';

/** Reports that machines read, which runners and linters write beside what they print. */

/** Values stay texts; entities of a document's own are not expanded, so that none can grow. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  processEntities: false,
  parseAttributeValue: false,
});

interface Element {
  [name: string]: unknown;
}

/** JUnit's XML, as most runners write it: each `testcase` counts by what lies in it. null for anything else. */
export function readJUnit(xml: string): TestCounts | null {
  const root = parsed(xml);
  if (root === null || (root['testsuites'] === undefined && root['testsuite'] === undefined)) return null;
  const counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  const walk = (value: unknown, name: string): void => {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (name === 'testcase') count(isElement(each) ? each : {}, counts);
      else if (isElement(each))
        for (const [child, inner] of Object.entries(each)) if (!child.startsWith('@')) walk(inner, child);
    }
  };
  walk(root, '');
  return counts;
}

function count(testcase: Element, counts: TestCounts): void {
  if (testcase['failure'] !== undefined || testcase['error'] !== undefined) counts.failed += 1;
  else if (testcase['skipped'] !== undefined) counts.skipped += 1;
  else counts.passed += 1;
}

/** Cobertura's XML: per cent of lines. */
export function readCobertura(xml: string): number | null {
  const coverage = parsed(xml)?.['coverage'];
  if (!isElement(coverage)) return null;
  const rate = Number(coverage['@line-rate'] ?? Number.NaN);
  return rate >= 0 && rate <= 1 ? rate * 100 : null;
}

/** lcov's text: per cent of lines, over all files. */
export function readLcov(text: string): number | null {
  const sum = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}:(\\d{1,12})$`, 'gm'))].reduce((all, [, figure]) => all + Number(figure), 0);
  const found = sum('LF');
  return found === 0 ? null : (Math.min(found, sum('LH')) / found) * 100;
}

const Sarif = z.object({
  version: z.string().startsWith('2.'),
  runs: z.array(z.object({ results: z.array(z.object({ level: z.string().optional() })).optional() })),
});

/** SARIF 2; null for anything else. A result without a level is a warning (SARIF 2.1.0, 3.27.10). */
export function readSarif(text: string): Findings | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const sarif = Sarif.safeParse(value);
  if (!sarif.success) return null;
  const levels = sarif.data.runs.flatMap(({ results = [] }) => results.map(({ level = 'warning' }) => level));
  const of = (level: string): number => levels.filter(each => each === level).length;
  return { errors: of('error'), warnings: of('warning'), notes: of('note') };
}

function parsed(xml: string): Element | null {
  if (!/^\s*</.test(xml)) return null;
  try {
    const value: unknown = parser.parse(xml);
    return isElement(value) ? value : null;
  } catch {
    return null;
  }
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
