/**
 * How runners name a test that failed, as their own documentation and output have it: TAP (node:test, tape), mocha, jest
 * and vitest, pytest, go test, cargo test, surefire, dotnet test.
 */
const failures: readonly RegExp[] = [
  /^\s*not ok \d+ -? ?(.+)$/,
  /^\s*\d+\) (.+)$/,
  /^\s*[✗✖✕×] (.+)$/,
  /^\s*● (.+)$/,
  /^FAILED (\S+)/,
  /^\s*--- FAIL: (\S+)/,
  /^test (\S+) \.\.\. FAILED$/,
  /^\[ERROR\]\s+(\S+:\d+)/,
  /^\s*Failed (\S+) \[/,
];

/**
 * A text that is equal for two outputs in which the same tests failed. Where no runner is known, all of the output
 * counts, without its numbers. Never empty.
 */
export function failingTests(output: string): string {
  const lines = output.split('\n');
  const names = lines.flatMap(line => {
    for (const failure of failures) {
      const name = failure.exec(line)?.[1];
      if (name !== undefined) return [withoutNumbers(name)];
    }
    return [];
  });
  return names.length > 0 ? [...new Set(names)].sort().join('\n') : `?${withoutNumbers(output)}`;
}

/** Times, places and counts differ between two runs of the same test. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/\d+(?:\.\d+)?/g, '#').trim();
}
