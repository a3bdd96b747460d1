import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
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
    assert.ok(lstatSync(join(b.base, 'cache', 'gitconfig')).isSymbolicLink());
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
    guard.begin([b.path('sub/.envrc')], [b.path('sub/.vscode')], []);
    mkdirSync(join(b.home, '.vscode'));
    renameSync(b.path('sub'), b.path('away'));
    symlinkSync(b.home, b.path('sub'));
    assert.deepEqual(guard.end([]), { restored: [], changed: [b.path('sub/.envrc')] });
    assert.ok(!existsSync(join(b.home, '.envrc')));
    assert.ok(readdirSync(b.home).includes('.vscode'));
  });
});
