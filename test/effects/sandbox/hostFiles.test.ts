import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { HostFiles } from '../../../src/effects/sandbox/hostFiles.ts';
import { type Box, box, finish, noSandbox } from './setup.ts';

const manifest = '{ "scripts": { "build": "tsc" } }\n';

describe('files that later run outside the sandbox', function () {
  this.timeout(60_000);
  let b: Box;
  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    b = await box();
    assert.deepEqual(b.sandbox.available, { ok: true, kind: 'bwrap' }, noSandbox);
    b.write('package.json', manifest);
    b.write('eslint.config.js', 'export default [];\n');
    b.write('.github/workflows/ci.yml', 'on: push\n');
    b.write('node_modules/eslint/bin/eslint.js', 'lint\n');
    mkdirSync(b.path('node_modules/.bin'));
    symlinkSync('../eslint/bin/eslint.js', b.path('node_modules/.bin/eslint'));
    b.write('.gitignore', 'dist\nnode_modules\n');
  });
  afterEach(async () => {
    await b?.remove();
  });

  const writes = (...names: string[]) => names.map(name => ({ type: 'write', path: b.path(name) }));
  const read = (name: string): string => readFileSync(b.path(name), 'utf8');

  it('are as they were after a command that changed, removed and planted them, and are named', async () => {
    chmodSync(b.path('eslint.config.js'), 0o640);
    const { violations } = await b.run(
      'echo evil >> eslint.config.js; rm package.json; echo x > vite.config.ts; ln -sf /tmp/x .github/workflows/ci.yml; ln -sf ../../evil node_modules/.bin/eslint; echo x > node_modules/.bin/tsc',
    );
    assert.deepEqual(
      new Set(violations.map(each => JSON.stringify(each))),
      new Set(
        writes(
          'eslint.config.js',
          'package.json',
          'vite.config.ts',
          '.github/workflows/ci.yml',
          'node_modules/.bin/eslint',
          'node_modules/.bin/tsc',
        ).map(each => JSON.stringify(each)),
      ),
    );
    assert.equal(read('eslint.config.js'), 'export default [];\n');
    assert.equal(read('package.json'), manifest);
    assert.equal(read('.github/workflows/ci.yml'), 'on: push\n');
    assert.equal(read('node_modules/.bin/eslint'), 'lint\n');
    assert.deepEqual(readdirSync(b.path('node_modules/.bin')), ['eslint']);
    assert.ok(!existsSync(b.path('vite.config.ts')));
    const aside = readdirSync(join(b.tempDir, 'aside'));
    const kept = aside.map(name => readFileSync(join(b.tempDir, 'aside', name, 'path'), 'utf8'));
    assert.ok(kept.includes(b.path('vite.config.ts')));
  });

  it('stay changed where the permit names them, and only those', async () => {
    const { violations } = await b.run('echo more >> eslint.config.js; echo x > package.json', {
      writes: [b.path('eslint.config.js')],
    });
    assert.deepEqual(violations, writes('package.json'));
    assert.equal(read('eslint.config.js'), 'export default [];\nmore\n');
    assert.equal(read('package.json'), manifest);
  });

  it('are not what builds and tests write every day', async () => {
    const { violations } = await b.run(
      [
        'mkdir -p dist coverage src/__snapshots__ .vitest node_modules/.cache node_modules/.vitest src-tauri',
        'echo {} > dist/package.json; echo x > dist/app.config.js; echo x > coverage/lcov.info',
        'echo x > tsconfig.tsbuildinfo; echo x > src/__snapshots__/a.snap; echo x > node_modules/.cache/package.json',
        'echo x > Cargo.lock; echo x > .eslintcache; echo x > run.sh; chmod +x run.sh; echo x > src/generated.ts',
        'echo x > vite.config.ts.timestamp-1-a.mjs; rm vite.config.ts.timestamp-1-a.mjs; echo x > model.pth',
        'touch package.json; cp package.json p; mv p package.json; chmod +x eslint.config.js',
      ].join('; '),
    );
    assert.deepEqual(violations, []);
    assert.equal(read('package.json'), manifest);
    assert.equal(read('Cargo.lock'), 'x\n');
    assert.ok(existsSync(b.path('dist/app.config.js')));
  });

  it('go with the folder that is removed or moved as a whole, and an environment is made', async () => {
    b.write('packages/a/package.json', '{ "name": "a" }\n');
    b.write('packages/b/package.json', '{ "name": "b" }\n');
    const command =
      'mv packages/a packages/c; rm -r packages/b node_modules; mkdir -p .venv/bin; echo x > .venv/bin/python';
    assert.deepEqual((await b.run(command)).violations, []);
    assert.equal(read('packages/c/package.json'), '{ "name": "a" }\n');
    const later = await b.run(
      'echo evil > .venv/bin/python; echo x > .venv/bin/ruff; echo evil > packages/c/package.json',
    );
    assert.equal(later.violations.length, 3);
    assert.equal(read('.venv/bin/python'), 'x\n');
    assert.equal(read('packages/c/package.json'), '{ "name": "a" }\n');
  });

  it('are not reached past a link that takes the place of a folder', async () => {
    const plant = (folder: string) => `mkdir -p evil/${folder} && echo evil > evil/${folder}`;
    const { violations } = await b.run(
      `${plant('workflows')}/ci.yml; mv .github away; ln -s evil .github; mkdir -p e/.bin; echo x > e/.bin/tsc; rm -r node_modules; ln -s e node_modules`,
    );
    assert.ok(violations.some(each => each.type === 'write' && each.path === b.path('.github')));
    assert.ok(violations.some(each => each.type === 'write' && each.path === b.path('node_modules')));
    assert.equal(read('.github/workflows/ci.yml'), 'on: push\n');
    assert.ok(!existsSync(b.path('node_modules/.bin/tsc')));
  });

  it('may be changed by an installation, and by git where it changes what is checked out', async () => {
    b.git('add', '-A');
    b.git('commit', '-q', '-m', 'Second');
    b.git('switch', '-q', '-c', 'other');
    b.write('package.json', '{}\n');
    b.git('commit', '-q', '-a', '-m', 'Third');
    const switched = await b.run('git switch -q main', { profile: 'git', refs: 'any' });
    assert.deepEqual(switched.violations, []);
    assert.equal(read('package.json'), manifest);
    const installed = await b.run('echo x > package-lock.json; echo x > node_modules/.bin/tsc', {
      profile: 'package-install',
    });
    assert.deepEqual(installed.violations, []);
    assert.equal(read('package-lock.json'), 'x\n');
  });

  it('are looked at in a folder of results where git tracks something in it, and in new folders', async () => {
    b.write('build/webpack.config.js', 'mine\n');
    b.write('out/webpack.config.js', 'made\n');
    b.git('add', '-f', 'build');
    const { violations } = await b.run(
      'echo evil | tee build/webpack.config.js out/webpack.config.js; mkdir -p new/dir; echo x > new/dir/setup.py',
    );
    assert.deepEqual(violations, writes('build/webpack.config.js', 'new/dir/setup.py'));
    assert.equal(read('build/webpack.config.js'), 'mine\n');
    assert.equal(read('out/webpack.config.js'), 'evil\n');
  });

  it('are looked at deep down, and where git tracks something in a folder that is named as a build is', async () => {
    const names = ['a/b/c/d/e/f/vite.config.js', 'build-test/jest.config.js', '_build/conftest.py'];
    for (const name of names) b.write(name, 'mine\n');
    b.write('build-x86/jest.config.js', 'made\n');
    b.git('add', '-f', ...names);
    const { violations } = await b.run(`echo evil | tee ${names.join(' ')} build-x86/jest.config.js`);
    assert.equal(violations.length, 3);
    for (const name of names) assert.equal(read(name), 'mine\n');
    assert.equal(read('build-x86/jest.config.js'), 'evil\n');
  });

  it('are looked at behind a crowd of other names', async () => {
    b.write('sub/vite.config.js', 'mine\n');
    await b.run('mkdir aaa zcrowd; cd aaa; seq 20100 | xargs touch; cd ../zcrowd; seq 20100 | xargs touch');
    await b.run('echo evil > sub/vite.config.js; mkdir nn; echo evil > nn/jest.config.js');
    assert.equal(read('sub/vite.config.js'), 'mine\n');
    assert.ok(!existsSync(b.path('nn/jest.config.js')));
  });

  it('are finished by the scripts of packages in the second half of an installation, and no others', async () => {
    const { violations } = await b.run('echo native > node_modules/eslint/bin/eslint.js; echo x >> eslint.config.js', {
      writes: [b.path('node_modules')],
    });
    assert.deepEqual(violations, writes('eslint.config.js'));
    assert.equal(read('node_modules/.bin/eslint'), 'native\n');
  });

  it('keep what a permitted edit wrote while a command was alive, and what it wrote in between', async () => {
    const started = await b.start('until test -e go; do sleep 0.02; done; echo evil >> eslint.config.js');
    b.write('vitest.config.ts', 'edited\n');
    b.sandbox.accept(b.path('vitest.config.ts'));
    b.write('eslint.config.js', 'edited\n');
    b.sandbox.accept(b.path('eslint.config.js'));
    b.write('go', '');
    const { violations } = await finish(started);
    assert.deepEqual(violations, writes('eslint.config.js'));
    assert.equal(read('eslint.config.js'), 'edited\n');
    assert.equal(read('vitest.config.ts'), 'edited\n');
    b.write('package.json', '{}\n');
    assert.deepEqual((await b.run('true')).violations, []);
    assert.equal(read('package.json'), '{}\n');
  });

  it('are the person’s where only a server in the background is alive, but for those that it was seen to write', async () => {
    const server = await b.start(
      'cat eslint.config.js; until test -e go; do sleep 0.02; done; echo evil > package.json; echo > went; until test -e stop; do sleep 0.02; done',
      {},
      true,
    );
    b.write('eslint.config.js', 'mine\n');
    b.write('tsconfig.json', '{}\n');
    b.write('go', '');
    assert.deepEqual((await b.run('until test -e went; do sleep 0.02; done; true')).violations, []);
    assert.equal(read('package.json'), manifest);
    b.write('eslint.config.js', 'mine again\n');
    rmSync(b.path('tsconfig.json'));
    b.write('stop', '');
    assert.deepEqual((await finish(server)).violations, writes('package.json'));
    assert.equal(read('eslint.config.js'), 'mine again\n');
    assert.ok(!existsSync(b.path('tsconfig.json')));
  });

  describe('seen from our side', () => {
    const use = { free: false, lifted: [], background: false };
    let files: HostFiles;
    beforeEach(() => {
      files = new HostFiles(b.root, b.home, join(b.tempDir, 'aside'), b.path('.git/index'));
    });

    it('are put back where a background command wrote them between two others, and it is told of that one', () => {
      const server = files.begin({ ...use, background: true });
      b.write('package.json', 'evil\n');
      server.hint(b.path('package.json'));
      b.write('eslint.config.js', 'mine\n');
      assert.deepEqual(files.begin(use).end(), []);
      assert.equal(read('package.json'), manifest);
      assert.equal(read('eslint.config.js'), 'mine\n');
      assert.deepEqual(server.end(), [b.path('package.json')]);
    });

    it('are put back where it is heard late that a background command wrote them', () => {
      const server = files.begin({ ...use, background: true });
      b.write('package.json', 'evil\n');
      b.write('eslint.config.js', 'mine\n');
      const test = files.begin(use);
      server.hint(b.path('package.json'));
      b.write('eslint.config.js', 'evil\n');
      assert.deepEqual(test.end(), [b.path('eslint.config.js')]);
      assert.equal(read('package.json'), manifest);
      assert.equal(read('eslint.config.js'), 'mine\n');
      assert.deepEqual(server.end(), [b.path('package.json')]);
    });

    it('are anybody’s while a command is alive that may change them all', () => {
      const install = files.begin({ ...use, free: true, background: true });
      const test = files.begin(use);
      b.write('package.json', '{}\n');
      assert.deepEqual(test.end(), []);
      assert.deepEqual(install.end(), []);
      assert.equal(read('package.json'), '{}\n');
    });

    it('are not found among more names than are looked at, and what is there is left alone', () => {
      const few = new HostFiles(b.root, b.home, join(b.tempDir, 'aside'), b.path('.git/index'), 50);
      for (let at = 0; at < 60; at += 1) b.write(`many/${at}`, '');
      b.write('many/more/package.json', '{}\n');
      const watch = few.begin(use);
      b.write('many/more/setup.py', 'x\n');
      b.write('package.json', '{}\n');
      assert.deepEqual(watch.end(), [b.path('package.json'), b.path('.github/workflows')]);
      assert.equal(read('many/more/package.json'), '{}\n');
      assert.deepEqual(few.begin(use).end(), []);
    });

    it('are told apart by what is in them, though their size and the time that they claim are the same', () => {
      utimesSync(b.path('package.json'), 1_000, 1_000);
      const watch = files.begin(use);
      b.write('package.json', manifest.replace('tsc', 'bad'));
      utimesSync(b.path('package.json'), 1_000, 1_000);
      assert.deepEqual(watch.end(), [b.path('package.json')]);
      assert.equal(read('package.json'), manifest);
    });
  });
});
