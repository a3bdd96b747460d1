import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Guard, type GuardUse } from '../../../src/effects/sandbox/guard.ts';
import type { Violation } from '../../../src/protocol/containment.ts';
import { type Box, box, finish, noSandbox } from './setup.ts';

describe('a name that is protected anywhere in the workspace', function () {
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

  const sh = (command: string) => execFileSync('bash', ['-c', command], { cwd: b.root, encoding: 'utf8' });
  const restored = (violations: readonly Violation[]) =>
    violations.flatMap(each => (each.type === 'restored' ? [each.path.slice(b.root.length + 1)] : [])).sort();

  it('does not stay where the folder above it was renamed', async () => {
    const { violations } = await b.run(
      'mkdir -p q/n q/.vscode && git init -q q/sub && echo {} > q/.vscode/tasks.json && echo x > q/n/CLAUDE.md && mv q pkg',
    );
    assert.deepEqual(restored(violations), ['pkg/.vscode', 'pkg/n/CLAUDE.md', 'pkg/sub/.git']);
    for (const name of ['pkg/.vscode', 'pkg/n/CLAUDE.md', 'pkg/sub/.git']) assert.ok(!existsSync(b.path(name)), name);
    assert.ok(existsSync(b.path('pkg/n')));
  });

  for (const folder of ['dist', 'build', 'out', 'target', 'vendor', 'node_modules', '.venv', 'a/b/c/d/e/f/g/h'])
    it(`does not stay as a repository in ${folder}`, async () => {
      const { violations } = await b.run(`mkdir -p ${folder} && git init -q ${folder}/x`);
      assert.deepEqual(restored(violations), [`${folder}/x/.git`]);
      assert.ok(!existsSync(b.path(`${folder}/x/.git`)));
    });

  it('does not stay as a repository that was made before and is moved by a later command', async () => {
    await b.run('mkdir -p dist/x/.vscode; echo {} > dist/x/.vscode/tasks.json');
    assert.ok(existsSync(b.path('dist/x/.vscode')));
    const { violations } = await b.run('mv dist/x moved');
    assert.deepEqual(restored(violations), ['moved/.vscode']);
  });

  it('does not stay as a bare repository', async () => {
    await b.run('git init -q --bare x && git -C x config core.fsmonitor evil');
    assert.ok(!existsSync(b.path('x/config')));
  });

  it('does not stay behind a crowd of others', async () => {
    const { violations } = await b.run(
      'for i in $(seq 1 150); do mkdir -p d/$i; : > d/$i/.envrc; rm d/$i/.envrc; : > /opt/x$i; done 2>/dev/null; mkdir -p src/.vscode node_modules/q; echo {} > src/.vscode/tasks.json; git init -q node_modules/q/s',
    );
    assert.ok(!existsSync(b.path('src/.vscode')));
    assert.ok(!existsSync(b.path('node_modules/q/s/.git')));
    assert.ok(restored(violations).includes('src/.vscode'));
  });

  it('is told of where it could not be looked for', async () => {
    const most = { before: 100, made: 50 };
    const guard = new Guard(b.root, b.home, join(b.tempDir, 'aside'), undefined, most);
    const use: GuardUse = { protected: [], held: new Set(), ghosts: [], absent: [], background: false };
    const command = () => {
      guard.look();
      return guard.begin(use);
    };
    const first = command();
    for (let i = 0; i < 60; i += 1) b.write(`many/${i}`, '');
    b.write('many/deeper/.envrc', '');
    assert.deepEqual(first.end([]), { restored: [], changed: [b.path('many/deeper')] });
    for (let i = 0; i < 60; i += 1) b.write(`many/deeper/${i}`, '');
    b.write('many/deeper/still/.envrc', '');
    const cut = { restored: [], changed: [b.path('many/deeper/still')] };
    assert.deepEqual(command().end([]), cut, 'a workspace that is too large is told of');
    assert.deepEqual(command().end([]), { restored: [], changed: [] }, 'and but once');
  });

  it('stays where the person put it between two commands', async () => {
    await b.run('true');
    b.write('pkg/CLAUDE.md', 'mine');
    sh('git init -q vendor/mine');
    const { violations } = await b.run('echo x > pkg/a; echo y > vendor/a');
    assert.deepEqual(violations, []);
    assert.equal(readFileSync(b.path('pkg/CLAUDE.md'), 'utf8'), 'mine');
    assert.ok(existsSync(b.path('vendor/mine/.git/config')));
  });

  it('stays where the person makes it while only a background command is alive, and below the top', async () => {
    const background = await b.start('sleep 30', {}, true);
    const ended = finish(background);
    b.write('pkg/CLAUDE.md', 'mine');
    assert.deepEqual((await b.run('true')).violations, []);
    await background.tree.end();
    assert.deepEqual((await ended).violations, []);
    assert.equal(readFileSync(b.path('pkg/CLAUDE.md'), 'utf8'), 'mine');
  });

  it('is read-only as a repository wherever it lies', async () => {
    const places = ['vendor/lib', 'out/x', 'node_modules/y', 'a/b/c/d/e/f/g/h'];
    for (const place of places) sh(`git init -q ${place}`);
    const { violations } = await b.run(places.map(place => `git -C ${place} config core.fsmonitor evil`).join('; '));
    assert.deepEqual(
      violations,
      places.map(place => ({ type: 'write', path: b.path(`${place}/.git/config`) })),
    );
    for (const place of places)
      assert.doesNotMatch(readFileSync(b.path(`${place}/.git/config`), 'utf8'), /evil/, place);
  });

  it('is read-only as the file of a submodule', async () => {
    sh('git init -q modules/lib; mkdir -p vendor/lib; echo "gitdir: ../../modules/lib/.git" > vendor/lib/.git');
    await b.run('echo "gitdir: ../../build/evil/.git" > vendor/lib/.git; mv vendor/lib vendor/other');
    assert.equal(readFileSync(b.path('vendor/lib/.git'), 'utf8'), 'gitdir: ../../modules/lib/.git\n');
  });

  it('is found behind a folder of many files', async () => {
    sh('mkdir aa; cd aa; seq 20100 | xargs touch');
    b.write('zz/pkg/.vscode/tasks.json', 'mine');
    await b.run('echo evil > zz/pkg/.vscode/tasks.json');
    assert.equal(readFileSync(b.path('zz/pkg/.vscode/tasks.json'), 'utf8'), 'mine');
  });

  it('is put back where there are more than can be mounted', async () => {
    for (let i = 0; i < 250; i += 1) b.write(`d${i}/CLAUDE.md`, 'mine');
    for (let i = 0; i < 250; i += 1) b.write(`e${i}/.claude/settings.json`, 'mine');
    sh('git init -q zz/repo');
    b.write('zz/pkg/.vscode/tasks.json', 'mine');
    const { violations } = await b.run(
      'for i in $(seq 0 249); do echo evil > d$i/CLAUDE.md; echo evil > e$i/.claude/settings.json; echo x > e$i/.claude/new; done; rm -r d7 e7; git -C zz/repo config core.fsmonitor evil; echo evil > zz/pkg/.vscode/tasks.json',
    );
    const read = (name: string) => readFileSync(b.path(name), 'utf8');
    for (let i = 0; i < 250; i += 1) {
      assert.equal(read(`d${i}/CLAUDE.md`), 'mine', `d${i}`);
      assert.equal(read(`e${i}/.claude/settings.json`), 'mine', `e${i}`);
      assert.ok(!existsSync(b.path(`e${i}/.claude/new`)));
    }
    assert.doesNotMatch(read('zz/repo/.git/config'), /evil/);
    assert.equal(read('zz/pkg/.vscode/tasks.json'), 'mine');
    assert.ok(violations.some(({ type }) => type === 'restored'));
  });

  it('is protected where it leads, as a link', async () => {
    mkdirSync(b.path('tools/vscode'), { recursive: true });
    mkdirSync(b.path('tools/hooks'));
    for (const name of ['tools/env.sh', 'tools/vscode/tasks.json', 'tools/hook.sh', 'tools/pre.sh'])
      b.write(name, 'mine');
    symlinkSync('tools/vscode', b.path('.vscode'));
    symlinkSync('tools/env.sh', b.path('.envrc'));
    symlinkSync('tools/later', b.path('.githooks'));
    mkdirSync(b.path('.husky'));
    symlinkSync('../tools/hook.sh', b.path('.husky/pre-commit'));
    symlinkSync('../../tools/pre.sh', b.path('.git/hooks/pre-commit'));
    const { violations } = await b.run(
      'for f in tools/env.sh tools/vscode/tasks.json .vscode/launch.json tools/hook.sh tools/pre.sh; do echo evil > $f; done; mkdir tools/later && echo evil > tools/later/pre-commit',
    );
    for (const name of ['tools/env.sh', 'tools/vscode/tasks.json', 'tools/hook.sh', 'tools/pre.sh'])
      assert.equal(readFileSync(b.path(name), 'utf8'), 'mine', name);
    assert.ok(!existsSync(b.path('tools/vscode/launch.json')));
    assert.ok(!existsSync(b.path('tools/later')));
    assert.deepEqual(restored(violations), ['tools/later']);
  });

  it('is protected where settings lead, also where nothing is yet', async () => {
    await b.remove();
    const led: string[] = [];
    b = await box({}, { led: () => Promise.resolve(led) });
    led.push(b.path('tools/hooks'), b.path('tools/git.inc'));
    b.write('tools/hooks/pre-commit', 'mine');
    await b.run('echo evil > tools/hooks/pre-commit; echo evil > tools/git.inc; mv tools other');
    assert.equal(readFileSync(b.path('tools/hooks/pre-commit'), 'utf8'), 'mine');
    assert.ok(!existsSync(b.path('tools/git.inc')) && !existsSync(b.path('other')));
    await b.run('echo allowed > tools/hooks/pre-commit', { writes: [b.path('tools/hooks/pre-commit')] });
    assert.equal(readFileSync(b.path('tools/hooks/pre-commit'), 'utf8'), 'allowed\n');
  });

  it('may be saved by the person while a command is alive', async () => {
    const command = await b.start('while [ ! -e go ]; do sleep 0.02; done');
    b.write('pkg/.vscode/settings.json', 'mine');
    b.sandbox.accept(b.path('pkg/.vscode/settings.json'));
    b.write('go', '');
    assert.deepEqual((await finish(command)).violations, []);
    assert.equal(readFileSync(b.path('pkg/.vscode/settings.json'), 'utf8'), 'mine');
  });

  it('is looked at again where a folder of packages was removed', async () => {
    sh('git init -q node_modules/y');
    await b.run('true');
    rmSync(b.path('node_modules'), { recursive: true });
    writeFileSync(b.path('node_modules'), 'a file');
    assert.deepEqual((await b.run('true')).violations, []);
  });
});
