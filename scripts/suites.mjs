import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { environment, node, root } from './paths.mjs';

const reporter = join(root, 'scripts', 'mocha-reporter.cjs');
// On a busy machine a test of real processes can fail that is right: it is tried once more, and the reporter names it.
const mocha = [join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'), '--reporter', reporter, '--retries', '1'];

/** The suites in the order in which they run. Each may take so many minutes, and three times as many with --full. */
export const suites = {
  // Most of a test's time is waiting for processes, so more files at once than there are cores pay.
  unit: { title: 'Units and scenarios', args: [...mocha, '--parallel', '--jobs', '4'], style: 'dot', minutes: 20 },
  host: { title: 'Inside the extension host', args: ['test/host/run.ts'], style: 'spec', minutes: 5 },
  e2e: {
    title: 'Clicking in VS Code',
    args: [
      ...mocha,
      '--parallel',
      '--jobs',
      '2',
      '--no-config',
      '--extension',
      'ts',
      '--timeout',
      '60000',
      '--forbid-only',
      // What a failed test has left open does not keep the suite waiting.
      '--exit',
      'test/e2e/**/*.test.ts',
    ],
    style: 'spec',
    minutes: 20,
  },
};

/**
 * Runs one suite to its end, with its output shown. Its title names the file of its result. The counts are those that mocha's reporter wrote to a file; a suite
 * that leaves none, or has no test, or ends badly with none failed, counts as one failure and its problem says why.
 * @returns {Promise<{ passed: number, failed: number, skipped: number, problem?: string }>}
 */
export async function runSuite({ title, args, style, minutes }, env) {
  const folder = join(root, 'test', '.artifacts', 'results');
  const result = join(folder, `${title}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(result, { force: true });
  const end = await spawned(args, minutes * (env.GATEHOUSE_FULL ? 3 : 1), {
    ...env,
    GATEHOUSE_TEST_REPORTER: reporter,
    GATEHOUSE_TEST_RESULT: result,
    GATEHOUSE_TEST_STYLE: style,
  });
  const counts = read(result);
  if (!counts) return failed({ passed: 0, failed: 0, skipped: 0 }, `${title}: no result (${end})`);
  if (counts.passed + counts.failed === 0) return failed(counts, `${title}: no test ran`);
  if (end !== 'exit code 0' && counts.failed === 0) return failed(counts, `${title}: ${end} though no test failed`);
  return counts;
}

const failed = (counts, problem) => ({ ...counts, failed: counts.failed + 1, problem });

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** How the process ended, in words. */
function spawned(args, minutes, env) {
  return new Promise(done => {
    const child = spawn(node, args, { cwd: root, env: environment(env), stdio: ['ignore', 'inherit', 'inherit'] });
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      done(`ended after ${minutes} minutes`);
    }, minutes * 60_000);
    child.on('error', error => done(error.message));
    child.on('exit', (code, signal) => {
      clearTimeout(limit);
      done(signal ?? `exit code ${code}`);
    });
  });
}
