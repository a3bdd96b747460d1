import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type CommandEnvironment, scrubEnvironment } from '../effects/environment.ts';
import { makePrivateFolder, remove } from '../effects/files.ts';
import { LedPaths } from '../effects/git/led.ts';
import type { GitReader } from '../effects/git/neutral.ts';
import { type Availability, openSandbox, type Sandbox } from '../effects/sandbox/sandbox.ts';
import type { Containment } from '../gate/terms.ts';
import type { Home } from '../journal/home.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import type { SandboxSetting } from './sandboxSetting.ts';

export interface ConfiningSetup {
  setting: SandboxSetting;
  home: Home;
  run: string;
  root: string;
  /** The workspace whose tools' caches are used; default: `root`. */
  cacheOf?: string;
  /** The person's home folder. */
  personHome: string;
  git: GitReader | null;
  env: CommandEnvironment;
  /** The folder with the helper's bundle. */
  assets: string;
}

export interface Confining {
  /** null where the person declared the container to be the boundary. */
  sandbox: Sandbox | null;
  /** Resolves when a sandbox was tried; the gate decides on nothing before. */
  containment: () => Promise<Containment>;
}

/**
 * Opens the run's sandbox. Rejects with `sandbox.unavailable` where it is required and there is none; else it is tried
 * while the run already starts. Its helper process starts with the first command.
 */
export async function confining(setup: ConfiningSetup): Promise<Confining> {
  const { home, run, root, git, env, setting } = setup;
  const cacheDir = join(
    home.root,
    'cache',
    createHash('sha256')
      .update(setup.cacheOf ?? root)
      .digest('hex')
      .slice(0, 16),
  );
  const tempDir = join(home.runs, run, 'tmp');
  await makePrivateFolder(cacheDir);
  await makePrivateFolder(tempDir);
  if (setting === 'container-is-the-boundary')
    return { sandbox: null, containment: async () => ({ sandbox: false, contained: true }) };
  const name = git?.person?.get('user.name');
  const email = git?.person?.get('user.email');
  const led = new LedPaths({ root, home: setup.personHome, git, submodules: true });
  const opening = openSandbox({
    workspaceRoot: root,
    led: async () => [...(await led.find()).keys()],
    ...(git === null ? {} : { gitCommonDir: git.repository.commonDir, gitDir: git.repository.gitDir }),
    cacheDir,
    tempDir,
    stateDir: home.root,
    helperPath: join(setup.assets, 'sandbox-helper.cjs'),
    env,
    home: setup.personHome,
    ...(name && email ? { options: { gitIdentity: { name, email } } } : {}),
  });
  if (setting === 'require') {
    const { available } = await opening;
    if (!available.ok) throw new GatehouseError(failures.sandboxUnavailable({ why: available.why }));
  }
  return {
    sandbox: soon(opening),
    containment: async () => {
      const { ok } = (await opening).available;
      return { sandbox: ok, contained: ok };
    },
  };
}

/** A sandbox that is still being tried. `available` may be asked for once it was. */
function soon(opening: Promise<Sandbox>): Sandbox {
  let opened: Sandbox | null = null;
  const ready = opening.then(sandbox => {
    opened = sandbox;
    return sandbox;
  });
  // Whoever needs it is told; where nobody does, a failure to try it is nobody's.
  ready.catch(() => undefined);
  return {
    get available(): Availability {
      if (opened === null) throw new Error('The sandbox has not been tried yet.');
      return opened.available;
    },
    start: async (request, signal) => (await ready).start(request, signal),
    // Of no matter before: no command runs yet.
    accept: path => opened?.accept(path),
    mountPoints: () => opened?.mountPoints() ?? [],
    killNow: () => opened?.killNow(),
    restCpuMs: async () => opened?.restCpuMs() ?? 0,
    close: async () => (await ready).close(),
  };
}

/** Opens a sandbox in an empty folder of ours and closes it again: whether one works here. */
export async function trySandbox(home: Home, env: NodeJS.ProcessEnv, assets: string): Promise<Availability> {
  const base = join(home.root, 'scratch', `try-${process.pid}`);
  const [root, cacheDir, tempDir] = ['workspace', 'cache', 'tmp'].map(name => join(base, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [root, cacheDir, tempDir]) await makePrivateFolder(folder);
  try {
    const sandbox = await openSandbox({
      workspaceRoot: root,
      cacheDir,
      tempDir,
      helperPath: join(assets, 'sandbox-helper.cjs'),
      env: scrubEnvironment(env, () => false).env,
      home: homedir(),
    });
    await sandbox.close();
    return sandbox.available;
  } finally {
    await remove(base);
  }
}
