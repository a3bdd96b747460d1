import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { scrubEnvironment } from '../../src/effects/environment.ts';
import { ownProgram, runOwn, runOwnSync, spawnOwn } from '../../src/effects/own.ts';
import { probeProgram } from '../../src/effects/probe.ts';
import { findRipgrep } from '../../src/effects/ripgrep.ts';
import { type Bench, bench } from './setup.ts';

describe('a program of ours', () => {
  let b: Bench;
  beforeEach(async () => {
    b = await bench();
  });
  afterEach(() => b.remove());

  /** A program that says it was here. */
  function plant(folder: string, name: string): string {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), `#!/bin/sh\nenv > ${join(b.outside, 'ran')}\necho planted 1.0\n`);
    chmodSync(join(folder, name), 0o755);
    return folder;
  }

  it("is the system's, whatever stands first on PATH", () => {
    const planted = plant(join(b.outside, 'bin'), 'env');
    assert.match(ownProgram('env', { searchPath: planted, workspace: b.root }) ?? '', /^\/(usr\/)?bin\/env$/);
  });

  it('may lie where PATH names a folder absolutely, and not in the workspace by any way', () => {
    const inside = plant(join(b.root, 'node_modules/.bin'), 'own-tool');
    const linked = join(b.outside, 'linked');
    symlinkSync(inside, linked);
    const single = join(b.outside, 'single');
    mkdirSync(single);
    symlinkSync(join(inside, 'own-tool'), join(single, 'own-tool'));
    mkdirSync(join(b.outside, 'folder/own-tool'), { recursive: true });
    const bad = [
      inside,
      linked,
      single,
      join(b.outside, 'folder'),
      'node_modules/.bin',
      '.',
      '',
      join(b.outside, 'none'),
    ];
    const here = process.cwd();
    process.chdir(b.root);
    try {
      assert.equal(ownProgram('own-tool', { searchPath: bad.join(delimiter), workspace: b.root }), null);
    } finally {
      process.chdir(here);
    }
    const outside = plant(join(b.outside, 'bin'), 'own-tool');
    const searchPath = [...bad, outside].join(delimiter);
    assert.equal(ownProgram('own-tool', { searchPath, workspace: b.root }), join(outside, 'own-tool'));
  });

  it('is given nothing of our environment, and stands in no workspace', async () => {
    process.env['OWN_TEST'] = 'not for programs';
    try {
      const env = ownProgram('env') ?? assert.fail('no env');
      const child = spawnOwn(env, [], { stdio: ['ignore', 'pipe', 'inherit'], env: { MORE: '1' } });
      const spawned = child.stdout === null ? '' : await text(child.stdout);
      for (const said of [spawned, (await runOwn(env, [])).stdout, runOwnSync(env, [])]) {
        assert.deepEqual(
          said
            .match(/^\w+(?==)/gm)
            ?.filter(name => !['MORE', 'PWD', 'SHLVL', '_'].includes(name))
            .sort(),
          ['LC_ALL', 'PATH'],
        );
      }
      assert.match(spawned, /^MORE=1$/m);
      assert.equal((await runOwn(ownProgram('pwd') ?? '', [])).stdout, '/\n');
    } finally {
      delete process.env['OWN_TEST'];
    }
  });

  it('is never one of the workspace where a command is started or a program is asked for its version', async () => {
    const planted = plant(join(b.root, 'bin'), 'mkfifo');
    for (const name of ['rg', 'bash', 'git', 'ps', 'own-tool']) plant(planted, name);
    const PATH = [planted, 'bin', process.env['PATH']].join(delimiter);
    const before = process.env['PATH'];
    process.env['PATH'] = PATH;
    const c = await bench({ root: b.root, env: scrubEnvironment({ PATH }, () => false).env });
    try {
      assert.equal((await c.run(b.sh('echo fine'))).output, 'fine\n');
      await c.run({ kind: 'search', by: 'content', pattern: 'x', root: b.root });
      await probeProgram('git', ['--version'], { searchPath: PATH, workspace: b.root });
      assert.equal(await probeProgram('own-tool', [], { searchPath: PATH, workspace: b.root }), null);
      assert.equal(existsSync(join(b.outside, 'ran')), false);
    } finally {
      process.env['PATH'] = before;
      c.remove();
    }
  });

  it('is not the ripgrep that lies in the workspace, given or not', () => {
    const planted = plant(b.root, 'rg');
    const found = findRipgrep(join(planted, 'rg'), { searchPath: planted, workspace: b.root });
    assert.equal(found.startsWith(b.root), false);
  });
});
