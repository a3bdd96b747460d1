import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { scrubEnvironment } from '../../src/effects/environment.ts';
import { type ConfiningSetup, confining } from '../../src/hosts/confining.ts';
import { openHome } from '../../src/journal/home.ts';
import { finish, helperPath, noSandbox } from '../effects/sandbox/setup.ts';
import { failsWith } from '../effects/setup.ts';

const seccomp = resolve(import.meta.dirname, '../../node_modules/@anthropic-ai/sandbox-runtime/vendor/seccomp');
const never = new AbortController().signal;

describe('The sandbox of a run', () => {
  let base: string;
  let setup: ConfiningSetup;
  beforeEach(async () => {
    base = realpathSync(mkdtempSync('/var/tmp/gatehouse-confining-'));
    const folder = (name: string): string => {
      mkdirSync(join(base, name), { mode: 0o700 });
      return join(base, name);
    };
    const [root, personHome, assets] = [folder('workspace'), folder('home'), folder('assets')];
    symlinkSync(helperPath, join(assets, 'sandbox-helper.cjs'));
    symlinkSync(seccomp, join(assets, 'seccomp'));
    const PATH = [dirname(process.execPath), '/usr/bin', '/bin', '/usr/sbin', '/sbin'].join(':');
    const { env } = scrubEnvironment({ HOME: personHome, PATH }, () => false);
    const home = await openHome({ env: { GATEHOUSE_HOME: join(base, 'state') } });
    setup = { setting: 'auto', home, run: 'r1', root, personHome, git: null, env, assets };
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const request = (command: string) => ({
    command,
    cwd: setup.root,
    env: setup.env,
    terms: { profile: 'workspace' as const, hosts: [], writes: [] },
    background: false,
  });
  const opened = (): boolean => existsSync(join(setup.home.runs, setup.run, 'tmp', 'run'));

  it('is known before the first command and opened with it', async () => {
    const { sandbox, containment } = await confining({ ...setup, setting: 'require' });
    assert.deepEqual(await containment(), { sandbox: true, contained: true }, noSandbox);
    assert.equal(sandbox?.available.ok, true);
    assert.equal(opened(), false);
    try {
      const result = await finish(await sandbox.start(request('echo held; echo > ../outside'), never));
      assert.match(result.output, /^held\n/);
      assert.equal(existsSync(join(base, 'outside')), false);
      assert.equal(opened(), true);
    } finally {
      await sandbox.close();
    }
    assert.equal(opened(), false);
  });

  it('holds the first command though nobody waited for the trial', async () => {
    const { sandbox } = await confining(setup);
    assert.ok(sandbox !== null);
    try {
      assert.equal((await finish(await sandbox.start(request('echo held'), never))).output, 'held\n', noSandbox);
    } finally {
      await sandbox.close();
    }
  });

  describe('where there can be none', () => {
    beforeEach(() => {
      setup = { ...setup, personHome: join(setup.root, 'home') };
    });

    it('is refused to a run that requires it', () =>
      assert.rejects(
        confining({ ...setup, setting: 'require' }),
        failsWith('sandbox.unavailable', { why: 'holdsHome' }),
      ));

    it('is told as missing to one that does not, and holds no command', async () => {
      const { sandbox, containment } = await confining(setup);
      assert.deepEqual(await containment(), { sandbox: false, contained: false });
      await assert.rejects(async () => sandbox?.start(request('true'), never), failsWith('sandbox.unavailable'));
    });
  });

  it('is neither tried nor used where the container is the boundary', async () => {
    const { sandbox, containment } = await confining({ ...setup, setting: 'container-is-the-boundary' });
    assert.equal(sandbox, null);
    assert.deepEqual(await containment(), { sandbox: false, contained: true });
  });
});
