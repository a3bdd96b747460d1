import assert from 'node:assert/strict';
import { readCobertura, readJUnit, readLcov, readSarif } from '../../src/checks/reports.ts';

describe('a report for machines', () => {
  it('of JUnit is counted by its cases, nested or alone', () => {
    const suite = (inner: string): string => `<testsuite name="a">${inner}</testsuite>`;
    const cases = `<testcase name="a"/><testcase name="b"><failure message="&lt;x&gt;">no</failure></testcase>
      <testcase name="c"><skipped/></testcase><testcase name="d"><error/></testcase>`;
    const counts = { passed: 1, failed: 2, skipped: 1 };
    assert.deepEqual(readJUnit(`<?xml version="1.0"?>\n<testsuites>${suite(suite(cases))}</testsuites>`), counts);
    assert.deepEqual(readJUnit(suite(cases)), counts);
    assert.deepEqual(readJUnit(suite('<testcase name="only"/>')), { passed: 1, failed: 0, skipped: 0 });
  });

  it('of JUnit is nothing where it is something else, and grows by no entity', () => {
    assert.equal(readJUnit('<html><body/></html>'), null);
    assert.equal(readJUnit('3 passing'), null);
    assert.equal(readJUnit('<testsuite><testcase'), null);
    const bomb =
      '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><testsuite><testcase name="&b;"/></testsuite>';
    assert.deepEqual(readJUnit(bomb) ?? { passed: 1, failed: 0, skipped: 0 }, { passed: 1, failed: 0, skipped: 0 });
  });

  it('of coverage is per cent of lines', () => {
    assert.equal(readLcov('TN:\nSF:a.js\nLF:8\nLH:4\nend_of_record\nSF:b.js\nLF:2\nLH:2\nend_of_record'), 60);
    assert.equal(readLcov('nothing'), null);
    assert.equal(readLcov(`LF:${'9'.repeat(400)}\nLH:${'9'.repeat(400)}`), null);
    assert.equal(
      readCobertura('<?xml version="1.0"?><coverage line-rate="0.875" branch-rate="0"><packages/></coverage>'),
      87.5,
    );
    assert.equal(readCobertura('<coverage/>'), null);
  });

  it('in SARIF tells what a linter found', () => {
    const results = [{ level: 'error' }, { level: 'note' }, { message: { text: 'no level' } }];
    const sarif = JSON.stringify({ version: '2.1.0', runs: [{ tool: {}, results }, { tool: {} }] });
    assert.deepEqual(readSarif(sarif), { errors: 1, warnings: 1, notes: 1 });
    assert.equal(readSarif('{"version":"1"}'), null);
    assert.equal(readSarif('no'), null);
  });
});
