import { stripVTControlCharacters } from 'node:util';
import type { TestCounts } from '../protocol/acceptance.ts';

/** Reads one runner's summary; null where the text has none. The last summary counts, or their sum where each part has its own. */
type Reader = (text: string) => TestCounts | null;

/** No summary is longer than 1,000 characters. What prints it may be hostile, and some patterns look at a line more than once. */
const longLines = /^(.{1000}).+$/gm;

/**
 * What a test runner's output says of itself, for the runners whose summaries are known. The exit code decides whether
 * the tests passed; these are only figures. null where nothing is known.
 */
export function readTestOutput(output: string): TestCounts | null {
  const text = stripVTControlCharacters(output.replaceAll(longLines, '$1')).replaceAll(/\r\n|[\r\u2028\u2029]/g, '\n');
  for (const read of readers) {
    const counts = read(text);
    if (counts !== null) return counts;
  }
  return null;
}

/** In an order in which no runner's summary is taken for another's. */
const readers: readonly Reader[] = [
  nodeTest,
  vitest,
  jest,
  mocha,
  pytest,
  unittest,
  cargo,
  goTest,
  surefire,
  gradle,
  dotnet,
  rspec,
  phpunit,
  deno,
  bun,
  tap,
];

/** `# tests 3` (TAP) or `ℹ tests 3` (spec). Cancelled tests count as failed. */
function nodeTest(text: string): TestCounts | null {
  const figure = (name: string): number | null => last(text, new RegExp(`^[#ℹ] ${name} (\\d{1,9})$`, 'gm'));
  const passed = figure('pass');
  const failed = figure('fail');
  if (passed === null || failed === null) return null;
  return {
    passed,
    failed: failed + (figure('cancelled') ?? 0),
    skipped: (figure('skipped') ?? 0) + (figure('todo') ?? 0),
  };
}

/** `      Tests  1 failed | 3 passed | 1 skipped (5)`. */
function vitest(text: string): TestCounts | null {
  const line = lastLine(text, /^ +Tests {2}.*\(\d{1,9}\)$/gm);
  return line === null ? null : named(line, { passed: ['passed'], failed: ['failed'], skipped: ['skipped', 'todo'] });
}

/** `Tests:       1 failed, 2 skipped, 3 passed, 6 total`. */
function jest(text: string): TestCounts | null {
  const line = lastLine(text, /^Tests: .*\b\d{1,9} total$/gm);
  return line === null ? null : named(line, { passed: ['passed'], failed: ['failed'], skipped: ['skipped', 'todo'] });
}

/** `  12 passing (3s)`, `  1 failing`, `  2 pending`. */
function mocha(text: string): TestCounts | null {
  const passed = last(text, /^ {2}(\d{1,9}) passing\b/gm);
  if (passed === null) return null;
  return {
    passed,
    failed: last(text, /^ {2}(\d{1,9}) failing$/gm) ?? 0,
    skipped: last(text, /^ {2}(\d{1,9}) pending$/gm) ?? 0,
  };
}

/** `==== 1 failed, 3 passed, 2 skipped, 1 error in 0.12s ====`; quiet, without the bars. */
function pytest(text: string): TestCounts | null {
  const line = lastLine(
    text,
    /^(=+ )?\d{1,9} (passed|failed|skipped|errors?|xfailed|xpassed|deselected)\b.* in [\d.]{1,20}s\b.*$/gm,
  );
  if (line === null) return null;
  return named(line, {
    passed: ['passed', 'xpassed'],
    failed: ['failed', 'error', 'errors'],
    skipped: ['skipped', 'xfailed'],
  });
}

/** `Ran 5 tests in 0.001s`, then `OK` or `FAILED (failures=1, errors=1, skipped=2)`. */
function unittest(text: string): TestCounts | null {
  const ran = last(text, /^Ran (\d{1,9}) tests? in [\d.]{1,20}s$/gm);
  const end = lastLine(text, /^(OK|FAILED)( \(.*\))?$/gm);
  if (ran === null || end === null) return null;
  const of = (name: string): number => last(end, new RegExp(`\\b${name}=(\\d{1,9})`, 'g')) ?? 0;
  const failed = of('failures') + of('errors');
  return { passed: Math.max(0, ran - failed - of('skipped')), failed, skipped: of('skipped') };
}

/** `test result: ok. 3 passed; 0 failed; 1 ignored; …`, one for each crate and kind of test. */
function cargo(text: string): TestCounts | null {
  return summed(text, /^test result: \w+\. (\d{1,9}) passed; (\d{1,9}) failed; (\d{1,9}) ignored;/gm);
}

/** With `-json` or `-v` each test has a line; without, go tells of packages alone. */
function goTest(text: string): TestCounts | null {
  const plain = tally(text, /^[ \t]*--- (PASS|FAIL|SKIP): /gm);
  const json = tally(text, /^\{(?=.*"Test":).*"Action":"(pass|fail|skip)"/gm);
  return plain ?? json;
}

/** `Tests run: 5, Failures: 1, Errors: 0, Skipped: 1`; the last is the sum of a module, and modules add up. */
function surefire(text: string): TestCounts | null {
  const line =
    /^(?:\[\w+\] )?Tests run: (\d{1,9}), Failures: (\d{1,9}), Errors: (\d{1,9}), Skipped: (\d{1,9})[ \t]*$/gm;
  const counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  const found = [...text.matchAll(line)];
  for (const [, run, failures, errors, skips] of found) {
    const failed = Number(failures) + Number(errors);
    counts.passed += Math.max(0, Number(run) - failed - Number(skips));
    counts.failed += failed;
    counts.skipped += Number(skips);
  }
  return found.length === 0 ? null : counts;
}

/** `10 tests completed, 1 failed, 2 skipped`, which it only says of failures. */
function gradle(text: string): TestCounts | null {
  const line = lastLine(text, /^\d{1,9} tests? completed\b.*$/gm);
  if (line === null) return null;
  const of = (name: string): number => last(line, new RegExp(`\\b(\\d{1,9}) ${name}`, 'g')) ?? 0;
  const all = last(line, /^(\d{1,9}) tests? completed/gm) ?? 0;
  return { passed: Math.max(0, all - of('failed') - of('skipped')), failed: of('failed'), skipped: of('skipped') };
}

/** `Passed!  - Failed:     0, Passed:     5, Skipped:     0, Total:     5`, one for each assembly. */
function dotnet(text: string): TestCounts | null {
  return summed(text, /\bFailed: +(\d{1,9}), Passed: +(\d{1,9}), Skipped: +(\d{1,9}), Total: +\d{1,9}/g, [
    'failed',
    'passed',
    'skipped',
  ]);
}

/** `5 examples, 1 failure, 2 pending`; ExUnit says `5 tests, 1 failure, 1 skipped` in the same way. */
function rspec(text: string): TestCounts | null {
  const line = lastLine(text, /^\d{1,9} (examples?|(doctests?, \d{1,9} )?tests?), \d{1,9} failures?\b.*$/gm);
  if (line === null) return null;
  const all = [...line.matchAll(/\b(\d{1,9}) (?:examples?|tests?|doctests?)\b/g)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
  const failed = last(line, /\b(\d{1,9}) failures?/g) ?? 0;
  const skipped = last(line, /\b(\d{1,9}) (?:pending|skipped|excluded)/g) ?? 0;
  return { passed: Math.max(0, all - failed - skipped), failed, skipped };
}

/** `OK (5 tests, 9 assertions)` or `Tests: 5, Assertions: 9, Failures: 1, Skipped: 1.` */
function phpunit(text: string): TestCounts | null {
  const fine = last(text, /^OK \((\d{1,9}) tests?, \d{1,9} assertions?\)$/gm);
  if (fine !== null) return { passed: fine, failed: 0, skipped: 0 };
  const line = lastLine(text, /^Tests: \d{1,9}, Assertions: \d{1,9}.*\.$/gm);
  if (line === null) return null;
  const of = (name: string): number => last(line, new RegExp(`${name}: (\\d{1,9})`, 'g')) ?? 0;
  const failed = of('Failures') + of('Errors');
  return { passed: Math.max(0, of('Tests') - failed - of('Skipped')), failed, skipped: of('Skipped') };
}

/** `ok | 5 passed | 1 failed | 2 ignored (12ms)`. */
function deno(text: string): TestCounts | null {
  const line = lastLine(text, /^(ok|FAILED) \| \d{1,9} passed\b.*$/gm);
  return line === null ? null : named(line, { passed: ['passed'], failed: ['failed'], skipped: ['ignored'] });
}

/** ` 5 pass`, ` 1 fail`, ` 2 skip`, each on a line. */
function bun(text: string): TestCounts | null {
  const passed = last(text, /^ (\d{1,9}) pass$/gm);
  const failed = last(text, /^ (\d{1,9}) fail$/gm);
  if (passed === null || failed === null) return null;
  return {
    passed,
    failed,
    skipped: (last(text, /^ (\d{1,9}) skip$/gm) ?? 0) + (last(text, /^ (\d{1,9}) todo$/gm) ?? 0),
  };
}

/** Lines at the top level of a TAP stream with its plan. */
function tap(text: string): TestCounts | null {
  if (!/^(TAP version \d{1,9}|1\.\.\d{1,9})$/m.test(text)) return null;
  const counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, not, directive] of text.matchAll(/^(not )?ok\b[^#\n]*(# *(?:skip|todo)\b.*)?$/gim)) {
    if (directive !== undefined) counts.skipped += 1;
    else if (not !== undefined) counts.failed += 1;
    else counts.passed += 1;
  }
  return counts.passed + counts.failed + counts.skipped === 0 ? null : counts;
}

/** The first group of the last match. */
function last(text: string, pattern: RegExp): number | null {
  const found = [...text.matchAll(pattern)].at(-1)?.[1];
  return found === undefined ? null : Number(found);
}

function lastLine(text: string, pattern: RegExp): string | null {
  return [...text.matchAll(pattern)].at(-1)?.[0] ?? null;
}

/** `3 passed` and the like in one line, added up by what they count as. */
function named(line: string, words: { [K in keyof TestCounts]: readonly string[] }): TestCounts {
  const of = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (last(line, new RegExp(`\\b(\\d{1,9}) ${name}\\b`, 'g')) ?? 0), 0);
  return { passed: of(words.passed), failed: of(words.failed), skipped: of(words.skipped) };
}

function summed(
  text: string,
  pattern: RegExp,
  order: readonly (keyof TestCounts)[] = ['passed', 'failed', 'skipped'],
): TestCounts | null {
  const counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  const found = [...text.matchAll(pattern)];
  for (const match of found) for (const [index, name] of order.entries()) counts[name] += Number(match[index + 1]);
  return found.length === 0 ? null : counts;
}

function tally(text: string, pattern: RegExp): TestCounts | null {
  const counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  const names: Record<string, keyof TestCounts> = { pass: 'passed', fail: 'failed', skip: 'skipped' };
  let any = false;
  for (const [, how] of text.matchAll(pattern)) {
    const name = names[how?.toLowerCase() ?? ''];
    if (name === undefined) continue;
    counts[name] += 1;
    any = true;
  }
  return any ? counts : null;
}
