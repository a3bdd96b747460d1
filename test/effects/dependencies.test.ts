import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CopyOptions, copyDependencies } from '../../src/effects/dependencies.ts';

describe('copying dependencies into a worktree', () => {
  let base: string;
  let from: string;
  let to: string;
  const put = (name: string, text = 'x') => {
    mkdirSync(dirname(join(from, name)), { recursive: true });
    writeFileSync(join(from, name), text);
  };
  const copy = (more: Partial<CopyOptions> = {}) =>
    copyDependencies({
      from,
      to,
      tracked: ['package.json', 'packages/one/package.json', 'api/pyproject.toml'],
      ignored: async paths => paths,
      dependencies: true,
      more: [],
      maxBytes: 1_000,
      ...more,
    });

  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-copy-')));
    from = join(base, 'from');
    to = join(base, 'to');
    for (const folder of [from, to]) mkdirSync(folder);
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  it('takes them at the top and beside each manifest, with links, modes and times', async () => {
    put('node_modules/a/index.js', 'abc');
    put('node_modules/a/run', 'x');
    chmodSync(join(from, 'node_modules/a/run'), 0o755);
    utimesSync(join(from, 'node_modules/a/run'), 1_000, 1_000);
    mkdirSync(join(from, 'node_modules/.bin'));
    symlinkSync('../a/run', join(from, 'node_modules/.bin/run'));
    put('packages/one/node_modules/b/index.js', 'de');
    put('api/.venv/lib/c.py', 'f');
    put('target/big', 'x');
    put('deep/node_modules/d.js', 'x');
    const { copied, notCopied } = await copy();
    assert.deepEqual(copied, [
      { path: 'node_modules', bytes: 4 },
      { path: 'packages/one/node_modules', bytes: 2 },
      { path: 'api/.venv', bytes: 1 },
    ]);
    assert.deepEqual(notCopied, []);
    assert.deepEqual(readdirSync(to).sort(), ['api', 'node_modules', 'packages']);
    assert.equal(readFileSync(join(to, 'node_modules/a/index.js'), 'utf8'), 'abc');
    assert.equal(readlinkSync(join(to, 'node_modules/.bin/run')), '../a/run');
    const run = lstatSync(join(to, 'node_modules/a/run'));
    assert.equal(run.mode & 0o777, 0o755);
    assert.equal(run.mtimeMs, 1_000_000);
  });

  it('leaves out what git does not ignore, what stands there already, and what is a link itself', async () => {
    put('vendor/a', 'x');
    put('venv/a', 'x');
    put('elsewhere/a', 'x');
    symlinkSync('elsewhere', join(from, 'node_modules'));
    mkdirSync(join(to, 'venv'));
    const { copied } = await copy({ ignored: async () => ['venv'] });
    assert.deepEqual(copied, []);
    assert.deepEqual(readdirSync(to), ['venv']);
    assert.deepEqual(readdirSync(join(to, 'venv')), []);
  });

  it('says what is too large, for all together, and goes on with the rest', async () => {
    put('node_modules/a', 'x'.repeat(700));
    put('.venv/a', 'x'.repeat(700));
    put('vendor/a', 'x'.repeat(300));
    const { copied, notCopied } = await copy();
    assert.deepEqual(
      copied.map(({ path }) => path),
      ['node_modules', 'vendor'],
    );
    assert.deepEqual(notCopied, [{ path: '.venv', why: 'tooLarge' }]);
    assert.equal(existsSync(join(to, '.venv')), false);
  });

  it('takes no file of the environment unless it is named, and says so', async () => {
    put('.env', 'SECRET=1');
    put('.env.example', 'SECRET=');
    put('packages/one/.env.local', 'SECRET=2');
    const first = await copy();
    assert.deepEqual(first.notCopied, [
      { path: '.env', why: 'environment' },
      { path: 'packages/one/.env.local', why: 'environment' },
    ]);
    assert.deepEqual(readdirSync(to), []);
    const second = await copy({ more: ['.env', 'missing'] });
    assert.deepEqual(second.copied, [{ path: '.env', bytes: 8 }]);
    assert.deepEqual(second.notCopied, [{ path: 'packages/one/.env.local', why: 'environment' }]);
  });

  it('follows no link of the worktree', async () => {
    put('packages/one/node_modules/a', 'x');
    mkdirSync(join(base, 'outside'));
    symlinkSync('../outside', join(to, 'packages'));
    const { notCopied } = await copy();
    assert.deepEqual(notCopied, [{ path: 'packages/one/node_modules', why: 'failed' }]);
    assert.deepEqual(readdirSync(join(base, 'outside')), []);
  });

  it('leaves the dependencies to a set-up command where there is one', async () => {
    put('node_modules/a', 'x');
    assert.deepEqual((await copy({ dependencies: false })).copied, []);
  });

  it('leaves out pipes, and nothing of what it could not copy whole', async () => {
    put('node_modules/a', 'x');
    execFileSync('mkfifo', [join(from, 'node_modules/pipe')]);
    await copy();
    assert.deepEqual(readdirSync(join(to, 'node_modules')), ['a']);
    put('vendor/a', 'x');
    const { notCopied } = await copy({ signal: AbortSignal.abort() });
    assert.deepEqual(notCopied, [{ path: 'vendor', why: 'failed' }]);
    assert.equal(existsSync(join(to, 'vendor')), false);
  });
});
