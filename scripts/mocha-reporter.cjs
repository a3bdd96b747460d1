const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

/** Prints like mocha's own reporters, and writes the counts to the file that GATEHOUSE_TEST_RESULT names. */
const style = process.env.GATEHOUSE_TEST_STYLE === 'dot' ? reporters.Dot : reporters.Spec;

module.exports = class extends style {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = runner.stats;
      const file = process.env.GATEHOUSE_TEST_RESULT;
      if (file) writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
};
