import assert from 'node:assert/strict';
import { readTestOutput } from '../../src/checks/output.ts';

/** What runners print at their end, as they printed it → passed, failed, skipped. */
const outputs: [runner: string, output: string, counts: [number, number, number] | null][] = [
  [
    'node:test, spec',
    'ℹ tests 7\nℹ suites 0\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 1\nℹ duration_ms 71.3',
    [3, 2, 2],
  ],
  [
    'node:test, tap',
    'TAP version 13\nok 1 - a\n1..1\n# tests 1\n# suites 0\n# pass 1\n# fail 0\n# cancelled 0\n# skipped 0\n# todo 0',
    [1, 0, 0],
  ],
  ['mocha', '\n  12 passing (3s)\n  2 pending\n  1 failing\n\n  1) adds\n', [12, 1, 2]],
  ['mocha, in colour', '\u001b[92m \u001b[0m\u001b[32m 3 passing\u001b[0m\u001b[90m (5ms)\u001b[0m', [3, 0, 0]],
  [
    'jest',
    'Test Suites: 1 failed, 1 passed, 2 total\nTests:       1 failed, 2 skipped, 3 passed, 6 total\nSnapshots:   0 total',
    [3, 1, 2],
  ],
  [
    'vitest',
    ' Test Files  1 failed | 1 passed (2)\n      Tests  1 failed | 3 passed | 1 skipped (5)\n   Start at  10:00:00',
    [3, 1, 1],
  ],
  [
    'pytest',
    '=== short test summary info ===\nFAILED t.py::x - assert\n==== 1 failed, 3 passed, 2 skipped, 1 error in 0.12s ====',
    [3, 2, 2],
  ],
  ['pytest, quiet', '....  [100%]\n4 passed in 0.01s', [4, 0, 0]],
  ['unittest', 'Ran 5 tests in 0.001s\n\nFAILED (failures=1, errors=1, skipped=1)', [2, 2, 1]],
  ['unittest, fine', 'Ran 2 tests in 0.000s\n\nOK', [2, 0, 0]],
  [
    'cargo',
    'test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\ntest result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured',
    [4, 2, 1],
  ],
  [
    'go -v',
    '=== RUN   TestA\n--- PASS: TestA (0.00s)\n    --- FAIL: TestB/x (0.00s)\n--- SKIP: TestC (0.00s)\nFAIL',
    [1, 1, 1],
  ],
  [
    'go -json',
    '{"Action":"run","Package":"p","Test":"A"}\n{"Action":"pass","Package":"p","Test":"A","Elapsed":0}\n{"Action":"pass","Package":"p"}',
    [1, 0, 0],
  ],
  ['go, which tells of packages alone', 'ok  \texample.com/x\t0.003s', null],
  [
    'surefire',
    '[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s - in A\n[INFO] Tests run: 5, Failures: 1, Errors: 1, Skipped: 1\n',
    [2, 2, 1],
  ],
  ['gradle', '10 tests completed, 1 failed, 2 skipped', [7, 1, 2]],
  [
    'dotnet',
    'Passed!  - Failed:     0, Passed:     5, Skipped:     1, Total:     6, Duration: 12 ms - A.dll',
    [5, 0, 1],
  ],
  ['rspec', '5 examples, 1 failure, 2 pending', [2, 1, 2]],
  ['mix', '3 doctests, 5 tests, 1 failure, 1 skipped', [6, 1, 1]],
  ['phpunit', 'OK (5 tests, 9 assertions)', [5, 0, 0]],
  ['phpunit, failing', 'Tests: 5, Assertions: 9, Failures: 1, Skipped: 1.', [3, 1, 1]],
  ['deno', 'FAILED | 5 passed | 1 failed | 2 ignored (12ms)', [5, 1, 2]],
  ['bun', ' 5 pass\n 1 skip\n 2 fail\n 9 expect() calls', [5, 2, 1]],
  [
    'TAP',
    'TAP version 14\n1..4\nok 1 - a\nnot ok 2 - b\nok 3 # SKIP later\nnot ok 4 - c # TODO soon\n    ok 1 - inner',
    [1, 1, 2],
  ],
  ['a text with figures in it', 'We saw 3 passing cars and 2 failed tests.\nok then', null],
  ['nothing', '', null],
];

describe('the output of a test runner', () => {
  for (const [runner, output, counts] of outputs)
    it(`is read as ${runner} prints it`, () => {
      const [passed = 0, failed = 0, skipped = 0] = counts ?? [];
      assert.deepEqual(readTestOutput(output), counts === null ? null : { passed, failed, skipped });
      if (counts !== null)
        assert.deepEqual(readTestOutput(output.replaceAll('\n', '\r\n')), { passed, failed, skipped });
    });

  it('tells no figures that no count of tests can be', () => {
    const many = '9'.repeat(400);
    for (const output of [
      `# pass ${many}\n# fail 0`,
      `      Tests  ${many} passed (${many})`,
      `Tests: ${many} passed, ${many} total`,
      `test result: ok. ${many} passed; 0 failed; 0 ignored;`,
      `Tests run: 1, Failures: 5, Errors: ${many}, Skipped: 0`,
      'Tests run: 1, Failures: 5, Errors: 0, Skipped: 0',
      `${many} examples, ${many} failures`,
    ])
      for (const figure of Object.values(readTestOutput(output) ?? {}))
        assert.ok(Number.isSafeInteger(figure) && figure >= 0, output.slice(0, 40));
  });

  it('is not read beyond the first 1,000 characters of a line', () => {
    const line = (words: number): string => `Tests: ${'x '.repeat(words)} 3 passed, 3 total`;
    assert.deepEqual(readTestOutput(line(400)), { passed: 3, failed: 0, skipped: 0 });
    assert.equal(readTestOutput(line(600)), null);
    assert.deepEqual(readTestOutput(`${'.'.repeat(5000)}\r\n\n  3 passing (1s)`), { passed: 3, failed: 0, skipped: 0 });
  });

  it('is read in time that grows with its length alone', () => {
    const text = `${'1 '.repeat(50_000)}\n${'=== '.repeat(50_000)}\n${'ok '.repeat(50_000)}`;
    assert.equal(readTestOutput(text), null);
    // Each took seconds at a tenth of this length while a figure was looked for from each of its digits.
    const ones = '1'.repeat(300_000);
    for (const hostile of [
      `1 tests completed ${ones}`,
      `Tests: 1 passed ${ones} 1 total`,
      `ok | 1 passed ${ones}`,
      `1 passed${' in 1'.repeat(60_000)}`,
      `1 passed in ${ones}`,
      `1 tests, 1 failures ${ones}`,
      `  Tests  ${'(1'.repeat(150_000)}`,
      `${'\n'.repeat(300_000)} --`,
      `${'\r'.repeat(300_000)} --`,
      `Tests run: 1, Failures: 0, Errors: 0, Skipped: 1${'\n '.repeat(150_000)}x`,
    ])
      readTestOutput(hostile);
  });
});
