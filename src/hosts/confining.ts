import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type CommandEnvironment, scrubEnvironment } from '../effects/environment.ts';
import { makePrivateFolder, remove } from '../effects/files.ts';
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
  /** The person's home folder. */
  personHome: string;
  git: GitReader | null;
  env: CommandEnvironment;
  /** The folder with the helper's bundle. */
  assets: string;
}

export interface Confining {
  sandbox: Sandbox;
  containment: Containment;
}

/** Opens the run's sandbox. Rejects with `sandbox.unavailable` where it is required and there is none. */
export async function confining(setup: ConfiningSetup): Promise<Confining> {
  const { home, run, root, git, env, setting } = setup;
  const cacheDir = join(home.root, 'cache', createHash('sha256').update(root).digest('hex').slice(0, 16));
  const tempDir = join(home.runs, run, 'tmp');
  await makePrivateFolder(cacheDir);
  await makePrivateFolder(tempDir);
  const name = git?.person?.get('user.name');
  const email = git?.person?.get('user.email');
  const sandbox = await openSandbox({
    workspaceRoot: root,
    ...(git === null ? {} : { gitCommonDir: git.repository.commonDir, gitDir: git.repository.gitDir }),
    cacheDir,
    tempDir,
    stateDir: home.root,
    helperPath: join(setup.assets, 'sandbox-helper.cjs'),
    env,
    home: setup.personHome,
    ...(name && email ? { options: { gitIdentity: { name, email } } } : {}),
  });
  const { available } = sandbox;
  if (setting === 'require' && !available.ok) {
    await sandbox.close();
    throw new GatehouseError(failures.sandboxUnavailable({ why: available.why }));
  }
  const sandboxed = available.ok && setting !== 'container-is-the-boundary';
  return {
    sandbox,
    containment: { sandbox: sandboxed, contained: sandboxed || setting === 'container-is-the-boundary' },
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
