import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { CommandEnvironment } from '../effects/environment.ts';
import { makePrivateFolder } from '../effects/files.ts';
import type { GitReader } from '../effects/git/neutral.ts';
import { openSandbox, type Sandbox } from '../effects/sandbox/sandbox.ts';
import type { Containment } from '../gate/terms.ts';
import type { Home } from '../journal/home.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';

/**
 * What the person wants of the sandbox. `auto`: use it where there is one, and count every command one tier higher where
 * there is none. `require`: no run without it. `container-is-the-boundary`: the person says that this machine is a
 * container made for the purpose, so that commands without a sandbox count as they are.
 */
export const SandboxSetting = z.enum(['auto', 'require', 'container-is-the-boundary']);
export type SandboxSetting = z.infer<typeof SandboxSetting>;

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
