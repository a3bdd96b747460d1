import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { until } from '../setup.ts';
import { type Box, box, finish, noSandbox } from './setup.ts';

describe('the history of a repository that a command may write', function () {
  this.timeout(60_000);
  let b: Box;
  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    b = await box({ gitIdentity: { name: 'A', email: 'a@example.invalid' } });
    assert.deepEqual(b.sandbox.available, { ok: true, kind: 'bwrap' }, noSandbox);
    b.git('config', 'user.name', 'A');
    b.git('config', 'user.email', 'a@example.invalid');
  });
  afterEach(async () => {
    await b?.remove();
  });

  const fsck = () => execFileSync('git', ['fsck', '--strict'], { cwd: b.root, encoding: 'utf8', stdio: 'pipe' });
  const hook = (name: string, text: string) => {
    writeFileSync(b.path(`.git/hooks/${name}`), `#!/bin/sh\n${text}\n`);
    chmodSync(b.path(`.git/hooks/${name}`), 0o755);
  };
  const left = () => readdirSync(b.path('.git/objects')).filter(name => name.startsWith('tmp_'));

  it('is added to by a commit, with nothing left behind', async () => {
    const { exitCode, output } = await b.run(
      'echo new > b.txt; git add -A; git commit -q -m Second; git log --oneline',
      {
        profile: 'git',
      },
    );
    assert.equal(exitCode, 0, output);
    assert.equal(b.git('log', '--format=%s'), 'Second\nFirst\n');
    assert.match(readFileSync(b.path('.git/logs/HEAD'), 'utf8'), /First\n.*Second\n$/);
    assert.equal(b.git('show', 'HEAD:b.txt'), 'new\n');
    assert.equal(fsck(), '');
    assert.deepEqual(left(), []);
    assert.equal(b.git('status', '--short'), '');
  });

  it('survives a hook that deletes and empties it', async () => {
    b.git('branch', 'precious');
    writeFileSync(b.path('a.txt'), 'stashed\n');
    b.git('stash', '-q');
    b.git('gc', '-q');
    writeFileSync(b.path('b.txt'), 'loose\n');
    b.git('add', '-A');
    b.git('commit', '-q', '-m', 'Loose');
    hook(
      'pre-commit',
      'rm -rf .git/logs; find .git/objects -type f -exec chmod u+w {} + -delete; find .git/objects /dev -type f -exec sh -c ": > {}" \\; 2>/dev/null; mv .git/objects .git/o; mv .git/logs .git/l',
    );
    const { violations } = await b.run('echo x >> a.txt; git commit -q -a -m x', { profile: 'git' });
    assert.equal(b.git('log', '--format=%s', 'precious'), 'First\n');
    assert.match(b.git('log', '--format=%s', 'HEAD'), /Loose\nFirst\n$/);
    assert.match(b.git('stash', 'list'), /stash@\{0\}/);
    assert.match(b.git('reflog'), /Loose/);
    assert.doesNotMatch(fsck(), /missing|corrupt|broken/);
    assert.ok(violations.some(each => each.type === 'restored' && each.path === b.path('.git/logs/HEAD')));
  });

  it('takes over a pack', async () => {
    const { output } = await b.run(
      'for i in 1 2 3; do echo $i > f$i; git add f$i; git commit -q -m $i; done; git repack -q -d; ls .git/objects/pack',
      { profile: 'git' },
    );
    assert.match(output, /\.pack/);
    assert.equal(b.git('log', '--format=%s'), '3\n2\n1\nFirst\n');
    assert.equal(fsck(), '');
  });

  it('takes over no object whose content is not what its name says', async () => {
    const hash = 'aa'.repeat(20);
    await b.run(
      `mkdir -p .git/objects/aa; cp "$(find /dev/.gatehouse/history -type f -path '*/??/*' | head -1)" .git/objects/aa/${hash.slice(2)}; ln -s /etc/passwd .git/objects/aa/${'bb'.repeat(19)}`,
      { profile: 'git' },
    );
    assert.ok(!existsSync(b.path('.git/objects/aa')));
    assert.equal(fsck(), '');
  });

  it('is there for others while the command that made it goes on', async () => {
    const started = await b.start(
      'echo x > c; git add c; git commit -q -m Live; while [ ! -e go ]; do sleep 0.02; done',
      {
        profile: 'git',
      },
    );
    const ended = finish(started);
    await until(() => {
      try {
        return execFileSync('git', ['show', 'HEAD:c'], { cwd: b.root, encoding: 'utf8', stdio: 'pipe' }) === 'x\n';
      } catch {
        return false;
      }
    }, 'the commit can be read');
    const other = await b.run('git log -1 --format=%s; git commit -q --allow-empty -m Other', { profile: 'git' });
    assert.match(other.output, /^Live$/m);
    writeFileSync(b.path('go'), '');
    await ended;
    assert.equal(b.git('log', '--format=%s'), 'Other\nLive\nFirst\n');
    assert.match(readFileSync(b.path('.git/logs/HEAD'), 'utf8'), /First\n.*Live\n.*Other\n$/);
    assert.deepEqual(left(), []);
  });

  it('is not led elsewhere, nor made to look like another', async () => {
    const exclude = b.path('.git/info/exclude');
    b.write('.git/info/exclude', '# mine\n');
    const { violations } = await b.run(
      'cd .git; mkdir -p remotes branches; printf "URL: https://evil.example/x.git\\n" > remotes/origin; echo https://evil.example/y.git > branches/backup; echo "*" > info/exclude; git rev-parse HEAD > info/grafts',
      { profile: 'git' },
    );
    assert.equal(readFileSync(exclude, 'utf8'), '# mine\n');
    for (const name of ['remotes/origin', 'branches/backup', 'info/grafts'])
      assert.ok(!existsSync(b.path(`.git/${name}`)), name);
    assert.ok(violations.length > 0);
  });

  it('keeps the entries of a stash that is dropped, out of the way', async () => {
    writeFileSync(b.path('a.txt'), 'stashed\n');
    b.git('stash', '-q');
    const log = readFileSync(b.path('.git/logs/refs/stash'), 'utf8');
    await b.run('git stash drop -q', { profile: 'git' });
    assert.equal(b.git('stash', 'list'), '');
    const aside = join(b.tempDir, 'aside');
    assert.deepEqual(
      readdirSync(aside).map(name => readFileSync(join(aside, name, 'log'), 'utf8')),
      [log],
    );
  });

  const outside = () => {
    const victim = join(b.outside, 'profile');
    writeFileSync(victim, 'mine\n');
    return victim;
  };

  it('leads no log to a place outside, where the folder of logs was not there', async () => {
    const victim = outside();
    rmSync(b.path('.git/logs'), { recursive: true });
    await b.run(`mkdir -p .git/logs/refs; ln -s ${victim} .git/logs/refs/x; ln -s ${b.outside} .git/logs/refs/d`, {
      profile: 'git',
    });
    assert.ok(!existsSync(b.path('.git/logs/refs')));
    await b.run(
      'rm -rf .git/logs/*; mkdir -p .git/logs/refs/d; echo evil > .git/logs/refs/x; echo evil > .git/logs/refs/d/n',
      { profile: 'git' },
    );
    assert.equal(readFileSync(victim, 'utf8'), 'mine\n');
    assert.deepEqual(readdirSync(b.outside), ['profile']);
  });

  it('follows no link that stands among the logs already', async () => {
    const victim = outside();
    mkdirSync(b.path('.git/logs/refs/d'), { recursive: true });
    symlinkSync(victim, b.path('.git/logs/refs/x'));
    linkSync(victim, b.path('.git/logs/refs/y'));
    rmSync(b.path('.git/logs/refs/d'), { recursive: true });
    symlinkSync(b.outside, b.path('.git/logs/refs/d'));
    await b.run(
      'mkdir -p .git/logs/refs/d; for n in x y d/n; do rm -f .git/logs/refs/$n; printf "mine\\nevil\\n" > .git/logs/refs/$n; done',
      { profile: 'git', refs: 'any' },
    );
    assert.equal(readFileSync(victim, 'utf8'), 'mine\n');
    assert.deepEqual(readdirSync(b.outside), ['profile']);
  });

  it('keeps its logs however much a command adds to them, and tells of that', async () => {
    const victim = outside();
    const log = readFileSync(b.path('.git/logs/HEAD'), 'utf8');
    const fill = (name: string) =>
      b.run(`head -c 40000000 /dev/zero | tr '\\0' x >> .git/logs/${name}`, { profile: 'git' });
    const told = [...(await fill('HEAD')).violations, ...(await fill('refs/heads/main')).violations];
    assert.deepEqual(told, [
      { type: 'restored', path: b.path('.git/logs/HEAD') },
      { type: 'restored', path: b.path('.git/logs/refs/heads/main') },
    ]);
    await b.run('for i in $(seq 5100); do echo x > .git/logs/refs/$i; done', { profile: 'git' });
    await b.run(`rm -rf .git/logs/*; mkdir -p .git/logs/refs; ln -s ${victim} .git/logs/refs/x`, { profile: 'git' });
    await b.run('rm -f .git/logs/refs/x; echo evil > .git/logs/refs/x', { profile: 'git' });
    assert.equal(readFileSync(b.path('.git/logs/HEAD'), 'utf8'), log);
    assert.equal(readFileSync(victim, 'utf8'), 'mine\n');
  });

  it('shows logs that are too large to copy, to read and no more', async () => {
    writeFileSync(b.path('.git/logs/refs/heads/main'), 'x'.repeat(65 * 1024 * 1024));
    await b.run('rm -rf .git/logs/*; echo evil >> .git/logs/HEAD', { profile: 'git' });
    assert.match(readFileSync(b.path('.git/logs/HEAD'), 'utf8'), /First\n$/);
    assert.ok(existsSync(b.path('.git/logs/refs/heads/main')));
  });
});
