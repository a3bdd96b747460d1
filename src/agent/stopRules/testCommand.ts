/**
 * How tests are run with common tools, by a program's words as the gate has read them. What is not in it does not count as
 * a test run, so a rule about tests says nothing rather than something wrong.
 */
const runsTests: readonly RegExp[] = [
  /^(?:npm|pnpm|yarn|bun)(?: run(?:-script)?)?(?: -\S+)* (?:t|tst|test)(?:[:\s]|$)/,
  /^(?:npx |pnpm exec |yarn |bunx )?(?:jest|vitest|mocha|ava|tape|tap|uvu|jasmine|karma|playwright test|cypress run)(?:\s|$)/,
  /^(?:node|deno|bun) (?:.*\s)?(?:--test|test)(?:[=\s]|$)/,
  /^(?:python3? -m )?(?:pytest|unittest|nose2|tox|nox)(?:\s|$)/,
  /^python3? (?:\S*\/)?manage\.py test(?:\s|$)/,
  /^go test(?:\s|$)/,
  /^cargo (?:\+\S+ )?(?:test|nextest)(?:\s|$)/,
  /^(?:\.\/)?(?:mvnw?|gradlew?) (?:.*\s)?\S*(?:test|verify|check)(?:\s|$)/,
  /^(?:make|just|task|rake|mix|swift|zig build|dotnet|flutter|dart|sbt|ctest|bazel|meson) ?(?:.*\s)?(?:test|check)(?:\s|$)/,
  /^(?:ctest|rspec|phpunit|bats|busted)(?:\s|$)/,
];

/** Whether one of the programs that a command starts runs tests. */
export function isTestRun(parts: readonly { text: string }[]): boolean {
  return parts.some(({ text }) => runsTests.some(pattern => pattern.test(text)));
}
