import assert from 'node:assert/strict';
import { judgeAttempt } from '../../../src/effects/sandbox/attempts.ts';
import { bwrapArguments } from '../../../src/effects/sandbox/bwrap.ts';
import { noCaches } from '../../../src/effects/sandbox/caches.ts';
import { sandboxEnvironment } from '../../../src/effects/sandbox/environment.ts';
import { confine, type Surroundings } from '../../../src/effects/sandbox/profiles.ts';
import { rebuildCommandFor } from '../../../src/effects/sandbox/rebuild.ts';
import { seccompFilter } from '../../../src/effects/sandbox/seccomp.ts';
import { type ProfileName, profileNames } from '../../../src/protocol/containment.ts';

const around: Surroundings = {
  root: '/home/me/ws',
  home: '/home/me',
  git: {
    common: '/home/me/ws/.git',
    own: '/home/me/ws/.git',
    fixed: ['/home/me/ws/.git/config', '/home/me/ws/.git/hooks', '/home/me/ws/.git/info/attributes'],
    absent: ['/home/me/ws/.git/modules'],
    pins: ['/home/me/ws/.git/info'],
  },
  caches: { ...noCaches, write: ['/home/me/.state/cache'] },
  tmpDir: '/home/me/.state/tmp',
  hidden: ['/home/me', '/home', '/run'],
  blank: ['/etc/shadow'],
  toolchains: ['/home/me/.cargo/bin'],
  protected: ['/home/me/ws/AGENTS.md', '/home/me/ws/packages/a/.vscode'],
  absent: ['/home/me/ws/.vscode'],
  writes: [],
  staged: [],
  lifted: [],
  secrets: { folders: [], files: [] },
};
const terms = (profile: ProfileName, more: { hosts?: string[]; writes?: string[] } = {}) => ({
  profile,
  hosts: [],
  writes: [],
  ...more,
});

/** The mounts as `what path`, in order. */
function mountsOf(profile: ProfileName, given: Partial<Surroundings> = {}): string[] {
  const argv = bwrapArguments('/usr/bin/bwrap', {
    confinement: confine(terms(profile), { ...around, ...given }),
    command: 'echo "a b"; rm -rf $HOME',
    cwd: '/home/me/ws',
    shell: '/bin/bash',
    applySeccomp: '/ext/apply-seccomp',
    observer: '{observer}',
    seccompFd: 3,
    root: null,
    processes: null,
    gitConfig: null,
    stagings: [],
    covered: { files: [], folders: [] },
    history: { objects: null, logs: [] },
    memoryBytes: 1024 ** 3,
  });
  const words = argv.slice(0, argv.indexOf('--'));
  return words.flatMap((word, at) => {
    if (/^--(ro-bind|bind|ro-bind-try)$/.test(word)) return [`${word} ${words[at + 2]}`];
    return /^--(tmpfs|dev|proc|remount-ro)$/.test(word) ? [`${word} ${words[at + 1]}`] : [];
  });
}

describe('the argument list of a profile', () => {
  it('lays the mounts so that the later ones protect', () => {
    assert.deepEqual(mountsOf('workspace'), [
      '--ro-bind /',
      '--ro-bind /home/me/ws/packages',
      '--ro-bind /home/me/ws/packages/a',
      '--bind /tmp',
      '--tmpfs /run',
      '--tmpfs /home',
      '--tmpfs /home/me',
      '--ro-bind /etc/shadow',
      '--ro-bind /home/me/ws/.git',
      '--ro-bind /home/me/.cargo/bin',
      '--bind /home/me/ws',
      '--bind /home/me/.state/cache',
      '--tmpfs /home/me/ws/.vscode',
      '--ro-bind-try /home/me/ws/.git',
      '--ro-bind-try /home/me/ws/AGENTS.md',
      '--ro-bind-try /home/me/ws/packages/a/.vscode',
      '--dev /dev',
      '--ro-bind /dev/.gatehouse/apply-seccomp',
      '--bind /dev/.gatehouse/observer',
      '--remount-ro /dev',
      '--tmpfs /dev/shm',
      '--proc /proc',
    ]);
  });

  it('opens `.git` under the git profile alone, but for what runs programs', () => {
    const git = mountsOf('git');
    assert.ok(!git.includes('--ro-bind-try /home/me/ws/.git'));
    for (const path of ['config', 'hooks', 'info/attributes'])
      assert.ok(git.includes(`--ro-bind-try /home/me/ws/.git/${path}`), path);
    assert.ok(git.includes('--tmpfs /home/me/ws/.git/modules'));
    for (const folder of ['.git', '.git/info'])
      assert.ok(git.indexOf(`--ro-bind /home/me/ws/${folder}`) < git.indexOf('--bind /home/me/ws'), folder);
    for (const profile of ['workspace', 'workspace-hosts', 'package-install'] as const)
      assert.ok(mountsOf(profile).includes('--ro-bind-try /home/me/ws/.git'), profile);
  });

  it('writes nothing but the temporary folder where it only reads', () => {
    assert.deepEqual(
      mountsOf('read-only').filter(mount => mount.startsWith('--bind')),
      ['--bind /tmp', '--bind /dev/.gatehouse/observer'],
    );
  });

  it('covers the `.git` that is not there', () => {
    assert.ok(mountsOf('workspace', { git: null }).includes('--tmpfs /home/me/ws/.git'));
    assert.ok(!mountsOf('git', { git: null }).includes('--tmpfs /home/me/ws/.git'));
  });

  it('binds what a worktree shares, and lets git write it under its profile alone', () => {
    const git = {
      common: '/repo/.git',
      own: '/repo/.git/worktrees/w',
      fixed: ['/repo/.git/config', '/home/me/ws/.git'],
      absent: [],
      pins: [],
    };
    assert.ok(mountsOf('workspace', { git }).includes('--ro-bind-try /repo/.git'));
    assert.ok(!mountsOf('workspace', { git }).includes('--bind /repo/.git'));
    const open = mountsOf('git', { git });
    assert.ok(open.indexOf('--bind /repo/.git') < open.indexOf('--ro-bind-try /repo/.git/config'));
    assert.ok(open.includes('--ro-bind-try /home/me/ws/.git'));
  });

  it('opens what the permit names beyond the workspace, and hides what it holds of secrets', () => {
    const secrets = { folders: ['/data/out/.ssh'], files: [] };
    const mounts = mountsOf('workspace', { writes: ['/data/out'], secrets });
    assert.ok(mounts.includes('--bind /data/out'));
    assert.ok(mounts.indexOf('--bind /data/out') < mounts.indexOf('--tmpfs /data/out/.ssh'));
    assert.ok(!mountsOf('read-only', { writes: ['/data/out'] }).includes('--bind /data/out'));
  });

  it('reaches hosts under the profiles that have them', () => {
    const reach = profileNames
      .filter(profile => profile !== 'uncontained')
      .filter(profile => confine(terms(profile, { hosts: ['a.example'] }), around).hosts.length > 0);
    assert.deepEqual(reach, ['workspace-hosts', 'git', 'package-install']);
    assert.throws(() => confine(terms('uncontained'), around), RangeError);
  });

  it('passes the command as one word and keeps all secrets out', () => {
    const argv = bwrapArguments('/usr/bin/bwrap', {
      confinement: confine(terms('workspace'), around),
      command: "it's; $(x)",
      cwd: '/home/me/ws',
      shell: '/bin/bash',
      applySeccomp: '/a',
      observer: null,
      seccompFd: null,
      root: { setpriv: '/usr/bin/setpriv', kernel: ['/proc/sys'] },
      processes: 100,
      gitConfig: null,
      stagings: [],
      covered: { files: [], folders: [] },
      history: { objects: null, logs: [] },
      memoryBytes: 1024 ** 3,
    });
    assert.deepEqual(argv.slice(argv.indexOf('--chdir')), [
      '--chdir',
      '/home/me/ws',
      '--',
      'prlimit',
      '--nproc=100',
      '/dev/.gatehouse/apply-seccomp',
      '/usr/bin/setpriv',
      '--bounding-set=-all',
      '--inh-caps=-all',
      '--',
      '/bin/bash',
      '-c',
      "it's; $(x)",
    ]);
    assert.ok(!argv.includes('--setenv'));
    assert.ok(argv.indexOf('/proc/sys') > argv.indexOf('--proc'));
  });
});

describe('the environment of a profile', () => {
  const env = (profile: ProfileName, hosts: string[] = []) =>
    sandboxEnvironment({
      profile,
      hosts,
      cacheDir: '/c',
      layered: true,
      cwd: '/w',
      proxy: { port: 5, credential: 'id' },
      gitConfig: null,
    });

  it('leads caches into ours', () => {
    const caches = env('workspace');
    for (const name of ['npm_config_cache', 'PIP_CACHE_DIR', 'CARGO_HOME', 'GOCACHE', 'XDG_CACHE_HOME'])
      assert.match(caches[name] ?? '', /^\/c\/\w/, name);
    assert.equal(env('read-only')['npm_config_cache'], undefined);
  });

  it('keeps the scripts of packages from running at their installation, and there alone', () => {
    assert.equal(env('package-install')['npm_config_ignore_scripts'], 'true');
    assert.equal(env('workspace')['npm_config_ignore_scripts'], undefined);
  });

  it('lets package managers give up at once where no host is there to answer', () => {
    assert.equal(env('workspace')['npm_config_fetch_retries'], '0');
    assert.equal(env('package-install', ['registry.example'])['npm_config_fetch_retries'], undefined);
  });
});

describe('the second half of an installation', () => {
  it('is the manager’s own', () => {
    assert.equal(rebuildCommandFor('npm ci --no-audit'), 'npm rebuild --foreground-scripts');
    assert.equal(rebuildCommandFor('npm  install left-pad'), 'npm rebuild --foreground-scripts');
    assert.equal(rebuildCommandFor('pnpm add x'), 'pnpm rebuild');
    assert.match(rebuildCommandFor('yarn') ?? '', /^yarn /);
  });

  it('is none for other commands', () => {
    for (const command of ['npm test', 'pip install x', 'yarn test', '', 'bun install'])
      assert.equal(rebuildCommandFor(command), null, command);
  });
});

describe('an attempt', () => {
  const view = { root: '/w', home: '/h', write: ['/w', '/c'], open: [], protect: ['/w/.git'], absent: ['/w/.vscode'] };
  const kind = (path: string) => judgeAttempt(path, view).kind;

  it('is refused outside what may be written, and in what is protected', () => {
    for (const path of ['/etc/passwd', '/w/../etc/x', '/w/.git/config', '/w/.vscode/tasks.json', '/h/.bashrc', '/h/x'])
      assert.equal(kind(path), 'refused', path);
  });

  it('is watched where it was let and its name is protected', () => {
    for (const path of ['/w/.envrc', '/w/sub/.vscode/tasks.json', '/w/AGENTS.md'])
      assert.equal(kind(path), 'watched', path);
  });

  it('is nothing to tell of where tools do it as they go', () => {
    for (const path of [
      '/w/src/a.ts',
      '/c/npm/x',
      '/dev/tty',
      '/tmp/x',
      '/h/.cache/x',
      '/usr/lib/python3/__pycache__/a.pyc',
    ])
      assert.equal(kind(path), null, path);
  });
});

describe('the seccomp filter', () => {
  it('is a program for the machines that are known, each jump of which stays inside', () => {
    for (const machine of ['x64', 'arm64']) {
      const filter = seccompFilter(machine);
      assert.ok(filter !== null && filter.length % 8 === 0);
      const count = filter.length / 8;
      for (let at = 0; at < count; at += 1)
        for (const jump of [filter[at * 8 + 2], filter[at * 8 + 3]])
          assert.ok(at + 1 + (jump ?? 0) < count || jump === 0);
    }
    assert.equal(seccompFilter('mips'), null);
  });
});
