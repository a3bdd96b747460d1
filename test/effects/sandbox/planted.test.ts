import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Guard } from '../../../src/effects/sandbox/guard.ts';
import { openSandbox } from '../../../src/effects/sandbox/sandbox.ts';
import { type Box, box, finish, helperPath, noSandbox } from './setup.ts';

describe('a link that a command plants', function () {
  this.timeout(60_000);
  let b: Box;
  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    b = await box({ gitIdentity: { name: 'A', email: 'a@example.invalid' } });
    assert.deepEqual(b.sandbox.available, { ok: true, kind: 'bwrap' }, noSandbox);
    writeFileSync(join(b.home, '.bashrc'), 'mine\n');
  });
  afterEach(async () => {
    await b?.remove();
  });

  it('in the cache is not written through by the next run', async () => {
    const bashrc = join(b.home, '.bashrc');
    await b.run(`ln -sf ${bashrc} "$(dirname "$XDG_CACHE_HOME")/gitconfig"; ln -sf ${bashrc} "$TMPDIR/gitconfig"`);
    assert.ok(lstatSync(join(b.base, 'cache', 'offline', 'gitconfig')).isSymbolicLink());
    await b.sandbox.close();
    const next = await openSandbox({
      workspaceRoot: b.root,
      cacheDir: join(b.base, 'cache'),
      tempDir: b.tempDir,
      helperPath,
      env: b.env,
      home: b.home,
      options: { gitIdentity: { name: 'B', email: 'b@example.invalid' } },
    });
    const terms = { profile: 'workspace' as const, hosts: [], writes: [] };
    const command = 'git config user.name; echo x >> $GIT_CONFIG_GLOBAL; git config user.name';
    const request = { command, cwd: b.root, env: b.env, terms, background: false };
    const { output } = await finish(await next.start(request, new AbortController().signal));
    await next.close();
    assert.match(output, /^B\n[^]*B\n$/);
    assert.equal(readFileSync(bashrc, 'utf8'), 'mine\n');
  });

  it('in place of a folder does not lead the guard out of the workspace', async () => {
    const { violations } = await b.run(
      `mkdir sub; echo x > sub/.bashrc; rm -r sub; ln -s ${b.home} sub; echo x > AGENTS.md`,
    );
    assert.equal(readFileSync(join(b.home, '.bashrc'), 'utf8'), 'mine\n');
    assert.deepEqual(violations, [{ type: 'restored', path: b.path('AGENTS.md') }]);
  });

  it('is not followed where something is put back, set aside or removed', () => {
    mkdirSync(b.path('sub'));
    symlinkSync('there', b.path('sub/.envrc'));
    const guard = new Guard(b.root, b.home, join(b.tempDir, 'aside'));
    const watch = guard.begin({
      protected: [b.path('sub/.envrc')],
      held: new Set(),
      ghosts: [b.path('sub/.vscode')],
      absent: [],
      background: false,
    });
    mkdirSync(join(b.home, '.vscode'));
    renameSync(b.path('sub'), b.path('away'));
    symlinkSync(b.home, b.path('sub'));
    assert.deepEqual(watch.end([]), { restored: [b.path('away/.envrc')], changed: [b.path('sub/.envrc')] });
    assert.ok(!existsSync(join(b.home, '.envrc')));
    assert.ok(readdirSync(b.home).includes('.vscode'));
  });
});

describe('a permit for a place where nothing is yet', function () {
  this.timeout(60_000);
  let b: Box;
  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    b = await box();
    assert.deepEqual(b.sandbox.available, { ok: true, kind: 'bwrap' }, noSandbox);
  });
  afterEach(async () => {
    await b?.remove();
  });

  it('opens that place of the home folder and nothing beside it', async () => {
    const out = join(b.home, 'out');
    const { output, violations } = await b.run(
      'mkdir -p ~/out && echo x > ~/out/a; cat ~/.ssh/id_ed25519 ~/.aws/credentials; echo y > ~/.zshenv; ls -A ~',
      { writes: [out] },
    );
    assert.doesNotMatch(output, /PRIVATE|SECRET/);
    assert.equal(readFileSync(join(out, 'a'), 'utf8'), 'x\n');
    assert.deepEqual(readdirSync(b.home).sort(), ['.aws', '.ssh', 'out']);
    assert.deepEqual(violations, [{ type: 'write', path: join(b.home, '.zshenv') }]);
  });

  it('opens a new project beside the workspace, not its neighbours', async () => {
    writeFileSync(join(b.outside, 'notes'), 'neighbour');
    const fresh = join(b.base, 'newproj');
    const { output } = await b.run(
      'mkdir ../newproj && echo x > ../newproj/a; cat ../outside/notes; echo y > ../other; ls ..; cat a.txt',
      { writes: [fresh] },
    );
    assert.doesNotMatch(output, /neighbour/);
    assert.match(output, /a\n$/);
    assert.equal(readFileSync(join(fresh, 'a'), 'utf8'), 'x\n');
    assert.ok(!existsSync(join(b.base, 'other')));
  });

  it('makes the folders above it, and a file as a file', async () => {
    const file = join(b.home, 'p', 'q', 'file');
    await b.run('mkdir -p ~/p/q; echo x > ~/p/q/file; echo y > ~/p/q/other', { writes: [file] });
    assert.equal(readFileSync(file, 'utf8'), 'x\n');
    assert.deepEqual(readdirSync(join(b.home, 'p', 'q')), ['file']);
  });

  it('puts no link there', async () => {
    const out = join(b.home, 'out');
    const { violations } = await b.run('ln -s /etc/passwd ~/out', { writes: [out] });
    assert.deepEqual(violations, [{ type: 'write', path: out }]);
    assert.deepEqual(readdirSync(b.home).sort(), ['.aws', '.ssh']);
  });

  it('does not open what is ours, what holds the workspace or the home folder, or a folder of keys', async () => {
    const key = join(b.tempDir, 'mask.key');
    writeFileSync(key, 'MASK');
    for (const path of [key, join(b.tempDir, 'new.key'), b.base, b.home, join(b.home, '.ssh')]) {
      const { output } = await b.run(`cat ${key} ~/.ssh/id_ed25519; echo x > ${join(b.home, '.ssh', 'config')}`, {
        writes: [path],
      });
      assert.doesNotMatch(output, /MASK|PRIVATE/, path);
      assert.deepEqual(readdirSync(join(b.home, '.ssh')), ['id_ed25519'], path);
    }
  });

  it('hides the credentials in a folder that it opens', async () => {
    const folder = join(b.home, 'work');
    mkdirSync(join(folder, '.ssh'), { recursive: true });
    writeFileSync(join(folder, '.ssh', 'id_rsa'), 'PRIVATE');
    const { output } = await b.run('cat ~/work/.ssh/id_rsa; echo x > ~/work/a', { writes: [folder] });
    assert.doesNotMatch(output, /PRIVATE/);
    assert.ok(existsSync(join(folder, 'a')));
  });

  it('opens one file of a protected folder and leaves the others', async () => {
    const file = b.path('.vscode/settings.json');
    const command =
      'mkdir -p .vscode; echo x > .vscode/settings.json; echo y > .vscode/launch.json; mv .vscode v; cat .vscode/old';
    const launch = [{ type: 'write', path: b.path('.vscode/launch.json') }];
    const fresh = await b.run(command, { writes: [file] });
    assert.deepEqual(readdirSync(b.path('.vscode')), ['settings.json']);
    assert.deepEqual(fresh.violations.slice(0, 1), launch);
    writeFileSync(b.path('.vscode/old'), 'old');
    for (const path of ['settings.json', 'tasks.json']) {
      const { output, violations } = await b.run(command.replaceAll('settings.json', path), {
        writes: [b.path(`.vscode/${path}`)],
      });
      assert.match(output, /old$/);
      assert.deepEqual(violations.slice(0, 1), launch);
      assert.equal(readFileSync(b.path(`.vscode/${path}`), 'utf8'), 'x\n');
    }
    assert.deepEqual(readdirSync(b.path('.vscode')).sort(), ['old', 'settings.json', 'tasks.json']);
  });

  it('asks about no folder that is there already', async () => {
    const { violations } = await b.run(`mkdir -p / ${b.base} ${b.home} ${b.outside} /etc .git; mkdir -p /etc/fresh`);
    assert.deepEqual(violations, [{ type: 'write', path: '/etc/fresh' }]);
  });

  it('leaves no settings in the caches of tools', async () => {
    const plant =
      'mkdir -p $CARGO_HOME $GRADLE_USER_HOME/init.d; echo x > $CARGO_HOME/config.toml; echo x > $GRADLE_USER_HOME/init.d/a; ln -s ~/.bashrc $CARGO_HOME/config';
    await b.run(plant);
    assert.ok(existsSync(join(b.base, 'cache/offline/cargo/config.toml')));
    writeFileSync(join(b.home, '.bashrc'), 'mine');
    const read = 'cat $CARGO_HOME/config.toml $CARGO_HOME/config $GRADLE_USER_HOME/init.d/a';
    const { output } = await b.run(`${plant}; ${read}; echo ok > $CARGO_HOME/kept`);
    assert.doesNotMatch(output, /^x$/m);
    assert.equal(readFileSync(join(b.base, 'cache/offline/cargo/config.toml'), 'utf8'), '');
    assert.equal(readFileSync(join(b.base, 'cache/offline/cargo/kept'), 'utf8'), 'ok\n');
    rmSync(join(b.base, 'cache/offline/cargo'), { recursive: true });
    symlinkSync(b.home, join(b.base, 'cache/offline/cargo'));
    await b.run('true');
    assert.equal(readFileSync(join(b.home, '.bashrc'), 'utf8'), 'mine');
    assert.ok(!existsSync(join(b.base, 'cache/offline/cargo')));
  });

  it('are set aside where packages lie, made of a folder that was there before', async () => {
    await b.run(
      'mkdir -p .cache/p; cd .cache/p; seq 700 | xargs mkdir; git init -q g0; mv g0/.git g; mv g/HEAD g/H; rmdir g0',
    );
    await b.run('true');
    const { violations } = await b.run('cd .cache/p; mv g/H g/HEAD; mv g .git');
    assert.ok(violations.some(each => each.type === 'restored' && each.path === b.path('.cache/p/.git')));
    assert.ok(!existsSync(b.path('.cache/p/.git')));
  });
});
