import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GitReader, openGit } from '../../../src/effects/git/neutral.ts';
import { addWorktree, removeBranch, removeWorktree, worktreeAt } from '../../../src/effects/git/worktrees.ts';
import { GatehouseError } from '../../../src/protocol/failure.ts';
import { hostileRepository } from '../../support/hostileRepository.ts';
import { type Place, place } from '../facts/setup.ts';

/** All files below, with what they hold. */
function everything(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    found[path] = entry.isFile() ? readFileSync(path, 'latin1') : entry.isDirectory() ? 'folder' : 'other';
  }
  return found;
}

describe('a worktree of a run', () => {
  let at: Place;
  let git: GitReader;
  let path: string;
  const in_ = (folder: string, ...args: string[]) =>
    execFileSync('git', args, {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: at.home, GIT_CONFIG_NOSYSTEM: '1' },
      encoding: 'utf8',
      stdio: 'pipe',
    });
  const add = async (more: { branch?: string; name?: string; path?: string } = {}) =>
    addWorktree({
      git,
      scratch: at.scratch,
      path,
      name: 'gatehouse-x',
      branch: 'gatehouse/x-task',
      base: git.headCommit() ?? '',
      who: 'Ann <ann@example.com>',
      ...more,
    });

  beforeEach(async () => {
    at = place();
    path = join(at.base, 'state/worktrees/run/workspace');
    at.git('init', '-q');
    at.write('a.txt', 'a\n');
    at.write('deep/b c.txt', 'b\n');
    at.write('crlf.txt', 'one\ntwo\n');
    at.write('.gitattributes', 'crlf.txt eol=crlf\n');
    chmodSync(at.write('run.sh', '#!/bin/sh\n'), 0o755);
    at.write('äöü\nnew.txt', 'unicode\n');
    at.git('add', '.');
    at.git('commit', '-q', '-m', 'one');
    await open();
  });
  afterEach(() => at.remove());

  async function open(): Promise<void> {
    const reader = await at.reader();
    assert.ok(reader);
    git = reader;
  }

  it('has the last commit’s files on a branch of its own, and git finds nothing to say', async () => {
    at.write('a.txt', 'changed by the person\n');
    assert.deepEqual(await add(), { submodules: 0, lfs: false });
    assert.equal(in_(path, 'status', '--porcelain'), '');
    assert.equal(in_(path, 'branch', '--show-current').trim(), 'gatehouse/x-task');
    assert.equal(readFileSync(join(path, 'a.txt'), 'utf8'), 'a\n');
    assert.equal(readFileSync(join(path, 'crlf.txt'), 'utf8'), 'one\r\ntwo\r\n');
    assert.equal(lstatSync(join(path, 'run.sh')).mode & 0o111, 0o111);
    assert.ok(existsSync(join(path, 'äöü\nnew.txt')));
    assert.match(at.git('worktree', 'list'), /gatehouse\/x-task/);
    assert.equal(at.git('worktree', 'prune', '-v'), '');
    at.git('fsck', '--strict');
    in_(path, 'commit', '-q', '--allow-empty', '-m', 'two');
    assert.equal(worktreeAt(path, 'gatehouse-x')?.top, path);
    assert.equal(worktreeAt(path, 'other'), null);
  });

  it('adds to the repository the branch and what git knows of the worktree, and takes both away again', async () => {
    const before = everything(at.root);
    await add();
    const during = everything(at.root);
    const added = Object.keys(during).filter(each => !(each in before));
    const admin = join(at.root, '.git/worktrees');
    const allowed = new Set([admin, join(at.root, '.git/refs/heads/gatehouse')]);
    for (const each of added)
      assert.ok(
        allowed.has(each) || each.startsWith(`${admin}/gatehouse-x`) || each.endsWith('refs/heads/gatehouse/x-task'),
        each,
      );
    for (const [each, content] of Object.entries(before)) assert.equal(during[each], content, each);
    await removeWorktree(git.repository, 'gatehouse-x', path);
    assert.ok(await removeBranch(git.repository, 'gatehouse/x-task'));
    assert.deepEqual(everything(at.root), before);
    assert.equal(existsSync(join(path, '..')), false);
    await removeWorktree(git.repository, 'gatehouse-x', path);
    assert.ok(await removeBranch(git.repository, 'gatehouse/x-task'));
    assert.deepEqual(everything(at.root), before);
  });

  it('is removed with folders that nobody may write to', async function () {
    // Nothing is shut to root.
    if (process.getuid?.() === 0) this.skip();
    await add();
    mkdirSync(join(path, 'cache/inner'), { recursive: true });
    writeFileSync(join(path, 'cache/inner/file'), 'x');
    chmodSync(join(path, 'cache/inner'), 0o500);
    chmodSync(join(path, 'cache'), 0o500);
    await removeWorktree(git.repository, 'gatehouse-x', path);
    assert.equal(existsSync(path), false);
  });

  it('leaves nothing behind where it cannot be made', async () => {
    at.git('branch', 'gatehouse');
    const before = everything(at.root);
    await assert.rejects(add(), (error: unknown) => {
      assert.ok(error instanceof GatehouseError);
      assert.equal(error.failure.code, 'isolation.failed');
      return true;
    });
    assert.deepEqual(everything(at.root), before);
    assert.equal(existsSync(path), false);
    at.git('branch', '-D', 'gatehouse');
    at.git('branch', 'gatehouse/x-task');
    await assert.rejects(add());
    assert.equal(at.git('rev-parse', 'gatehouse/x-task'), at.git('rev-parse', 'main'));
  });

  it('counts submodules, and says that large files are pointers', async () => {
    at.write('.gitattributes', '*.bin filter=lfs diff=lfs merge=lfs -text\n');
    at.write('big.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n');
    at.git('update-index', '--add', '--cacheinfo', `160000,${at.git('rev-parse', 'HEAD').trim()},sub`);
    at.git('add', '.gitattributes', 'big.bin');
    at.git('commit', '-q', '-m', 'two');
    assert.deepEqual(await add(), { submodules: 1, lfs: true });
    assert.match(readFileSync(join(path, 'big.bin'), 'utf8'), /^version https/);
    assert.deepEqual(readdirSync(join(path, 'sub')), []);
  });

  it('runs nothing of a hostile repository', async () => {
    const base = join(at.base, 'evil');
    mkdirSync(base);
    const hostile = hostileRepository(base);
    const env = { PATH: process.env['PATH'] ?? '', HOME: at.home };
    const reader = await openGit({ workspace: hostile.root, home: at.home, env, scratch: at.scratch });
    assert.ok(reader);
    git = reader;
    await add();
    assert.ok(existsSync(join(path, 'README.md')));
    await removeWorktree(git.repository, 'gatehouse-x', path);
    await removeBranch(git.repository, 'gatehouse/x-task');
    await reader.close();
    assert.deepEqual(hostile.markers(), []);
  });
});
