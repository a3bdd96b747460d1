const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');
const { reporters } = require('mocha');

/**
 * Prints like mocha's own reporters, says which tests passed only when they were tried again, and writes the counts and the
 * time of each file to the file that GATEHOUSE_TEST_RESULT names.
 */
const style = process.env.GATEHOUSE_TEST_STYLE === 'dot' ? reporters.Dot : reporters.Spec;

module.exports = class extends style {
  constructor(runner, options) {
    super(runner, options);
    const files = new Map();
    runner.on('test end', test => {
      const file = test.file ? relative(process.cwd(), test.file) : '';
      files.set(file, (files.get(file) ?? 0) + (test.duration ?? 0));
    });
    const again = new Map();
    runner.on('retry', (test, error) => again.set(test.fullTitle(), error?.message ?? ''));
    runner.once('end', () => {
      for (const [title, message] of again) console.log(`  ! tried twice: ${title}\n    ${message.split('\n')[0]}`);
      const { passes, failures, pending } = runner.stats;
      const result = process.env.GATEHOUSE_TEST_RESULT;
      const slowest = [...files].sort(([, one], [, other]) => other - one).slice(0, 40);
      const counts = { passed: passes, failed: failures, skipped: pending, triedTwice: again.size };
      if (result) writeFileSync(result, JSON.stringify({ ...counts, slowestMs: Object.fromEntries(slowest) }));
    });
  }
};
