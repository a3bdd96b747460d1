import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GitReader } from '../../../src/effects/git/neutral.ts';
import { refsBefore, signNewCommits } from '../../../src/effects/git/signing.ts';
import type { Signing } from '../../../src/protocol/signing.ts';
import { hostileRepository } from '../../support/hostileRepository.ts';
import { type Place, place } from '../facts/setup.ts';

const hasGpg = spawnSync('gpg', ['--version']).status === 0;

describe('signing what was committed without a key', () => {
  let at: Place;
  let git: GitReader;

  /** As the sandbox commits: by the person, unsigned. */
  const commit = (message: string, ...more: string[]) =>
    at.git('-c', 'commit.gpgSign=false', 'commit', '-q', '--allow-empty', '-m', message, ...more);

  beforeEach(async () => {
    at = place();
    const key = join(at.home, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    writeFileSync(join(at.home, 'signers'), `ann@example.com ${readFileSync(`${key}.pub`, 'utf8')}`);
    appendFileSync(
      join(at.home, '.gitconfig'),
      `[commit]\n\tgpgSign = true\n[gpg]\n\tformat = ssh\n[gpg "ssh"]\n\tallowedSignersFile = ${at.home}/signers\n[user]\n\tsigningKey = ${key}.pub\n`,
    );
    at.git('init', '-q');
    at.write('a', 'one');
    at.git('add', '.');
    commit('one');
    await open();
  });
  afterEach(() => at.remove());

  async function open(): Promise<void> {
    const reader = await at.reader();
    assert.ok(reader);
    git = reader;
  }

  async function after(work: () => void): Promise<Signing> {
    const before = refsBefore(git);
    assert.ok(before);
    work();
    return signNewCommits(before, { git, scratch: at.scratch });
  }

  const verified = (rev: string): boolean => {
    const args = ['verify-commit', rev];
    const env = { PATH: process.env['PATH'] ?? '', HOME: at.home };
    return spawnSync('git', args, { cwd: at.root, env }).status === 0;
  };

  it('makes the same commits again with signatures, and moves the branch', async () => {
    const result = await after(() => {
      at.write('a', 'two');
      commit(
        'two\n\nWith a body: äöü\n\n# not a comment',
        '-a',
        '--date=2020-01-02T03:04:05+0700',
        '--author=Bob <bob@example.com>',
      );
      at.write('b', 'three');
      at.git('add', 'b');
      commit('three');
    });
    assert.equal(result.type, 'signed');
    assert.equal(result.commits.length, 2);
    assert.deepEqual(result.left, []);
    assert.equal(result.ref, 'refs/heads/main');
    assert.equal(at.git('rev-parse', 'main').trim(), result.to);
    assert.ok(verified('main'));
    assert.ok(verified('main~1'));
    assert.ok(!verified('main~2'));
    const told = (rev: string) => at.git('log', '-3', '--format=%T %an %ae %ad %cn %ce %cd %B', rev);
    assert.equal(told(result.to), told(result.from));
    assert.equal(at.git('status', '--porcelain'), '');
    assert.match(at.git('reflog', '-1'), /gatehouse: sign new commits/);
    at.git('fsck', '--strict');
  });

  it('signs an amended commit and the first of all', async () => {
    const amended = await after(() => commit('one, better', '--amend'));
    assert.equal(amended.type, 'signed');
    assert.ok(verified('main'));
    const orphan = await after(() => {
      at.git('checkout', '-q', '--orphan', 'fresh');
      commit('first');
    });
    assert.equal(orphan.type, 'signed');
    assert.equal(orphan.ref, 'refs/heads/fresh');
    assert.ok(verified('fresh'));
  });

  it('does nothing where the person signs nothing, or nothing new was committed', async () => {
    assert.deepEqual(await after(() => undefined), { type: 'nothing', left: [] });
    at.git('branch', 'other');
    commit('two');
    assert.deepEqual(await after(() => at.git('reset', '-q', '--hard', 'other')), { type: 'nothing', left: [] });
    writeFileSync(join(at.home, '.gitconfig'), '[user]\n\tname = Ann\n\temail = ann@example.com\n');
    at.git('config', 'commit.gpgSign', 'true');
    await open();
    const three = await after(() => commit('three'));
    assert.deepEqual([three.type, three.type === 'unsigned' && three.because], ['unsigned', 'git.repositorySigns']);
    at.git('config', '--unset', 'commit.gpgSign');
    assert.deepEqual(await after(() => commit('four')), { type: 'nothing', left: [] });
  });

  it('tells of what was committed on branches that are not checked out', async () => {
    const beside = await after(() => {
      at.git('checkout', '-q', '-b', 'side');
      commit('side');
      at.git('checkout', '-q', 'main');
    });
    assert.deepEqual(beside, { type: 'nothing', left: [at.git('rev-parse', 'side').trim()] });
    const copied = await after(() => {
      commit('two');
      at.git('branch', 'copy');
    });
    assert.equal(copied.type, 'signed');
    assert.deepEqual(copied.left, [at.git('rev-parse', 'copy').trim()]);
    assert.ok(verified('main'));
  });

  it('follows what the person has for the folders of this repository, and not for others', async () => {
    const include = (condition: string, name: string, text: string): string => {
      writeFileSync(join(at.home, name), text);
      return `[includeIf "${condition}"]\n\tpath = ${name}\n`;
    };
    const key = join(at.home, 'key');
    const signs = `[user]\n\tsigningKey = ${key}.pub\n[commit]\n\tgpgSign = true\n[gpg]\n\tformat = ssh\n`;
    const base = `[user]\n\tname = Ann\n\temail = ann@example.com\n[gpg "ssh"]\n\tallowedSignersFile = ${at.home}/signers\n`;
    for (const [condition, follows] of [
      [`gitdir:${at.root}/`, true],
      ['gitdir:workspace/', true],
      ['gitdir/i:WORKSPACE/', true],
      ['gitdir:~/', false],
      ['gitdir:WORKSPACE/', false],
      ['gitdir:other/', false],
    ] as const) {
      writeFileSync(join(at.home, '.gitconfig'), base + include(condition, 'work.gitconfig', signs));
      await open();
      const result = await after(() => commit(condition));
      assert.equal(result.type, follows ? 'signed' : 'nothing', condition);
      assert.equal(verified('main'), follows, condition);
    }
  });

  it("leaves others' commits as they are, and signs the person's upon them", async () => {
    const result = await after(() => {
      at.git(
        '-c',
        'user.email=eve@example.com',
        '-c',
        'commit.gpgSign=false',
        'commit',
        '-q',
        '--allow-empty',
        '-m',
        'eve',
      );
      commit('ann');
    });
    assert.equal(result.type, 'signed');
    assert.equal(result.commits.length, 1);
    assert.deepEqual(result.left, [at.git('rev-parse', 'main~1').trim()]);
    assert.ok(verified('main'));
    assert.ok(!verified('main~1'));
  });

  it('says so where it cannot: merges, a detached head, a key that is gone', async () => {
    const merged = await after(() => {
      at.git('checkout', '-q', '-b', 'side');
      commit('side');
      at.git('checkout', '-q', 'main');
      commit('main');
      at.git('-c', 'commit.gpgSign=false', 'merge', '-q', '--no-ff', '-m', 'merge', 'side');
    });
    assert.deepEqual([merged.type, merged.type === 'unsigned' && merged.because], ['unsigned', 'git.mergeCommits']);
    const detached = await after(() => {
      at.git('checkout', '-q', '--detach');
      commit('loose');
    });
    assert.deepEqual(
      [detached.type, detached.type === 'unsigned' && detached.because],
      ['unsigned', 'git.detachedHead'],
    );
    at.git('checkout', '-q', 'main');
    rmSync(join(at.home, 'key'));
    const failed = await after(() => commit('five'));
    assert.equal(failed.type, 'unsigned');
    assert.equal(failed.because, 'git.signingFailed');
    assert.deepEqual(failed.commits, [at.git('rev-parse', 'main').trim()]);
    assert.match(failed.problem, /key/);
  });

  it('does not move a branch that moved meanwhile, nor write through a link', async () => {
    const locked = await after(() => {
      commit('two');
      writeFileSync(join(at.root, '.git/refs/heads/main.lock'), '');
    });
    assert.equal(locked.type === 'unsigned' && locked.because, 'git.branchMoved');
    rmSync(join(at.root, '.git/refs/heads/main.lock'));
    const tip = at.git('rev-parse', 'main').trim();
    const linked = await after(() => {
      commit('three');
      execFileSync('mv', [join(at.root, '.git/refs/heads'), join(at.outside, 'heads')]);
      symlinkSync(join(at.outside, 'heads'), join(at.root, '.git/refs/heads'));
    });
    assert.equal(linked.type === 'unsigned' && linked.because, 'git.branchMoved');
    assert.notEqual(readFileSync(join(at.outside, 'heads/main'), 'utf8').trim(), tip);
  });

  it('does not append to what a reflog was swapped for', async () => {
    writeFileSync(join(at.outside, 'profile'), 'kept\n');
    const result = await after(() => {
      commit('two');
      rmSync(join(at.root, '.git/logs/HEAD'));
      symlinkSync(join(at.outside, 'profile'), join(at.root, '.git/logs/HEAD'));
    });
    assert.equal(result.type, 'signed');
    assert.equal(readFileSync(join(at.outside, 'profile'), 'utf8'), 'kept\n');
  });

  it('runs nothing of a hostile repository', async () => {
    const hostile = hostileRepository(at.base);
    const { openGit } = await import('../../../src/effects/git/neutral.ts');
    const env = { PATH: process.env['PATH'] ?? '', HOME: at.home };
    const reader = await openGit({ workspace: hostile.root, home: at.home, env, scratch: at.scratch });
    assert.ok(reader);
    const before = refsBefore(reader);
    assert.ok(before);
    const plain = ['-c', 'commit.gpgSign=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'];
    const args = [...plain, '-c', 'user.email=ann@example.com', 'commit', '-q', '--allow-empty', '-m', 'two'];
    execFileSync('git', args, { cwd: hostile.root, env, stdio: 'pipe' });
    hostile.clear();
    const result = await signNewCommits(before, { git: reader, scratch: at.scratch });
    assert.equal(result.type, 'signed');
    assert.deepEqual(hostile.markers(), []);
    await reader.close();
  });

  it('signs with gpg as well', async function () {
    if (!hasGpg) return this.skip();
    const keyring = join(at.home, 'gnupg');
    mkdirSync(keyring, { mode: 0o700 });
    const env = { PATH: process.env['PATH'] ?? '', HOME: at.home, GNUPGHOME: keyring };
    const batch = [
      '--batch',
      '--passphrase',
      '',
      '--quick-gen-key',
      'Ann <ann@example.com>',
      'ed25519',
      'sign',
      'never',
    ];
    try {
      execFileSync('gpg', batch, { env, stdio: 'pipe' });
      writeFileSync(
        join(at.home, '.gitconfig'),
        '[user]\n\tname = Ann\n\temail = ann@example.com\n[commit]\n\tgpgSign = true\n',
      );
      const { openGit } = await import('../../../src/effects/git/neutral.ts');
      const reader = await openGit({ workspace: at.root, home: at.home, env, scratch: at.scratch });
      assert.ok(reader);
      git = reader;
      const result = await after(() => commit('two'));
      assert.equal(result.type, 'signed');
      assert.match(at.git('cat-file', '-p', 'main'), /BEGIN PGP SIGNATURE/);
      execFileSync('git', ['verify-commit', 'main'], { cwd: at.root, env, stdio: 'pipe' });
      await reader.close();
    } finally {
      spawnSync('gpgconf', ['--kill', 'all'], { env });
    }
  });
});
