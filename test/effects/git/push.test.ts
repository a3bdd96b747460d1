import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GitReader, openGit } from '../../../src/effects/git/neutral.ts';
import { type Push, push, readPush, transportOf } from '../../../src/effects/git/push.ts';
import { hostileRepository } from '../../support/hostileRepository.ts';
import { type Place, place } from '../facts/setup.ts';

const words = (text: string) => text.split(' ');

describe('a push', () => {
  let at: Place;
  let git: GitReader;
  let remote: string;

  beforeEach(async () => {
    at = place();
    remote = join(at.base, 'remote.git');
    at.git('init', '-q', '--bare', remote);
    at.git('init', '-q');
    at.git('remote', 'add', 'origin', remote);
    commit('one');
    const reader = await at.reader();
    assert.ok(reader);
    git = reader;
  });
  afterEach(() => at.remove());

  const commit = (message: string, ...more: string[]) =>
    at.git('commit', '-q', '--allow-empty', '-m', message, ...more);
  const over = (ref: string) => at.git(`--git-dir=${remote}`, 'rev-parse', ref).trim();
  const here = (ref: string) => at.git('rev-parse', ref).trim();

  async function typed(text: string): Promise<Push> {
    const read = await readPush(words(text), git);
    assert.ok(read, text);
    return read;
  }

  it('is typed in its simple forms', async () => {
    const main = { sha: here('main'), ref: 'refs/heads/main' };
    const plain = {
      remote: 'origin',
      url: remote,
      shown: remote,
      refspecs: [main],
      force: false,
      lease: null,
      setUpstream: false,
    };
    assert.deepEqual(await readPush(words('git push origin main'), git), plain);
    assert.deepEqual(await readPush(words('git push origin HEAD'), git), plain);
    assert.deepEqual(await readPush(words('git push -u origin main'), git), { ...plain, setUpstream: true });
    assert.deepEqual(await readPush(words('git push --force origin main'), git), { ...plain, force: true });
    // Without an upstream of that name git refuses as well.
    assert.equal(await readPush(words('git push'), git), null);
    at.git('config', 'branch.main.remote', 'origin');
    at.git('config', 'branch.main.merge', 'refs/heads/main');
    assert.deepEqual(await readPush(words('git push'), git), plain);
    assert.deepEqual(await readPush(words('git push origin'), git), plain);
    at.git('config', 'branch.main.merge', 'refs/heads/other');
    assert.equal(await readPush(words('git push'), git), null);
  });

  it('is not typed in any other', async () => {
    for (const text of [
      'git push --tags',
      'git push --all',
      'git push --mirror',
      'git push --delete origin main',
      'git push origin :main',
      'git push origin +main',
      'git push origin main:other',
      'git push origin main other',
      'git push origin none',
      'git push nowhere main',
      'git push --receive-pack=x origin main',
      'git push --no-verify origin main',
      'git push --force-with-lease origin main',
      `git push ${remote} main`,
      'git -c x=y push',
      'git pull',
    ])
      assert.equal(await readPush(words(text), git), null, text);
    for (const key of ['mirror', 'push', 'vcs', 'receivepack']) {
      at.git('config', `remote.origin.${key}`, 'true');
      assert.equal(await readPush(words('git push origin main'), git), null, key);
      at.git('config', '--unset', `remote.origin.${key}`);
    }
  });

  it('takes https and ssh alone', () => {
    for (const url of ['https://host/x.git', 'https://user:token@host:8443/x'])
      assert.equal(transportOf(url), 'https', url);
    for (const url of ['git@host:x/y.git', 'host:x', 'ssh://git@host:22/x', 'ssh://host/x'])
      assert.equal(transportOf(url), 'ssh', url);
    for (const url of [
      'ext::sh -c x',
      'ext::/bin/x',
      'fd::1',
      'http://host/x',
      'git://host/x',
      '-oProxyCommand=x',
      '-x:y',
      'ssh://-oProxyCommand=x/y',
      'ssh://user@-oProxyCommand=x/y',
      'https://-x/y',
      'file::/x',
      'relative',
      './x',
      'host:-x',
      'ftp://host/x',
      'git@host:x\ny',
    ])
      assert.equal(transportOf(url), null, url);
  });

  it('carries the commit that was seen, and moves the tracking branch', async () => {
    const what = await typed('git push origin main');
    const seen = here('main');
    commit('two');
    assert.deepEqual(await push(what, { git, scratch: at.scratch, allowFile: true }), {
      type: 'pushed',
      refs: [{ ref: 'refs/heads/main', change: 'new' }],
    });
    assert.equal(over('main'), seen);
    assert.equal(here('refs/remotes/origin/main'), seen);
    const again = await push(await typed('git push origin main'), { git, scratch: at.scratch, allowFile: true });
    assert.deepEqual(again, { type: 'pushed', refs: [{ ref: 'refs/heads/main', change: 'updated' }] });
    assert.equal(over('main'), here('main'));
  });

  it('does not go to a path unless that is allowed', async () => {
    const failed = await push(await typed('git push origin main'), { git, scratch: at.scratch });
    assert.deepEqual(failed, { type: 'failed', because: 'git.pushAddress', problem: remote });
    assert.throws(() => over('main'));
  });

  it('does not carry objects that lie elsewhere', async () => {
    const what = await typed('git push origin main');
    const objects = join(at.root, '.git/objects');
    writeFileSync(join(objects, 'info/alternates'), `${at.outside}\n`);
    const borrowed = await push(what, { git, scratch: at.scratch, allowFile: true });
    assert.equal(borrowed.type === 'failed' && borrowed.because, 'git.borrowedObjects');
    rmSync(join(objects, 'info/alternates'));
    rmSync(join(objects, 'pack'), { recursive: true });
    symlinkSync(at.outside, join(objects, 'pack'));
    const linked = await push(what, { git, scratch: at.scratch, allowFile: true });
    assert.equal(linked.type === 'failed' && linked.because, 'git.borrowedObjects');
    assert.throws(() => over('main'));
  });

  it('is rejected where it would lose commits, unless it is forced', async () => {
    await push(await typed('git push origin main'), { git, scratch: at.scratch, allowFile: true });
    const lost = here('main');
    commit('one, better', '--amend');
    const rejected = await push(await typed('git push origin main'), { git, scratch: at.scratch, allowFile: true });
    assert.equal(rejected.type, 'failed');
    assert.equal(rejected.because, 'git.pushRejected');
    assert.equal(over('main'), lost);
    const leased = await typed('git push --force-with-lease origin main');
    assert.equal(leased.lease, lost);
    const stale = await push({ ...leased, lease: here('main') }, { git, scratch: at.scratch, allowFile: true });
    assert.equal(stale.type, 'failed');
    const forced = await push(leased, { git, scratch: at.scratch, allowFile: true });
    assert.deepEqual(forced, { type: 'pushed', refs: [{ ref: 'refs/heads/main', change: 'forced' }] });
  });

  it("uses the person's configuration and says nothing of secrets in an address", async () => {
    const asked = join(at.base, 'asked');
    const helper = join(at.home, 'helper');
    writeFileSync(helper, `#!/bin/sh\n: > '${asked}'\n`);
    chmodSync(helper, 0o755);
    appendFileSync(
      join(at.home, '.gitconfig'),
      `[credential]\n\thelper = ${helper}\n[url "${remote}"]\n\tinsteadOf = https://mine.example/\n`,
    );
    const what = {
      ...(await typed('git push origin main')),
      url: 'https://mine.example/',
      shown: 'https://mine.example/',
    };
    assert.equal((await push(what, { git, scratch: at.scratch, allowFile: true })).type, 'pushed');
    assert.ok(!existsSync(asked));
    const secret = 'https://user:hunter2secret@127.0.0.1:9/x.git';
    const failed = await push(
      { ...what, url: secret, shown: 'https://***@127.0.0.1:9/x.git' },
      { git, scratch: at.scratch },
    );
    assert.equal(failed.type, 'failed');
    assert.equal(failed.because, 'git.pushFailed');
    assert.doesNotMatch(failed.problem, /hunter2/);
  });

  it('runs nothing of a hostile repository', async () => {
    const hostile = hostileRepository(at.base);
    const { PATH = '' } = process.env;
    const env = { PATH: `${hostile.root}:${PATH}`, HOME: at.home };
    const reader = await openGit({ workspace: hostile.root, home: at.home, env, scratch: at.scratch });
    assert.ok(reader);
    assert.equal(await readPush(words('git push origin main'), reader), null);
    assert.equal(await readPush(words('git push plain main'), reader), null);
    const sha = reader.headCommit();
    assert.ok(sha);
    const what: Push = {
      remote: 'plain',
      url: remote,
      shown: remote,
      refspecs: [{ sha, ref: 'refs/heads/main' }],
      force: false,
      lease: null,
      setUpstream: false,
    };
    assert.equal((await push(what, { git: reader, scratch: at.scratch, allowFile: true })).type, 'pushed');
    const ext = { ...what, url: `ext::${join(at.base, 'tools/ext')} ` };
    assert.equal((await push(ext, { git: reader, scratch: at.scratch, allowFile: true })).type, 'failed');
    assert.equal(execFileSync('git', [`--git-dir=${remote}`, 'rev-parse', 'main'], { encoding: 'utf8' }).trim(), sha);
    assert.deepEqual(hostile.markers(), []);
    await reader.close();
  });
});
