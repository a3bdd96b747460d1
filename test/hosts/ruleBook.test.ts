import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkRule, openRuleBook, type RuleBookSetup } from '../../src/hosts/ruleBook.ts';
import { GatehouseError } from '../../src/protocol/failure.ts';
import { programs } from '../../src/risk/shell/programs/table.ts';
import { assess, parseBash } from '../risk/shell/support.ts';

const rule = 'id: npm-test\ndecision: allow\nwhen:\n  command: npm test\n  tier: low\n';
const question = {
  value: { kind: 'exec', command: 'npm test', cwd: '/work/app', timeoutMs: 1, background: false },
  assessment: assess('npm test', { scripts: { test: 'node --test' } }),
} as const;

describe("the person's policy", () => {
  let folder: string;
  let file: string;
  let setup: RuleBookSetup;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-rules-'));
    file = join(folder, 'policy.yaml');
    setup = { home: { root: folder }, root: '/work/app', reader: async () => ({ parse: parseBash, table: programs }) };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('takes a rule, readable by its owner alone, and gives a second one another id', async () => {
    const book = openRuleBook(setup);
    assert.equal(await book.add(rule), 'npm-test');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(readFileSync(file, 'utf8'), /^version: 1\nrules:\n {2}- id: npm-test\n/);
    assert.equal(await book.add(rule), 'npm-test-2');
  });

  it('is left as it is where the rule or the file is wrong', async () => {
    const book = openRuleBook(setup);
    for (const [before, text] of [
      ['# mine\nversion: 1\n', 'decision: allow\nwhen: { program: bash }\n'],
      ['# mine\nversion: 1\n', 'decision: nothing\n'],
      ['version: 1\nrules: {\n', rule],
    ] as const) {
      writeFileSync(file, before);
      await assert.rejects(
        book.add(text),
        error => error instanceof GatehouseError && error.failure.code === 'policy.invalid',
      );
      assert.equal(readFileSync(file, 'utf8'), before);
    }
  });

  it('says beforehand what is wrong with a rule, in the policy’s own words, and writes nothing', async () => {
    const check = (text: string) => checkRule(text, question, setup);
    assert.deepEqual(await check(rule), { text: rule, errors: [], warnings: [] });
    assert.match(
      (await check('decision: allow\nwhen: { command: npm * }\nmatches: [rm x]\n')).errors.join(),
      /should match `rm x` and does not/,
    );
    assert.match(
      (await check('decision: allow\nwhen: { program: "*" }\n')).errors.join(),
      /would allow a program that runs anything/,
    );
    assert.match((await check('decision: allow\nwhen: {}\n')).errors.join(), /about nothing/);
    assert.match((await check('decision: allow\nwhat: 1\n')).errors.join(), /^Line \d: /);
    assert.throws(() => statSync(file));
  });

  it('tells where a rule would not cover the command that it came from, and not what was wrong before', async () => {
    writeFileSync(file, 'version: 1\nrules:\n  - { id: a, decision: ask, when: {} }\n');
    const said = await checkRule('decision: allow\nwhen: { command: npm run lint }\n', question, setup);
    assert.deepEqual(said.errors, []);
    assert.match(said.warnings.join(), /does not cover this command/);
  });
});
