import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Shell } from './shell.ts';
import { until } from './streams.ts';

interface Line {
  id: unknown;
  tier?: string;
  decision?: string;
  categories?: string[];
  reasons?: { code: string; sentence: string }[];
  footprint?: { writes: string[]; hosts: string[] };
  error?: string;
}

const linesOf = (out: string): Line[] =>
  out
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));

describe('gatehouse classify', () => {
  let shell: Shell;
  beforeEach(() => {
    shell = new Shell();
    mkdirSync(join(shell.folder, 'shop'));
  });
  afterEach(() => shell.dispose());

  async function classify(asked: readonly unknown[], ...options: string[]): Promise<Line[]> {
    const input = asked.map(each => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n');
    const { code, out, err } = await shell.run(['classify', '--cwd', 'shop', ...options], input);
    assert.deepEqual([code, err], [0, '']);
    return linesOf(out);
  }
  const decisions = (lines: readonly Line[]): unknown[] => lines.map(({ tier, decision }) => [tier, decision]);

  it('answers with tier, decision, categories, reasons in words and footprint, and runs nothing', async () => {
    const [line] = await classify([{ id: 'a', command: 'touch made; curl https://out.example' }]);
    assert.deepEqual(Object.keys(line ?? {}), ['id', 'tier', 'decision', 'categories', 'reasons', 'footprint']);
    assert.equal(line?.id, 'a');
    assert.deepEqual(line?.footprint?.writes, [join(shell.folder, 'shop', 'made')]);
    assert.deepEqual(line?.footprint?.hosts, ['out.example']);
    assert.ok(line?.reasons?.some(({ sentence }) => sentence.includes('out.example')));
    assert.deepEqual(readdirSync(join(shell.folder, 'shop')), []);
  });

  it('tells on stderr what is wrong with the repository’s policy, and goes on', async () => {
    mkdirSync(join(shell.folder, 'shop', '.gatehouse'));
    const rules = '  - { id: loose, decision: allow, when: { command: npm test } }\n';
    writeFileSync(join(shell.folder, 'shop', '.gatehouse', 'policy.yaml'), `version: 1\nrules:\n${rules}`);
    const { code, out, err } = await shell.run(['classify', '--cwd', 'shop'], '{"id":1,"command":"ls"}');
    assert.equal(code, 0);
    assert.match(err, /policy\.yaml:3:\d+: warning: The rule `loose` allows something/);
    assert.equal(linesOf(out).length, 1);
    writeFileSync(join(shell.folder, 'shop', '.gatehouse', 'policy.yaml'), 'version: 1\nrules: *nope\n');
    const broken = await shell.run(['classify', '--cwd', 'shop'], '{"id":1,"command":"ls"}');
    assert.equal(broken.code, 0);
    assert.match(broken.err, /error: This is not YAML/);
  });

  it('takes a spelled-out key of an example for what it is', async () => {
    mkdirSync(join(shell.folder, 'shop', '.gatehouse'));
    const rule = '  - { decision: deny, when: { program: curl }, "\\x6datches": [curl x] }\n';
    writeFileSync(join(shell.folder, 'shop', '.gatehouse', 'policy.yaml'), `version: 1\nrules:\n${rule}`);
    const { code, err } = await shell.run(['classify', '--cwd', 'shop'], '{"id":1,"command":"ls"}');
    assert.deepEqual([code, err], [0, '']);
  });

  it('names a line that it cannot read, by its id where there is one, and goes on', async () => {
    const lines = await classify([
      '{"id": 1, "command": ',
      { id: 2 },
      { id: 3, command: 4 },
      { id: 4, effect: { kind: 'teleport' } },
      { id: 5, effect: { kind: 'edit' } },
      '[]',
      'null',
      '  ',
      { id: { any: ['value'] }, command: 'ls' },
      { command: 'ls' },
    ]);
    assert.deepEqual(
      lines.map(({ id, error }) => [id, error === undefined ? null : error.split(' ').slice(0, 3).join(' ')]),
      [
        [null, 'not JSON: Unexpected'],
        [2, 'a line has'],
        [3, 'a line has'],
        [4, 'a line has'],
        [5, 'a line has'],
        [null, 'a line has'],
        [null, 'a line has'],
        [{ any: ['value'] }, null],
        [null, null],
      ],
    );
    for (const line of lines.slice(0, 7)) assert.deepEqual(Object.keys(line), ['id', 'error']);
  });

  it('passes over fields that it does not know', async () => {
    const lines = await classify([
      { id: 1, command: 'ls', note: 'x' },
      { id: 2, effect: { kind: 'exec', command: 'ls', note: 'x' }, note: 'y' },
    ]);
    assert.deepEqual(decisions(lines), [
      ['low', 'allow'],
      ['low', 'allow'],
    ]);
  });

  it('takes each kind of effect, its paths below the workspace or absolute', async () => {
    const edit = { kind: 'edit', before: null, after: 'x\n' };
    const lines = await classify([
      { id: 1, effect: { kind: 'exec', command: 'git push' } },
      { id: 2, effect: { ...edit, path: 'a.txt' } },
      { id: 3, effect: { ...edit, path: join(shell.folder, 'shop', 'a.txt') } },
      { id: 4, effect: { ...edit, path: '.git/hooks/pre-commit' } },
      { id: 5, effect: { ...edit, path: join(homedir(), 'gatehouse-outside.txt') } },
      { id: 6, effect: { kind: 'read', path: 'a.txt' } },
      { id: 7, effect: { kind: 'read', path: join(shell.folder, 'state', 'policy.yaml') } },
      { id: 8, effect: { kind: 'search', by: 'content', pattern: 'x', root: '.' } },
      { id: 9, effect: { kind: 'diagnostics' } },
    ]);
    assert.deepEqual(
      lines.map(({ decision }) => decision),
      ['ask', 'allow', 'allow', 'ask', 'ask', 'allow', 'deny', 'allow', 'allow'],
    );
    assert.deepEqual(
      lines.slice(1, 4).map(({ footprint }) => footprint?.writes),
      ['a.txt', 'a.txt', '.git/hooks/pre-commit'].map(path => [join(shell.folder, 'shop', path)]),
    );
  });

  it('counts a command one tier higher with --sandbox off, and an edit as it is', async () => {
    const asked = [
      { id: 1, command: 'ls' },
      { id: 2, command: 'rm -rf ~' },
      { id: 3, effect: { kind: 'edit', path: 'a.txt', before: null, after: 'x\n' } },
    ];
    assert.deepEqual(decisions(await classify(asked)), [
      ['low', 'allow'],
      ['critical', 'deny'],
      ['low', 'allow'],
    ]);
    const off = await classify(asked, '--sandbox', 'off');
    assert.deepEqual(decisions(off), [
      ['low', 'review'],
      ['critical', 'deny'],
      ['low', 'allow'],
    ]);
    assert.ok(off[0]?.reasons?.some(({ code }) => code === 'uncontained'));
  });

  it('decides in the mode that is named', async () => {
    const asked = [
      { id: 1, command: 'touch x' },
      { id: 2, command: 'ls' },
    ];
    for (const [mode, decision] of [
      ['auto', 'allow'],
      ['ask', 'ask'],
      ['plan', 'deny'],
    ] as const)
      assert.deepEqual(decisions(await classify(asked, '--mode', mode)), [
        ['low', decision],
        ['low', 'allow'],
      ]);
  });

  it('applies a policy that is named, and starts with none that is broken', async () => {
    const policy = join(shell.folder, 'p.yaml');
    writeFileSync(policy, 'version: 1\nrules:\n  - { id: no-ls, decision: deny, when: { program: ls } }\n');
    const [line] = await classify([{ id: 1, command: 'ls' }], '--policy', 'p.yaml');
    assert.equal(line?.decision, 'deny');
    assert.deepEqual(line?.reasons?.[0], { code: 'policy.rule', sentence: 'The rule “no-ls” applies.' });
    writeFileSync(policy, 'version: 2\n');
    const { code, out, err } = await shell.run(
      ['classify', '--cwd', 'shop', '--policy', 'p.yaml'],
      '{"command":"ls"}\n',
    );
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /p\.yaml cannot be used: line 1, column 1: /);
  });

  it('lets the policy of the workspace tighten, and not loosen', async () => {
    mkdirSync(join(shell.folder, 'shop', '.gatehouse'));
    writeFileSync(
      join(shell.folder, 'shop', '.gatehouse', 'policy.yaml'),
      'version: 1\nrules:\n  - { decision: deny, when: { program: ls } }\n  - { decision: allow, when: { command: git push } }\n',
    );
    const asked = '{"id":1,"command":"ls"}\n{"id":2,"command":"git push"}';
    const { out } = await shell.run(['classify', '--cwd', 'shop'], asked);
    assert.deepEqual(
      linesOf(out).map(({ decision }) => decision),
      ['deny', 'ask'],
    );
  });

  it('answers each line as it comes, to one who waits for it', async () => {
    const keys = new PassThrough();
    const running = shell.atTerminal(['classify', '--cwd', 'shop'], keys);
    for (const id of [1, 2]) {
      keys.write(`${JSON.stringify({ id, command: 'ls' })}\n`);
      await until(() => linesOf(shell.stdout.text).length === id);
    }
    keys.end();
    assert.equal((await running).code, 0);
  });
});
