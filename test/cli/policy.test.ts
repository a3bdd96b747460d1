import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Shell } from './shell.ts';

const rule = (text: string): string => `version: 1\nrules:\n  - ${text}\n`;
const loose = rule('{ id: pushes, decision: allow, when: { command: git push } }');
const broken = rule('{ decision: alow, when: { program: npm } }');

describe('gatehouse policy check', () => {
  let shell: Shell;
  beforeEach(() => {
    shell = new Shell();
  });
  afterEach(() => shell.dispose());

  function check(text: string, ...options: string[]) {
    writeFileSync(join(shell.folder, 'p.yaml'), text);
    return shell.run(['policy', 'check', 'p.yaml', ...options]);
  }

  it('says how many rules are in force where nothing is wrong', async () => {
    assert.deepEqual(await check(loose), { code: 0, out: 'ok  p.yaml: 1 rule in force\n', err: '' });
    assert.equal((await check('version: 1\n')).out, 'ok  p.yaml: 0 rules in force\n');
  });

  it('shows each error with its line and column, and ends with 1', async () => {
    const { code, out, err } = await check(
      'version: 1\nrules:\n  - { decision: alow, when: { program: npm } }\n  - { decision: deny, whn: 1, when: { program: x } }\n',
    );
    assert.deepEqual([code, err], [1, '']);
    const lines = out.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^p\.yaml:3:7: error: `rules\.0\.decision` is not as it should be: /);
    assert.match(lines[1] ?? '', /^p\.yaml:4:23: error: `rules\.1` is not as it should be: .*"whn"/);
    assert.equal(lines.length, 2);
  });

  it('shows what is no YAML where it stops to be', async () => {
    const { code, out } = await check('version: 1\nrules: [\n');
    assert.equal(code, 1);
    assert.match(out, /^p\.yaml:3:1: error: This is not YAML: /);
  });

  it('tries the examples of a rule on the real reader of commands', async () => {
    const examples = '{ id: x, decision: deny, when: { command: npm publish }, matches: [X], differs: [npm test] }';
    const good = await check(rule(examples.replace('X', 'cd pkg && npm publish')));
    assert.deepEqual([good.code, good.out], [0, 'ok  p.yaml: 1 rule in force\n']);
    const bad = await check(rule(examples.replace('X', 'npm pack')));
    assert.equal(bad.code, 1);
    assert.match(bad.out, /^p\.yaml:3:\d+: error: The rule `x` should match `npm pack` and does not\.\n$/);
  });

  it('tells the same as JSON, and nothing else', async () => {
    const { code, out } = await check(broken, '--output', 'json');
    assert.equal(code, 1);
    const [only, ...more] = JSON.parse(out);
    assert.deepEqual(more, []);
    const { file, line, column, severity } = only;
    assert.deepEqual([file, line, column, severity, only.code], ['p.yaml', 3, 7, 'error', 'policy.shape']);
    assert.match(only.message, /^`rules\.0\.decision` /);
    assert.deepEqual(await check(loose, '--output', 'json'), { code: 0, out: '[]\n', err: '' });
  });

  it('knows a workspace’s policy by its place, whose rules that allow are a warning', async () => {
    mkdirSync(join(shell.folder, '.gatehouse'));
    writeFileSync(join(shell.folder, '.gatehouse', 'policy.yaml'), loose);
    const { code, out } = await shell.run(['policy', 'check', '.gatehouse/policy.yaml']);
    assert.equal(code, 0);
    assert.match(out, /^\.gatehouse\/policy\.yaml:3:\d+: warning: .*only tighten/);
    assert.match(out, /\nok {2}\.gatehouse\/policy\.yaml: 0 rules in force\n$/);
    const own = await shell.run(['policy', 'check', '.gatehouse/policy.yaml', '--layer', 'user']);
    assert.equal(own.out, 'ok  .gatehouse/policy.yaml: 1 rule in force\n');
    assert.match((await check(loose, '--layer', 'workspace')).out, /warning: /);
  });

  it('refuses a file that is not there and an action that it does not have, with exit code 2', async () => {
    const missing = await shell.run(['policy', 'check', 'none.yaml']);
    assert.deepEqual([missing.code, missing.out], [2, '']);
    assert.match(missing.err, /none\.yaml.*there is no such file/);
    const odd = await shell.run(['policy', 'chek', 'none.yaml']);
    assert.deepEqual([odd.code, odd.out], [2, '']);
    assert.match(odd.err, /no policy chek.*gatehouse policy check FILE/);
  });

  it('passes no control character of the file on', async () => {
    const { out } = await check(rule('{ id: x, decision: deny, when: { program: a }, matches: ["b\\e[2J"] }'));
    assert.match(out, /should match `b␛\[2J`/);
  });
});
