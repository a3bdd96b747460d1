import { join } from 'node:path';
import type { Figures } from '../agent/work/tests.ts';
import type { Testing } from '../agent/work/working.ts';
import { detectTestCommand, manifests } from '../checks/detect.ts';
import { readTestOutput } from '../checks/output.ts';
import { readCobertura, readJUnit, readLcov, readSarif } from '../checks/reports.ts';
import { list, modifiedAt } from '../effects/files.ts';
import type { Workspace } from '../ports/workspace.ts';
import { AcceptanceResult, type TestCounts } from '../protocol/acceptance.ts';

/** Where runners write their reports by default; of a folder, each XML file in it. */
const junitPlaces = [
  'junit.xml',
  'test-results.xml',
  'reports/junit.xml',
  'test-results/junit.xml',
  'target/surefire-reports/',
  'build/test-results/test/',
  'TestResults/',
];
const lcovPlaces = ['coverage/lcov.info', 'lcov.info'];
const coberturaPlaces = ['coverage.xml', 'coverage/cobertura-coverage.xml', 'cobertura.xml', 'coverage/coverage.xml'];

/** So many reports of one folder are read; a project with more has its figures from the output. */
const maxReports = 200;

/** The project's own tests: the command as the person has set it, else as the workspace's files name it. */
export function openTesting(workspace: Workspace, set: string | undefined): Testing {
  let found: Promise<string | null> | null = null;
  return {
    async command() {
      if (set !== undefined && set.trim() !== '') return { command: set, own: true };
      found ??= detect(workspace);
      const command = await found;
      return command === null ? null : { command, own: false };
    },
    async read(output, since) {
      const findings = readSarif(output.trim());
      const tests = readJUnit(output) ?? (await junitReports(workspace, since)) ?? readTestOutput(output);
      const coverage = await coverageIn(workspace, since);
      return fitting({ tests, coverage, findings });
    },
  };
}

/** What tests print is theirs to choose: a figure that no record could hold is none. */
export function fitting(read: { [K in keyof Figures]: Figures[K] | null }): Figures {
  const { tests, coverage, findings } = AcceptanceResult.shape;
  return {
    ...one('tests', tests.safeParse(read.tests ?? undefined).data),
    ...one('coverage', coverage.safeParse(read.coverage ?? undefined).data),
    ...one('findings', findings.safeParse(read.findings ?? undefined).data),
  };
}

function one<K extends keyof Figures>(name: K, figure: Figures[K]): Pick<Figures, K> | object {
  return figure === undefined ? {} : { [name]: figure };
}

async function detect(workspace: Workspace): Promise<string | null> {
  const names = await list(workspace.root).catch((): string[] => []);
  const texts = new Map<string, string>();
  for (const name of manifests) {
    const text = names.includes(name) ? await textOf(workspace, name) : null;
    if (text !== null) texts.set(name, text);
  }
  return detectTestCommand({ names, text: name => texts.get(name) ?? null });
}

async function junitReports(workspace: Workspace, since: number): Promise<TestCounts | null> {
  let sum: TestCounts | null = null;
  for (const path of await places(workspace, junitPlaces)) {
    const counts = readJUnit((await fresh(workspace, path, since)) ?? '');
    if (counts === null) continue;
    const before: TestCounts = sum ?? { passed: 0, failed: 0, skipped: 0 };
    sum = {
      passed: before.passed + counts.passed,
      failed: before.failed + counts.failed,
      skipped: before.skipped + counts.skipped,
    };
  }
  return sum;
}

async function coverageIn(workspace: Workspace, since: number): Promise<number | null> {
  for (const path of lcovPlaces) {
    const covered = readLcov((await fresh(workspace, path, since)) ?? '');
    if (covered !== null) return covered;
  }
  for (const path of coberturaPlaces) {
    const covered = readCobertura((await fresh(workspace, path, since)) ?? '');
    if (covered !== null) return covered;
  }
  return null;
}

async function places(workspace: Workspace, wanted: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const place of wanted) {
    if (!place.endsWith('/')) paths.push(place);
    else {
      const names = await list(join(workspace.root, place)).catch((): string[] => []);
      const reports = names.filter(name => name.endsWith('.xml'));
      if (reports.length <= maxReports) paths.push(...reports.map(name => place + name));
    }
  }
  return paths;
}

/** The text of a report that was written since; one of an earlier run says nothing about this one. */
async function fresh(workspace: Workspace, path: string, since: number): Promise<string | null> {
  const written = await modifiedAt(join(workspace.root, path));
  return written === null || written < since ? null : textOf(workspace, path);
}

/** null where it is no file of the workspace, whoever's link it is. */
async function textOf(workspace: Workspace, path: string): Promise<string | null> {
  const place = await workspace.locate(path);
  if (!place.inside || place.kind !== 'file') return null;
  const look = await workspace.look(place.real).catch(() => null);
  return look === null ? null : new TextDecoder().decode(look.bytes);
}
