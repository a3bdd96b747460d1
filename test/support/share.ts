/** `npm run test:full` runs every row; `npm test` those that `share` picks. */
export const full = process.env['GATEHOUSE_FULL'] !== undefined;

/** All rows in the full tests, else `count` of them, spread evenly and always the same. */
export function share<T>(rows: readonly T[], count: number): readonly T[] {
  if (full || rows.length <= count) return rows;
  return rows.filter(
    (_, at) => Math.floor((at * count) / rows.length) !== Math.floor(((at - 1) * count) / rows.length),
  );
}

/** A test that only the full tests run: one that costs seconds, beside a cheaper one of the same kind that `npm test` has. */
export function inFull(title: string, test: (this: Mocha.Context) => Promise<void>): void {
  if (full) it(title, test);
}

/** The same with a group of tests, which need something that costs seconds, such as a window of their own. */
export function groupInFull(title: string, tests: () => void): void {
  if (full) describe(title, tests);
}
