import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realClock } from '../../src/effects/clock.ts';
import { openDayLedger } from '../../src/hosts/dayLedger.ts';
import { parseScript } from '../../src/models/rehearsal/script.ts';
import { type RehearsalServer, serveRehearsal } from '../../src/models/rehearsal/server.ts';
import { commitAll } from '../scenarios/support.ts';
import { Shell } from './shell.ts';

const token = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');

describe('gatehouse review', () => {
  let shell: Shell;
  let folder: string;
  let server: RehearsalServer | null;
  const put = (path: string, text: string): void => writeFileSync(join(folder, path), text);
  beforeEach(() => {
    shell = new Shell();
    server = null;
    folder = join(shell.folder, 'project');
    mkdirSync(folder);
    put('a.js', 'one\n');
    put('gone.test.js', "it('holds', () => {});\n");
    put('.gitignore', 'dist\n');
    commitAll(folder);
  });
  afterEach(async () => {
    await server?.close();
    shell.dispose();
  });

  const review = (...args: string[]) => shell.run(['review', '--cwd', folder, ...args]);
  async function withModel(reviewer: unknown[]): Promise<void> {
    const script = JSON.stringify({ turns: [{ say: 'no part of this' }], reviewer });
    server = await serveRehearsal({ script: parseScript(script, 'review'), record: true });
    Object.assign(shell.env, { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: server.token });
  }

  it('says what rules find without a key, and that no model was asked', async () => {
    put('new.js', `const key = '${token}';\n`);
    rmSync(join(folder, 'gone.test.js'));
    const { code, out, err } = await review();
    assert.equal(code, 1, err);
    assert.equal(err, 'No key is set (ANTHROPIC_API_KEY), so no model reads it.\n');
    assert.equal(
      out,
      [
        '2 files, 1 added and 1 line removed',
        '',
        '✗ gone.test.js  blocking, weakened tests',
        '  It deletes a test file.',
        '',
        '✗ new.js:1  blocking, secret',
        '  It writes what looks like a secret (github) into the file.',
        "  │ const key = '[secret]';",
        '',
        'No model has read the diff. The checks that need none found 2 things, all of them blocking.',
        '',
      ].join('\n'),
    );
  });

  it('counts what it spends for the day of the workspace', async () => {
    put('new.js', 'eval(x)\n');
    await withModel([{ findings: [] }]);
    const home = await shell.home();
    const rates = { input: 3, output: 15, cacheWrite: 4, cacheRead: 1 };
    writeFileSync(join(home.root, 'prices.json'), JSON.stringify({ rehearsal: rates }));
    const { code, err } = await review();
    assert.equal(code, 0, err);
    const spent = await openDayLedger(home, realpathSync(folder), realClock).spent();
    assert.ok(spent > 0.001 && spent < 0.1, String(spent));
  });

  it('has a model read what differs from a base, untracked files included, ignored ones not', async () => {
    execFileSync('git', ['branch', 'start'], { cwd: folder });
    put('a.js', 'two\n');
    commitAll(folder);
    put('new.js', 'eval(x)\n');
    mkdirSync(join(folder, 'dist'));
    put('dist/out.js', 'built\n');
    symlinkSync('/etc/hostname', join(folder, 'link'));
    const finding = {
      file: 'new.js',
      line: 1,
      severity: 'blocking',
      category: 'security',
      evidence: 'eval(x)',
      sentence: 'It runs text.',
    };
    await withModel([{ match: '+eval(x)', findings: [finding] }]);
    const { code, out, err } = await review('--base', 'start', '--output', 'json');
    assert.equal(code, 1, err);
    const { findings, files, unread, outcome } = JSON.parse(out);
    assert.deepEqual(findings, [{ ...finding, id: findings[0].id, by: 'model' }]);
    assert.deepEqual(
      files.map((file: { path: string }) => file.path),
      ['a.js', 'link', 'new.js'],
    );
    assert.deepEqual([unread, outcome], [['link'], { type: 'read' }]);
    const asked = server?.requests().map(({ body }) => body) ?? [];
    assert.equal(asked.length, 1);
    assert.ok(asked[0]?.includes('1 +two') && !asked[0].includes('built'));
  });

  it('ends with 5 where the model gives no verdict', async () => {
    put('a.js', 'two\n');
    await withModel([{ say: 'Looks good to me.' }]);
    const { code, out } = await review();
    assert.equal(code, 5);
    assert.match(out, /There is no verdict of the reviewer: its answer was not one\. Not read: a\.js\./);
  });

  it('runs no filter and no setting of the repository', async () => {
    const { GIT_CONFIG_GLOBAL: _, ...env } = process.env;
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env });
    git('config', 'filter.evil.clean', `touch ${join(shell.folder, 'ran')}; cat`);
    git('config', 'core.fsmonitor', `touch ${join(shell.folder, 'ran')}`);
    put('.gitattributes', '* filter=evil\n');
    put('a.js', 'two\n');
    const { code, out } = await review('--no-model');
    assert.equal(code, 0, out);
    assert.throws(() => execFileSync('ls', [join(shell.folder, 'ran')], { stdio: 'ignore' }));
  });

  it('says when there is nothing to compare, or nothing to compare with', async () => {
    assert.deepEqual([(await review('--no-model')).out], ['Nothing differs from HEAD.\n']);
    const { code, err } = await review('--no-model', '--base', 'nowhere');
    assert.equal(code, 2);
    assert.match(err, /There is no branch, tag or commit nowhere/);
  });
});
