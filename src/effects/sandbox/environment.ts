import type { ProfileName } from '../../protocol/containment.ts';
import { cacheClassOf, cacheVariables } from './caches.ts';

/** Nothing is announced, audited or asked for beyond the work itself. */
const quiet: Readonly<Record<string, string>> = {
  npm_config_update_notifier: 'false',
  npm_config_fund: 'false',
  npm_config_audit: 'false',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
};

/** A denied host is final: a package manager that tries again would wait for minutes. */
const impatient: Readonly<Record<string, string>> = {
  npm_config_fetch_retries: '0',
  PIP_RETRIES: '0',
  CARGO_NET_RETRY: '0',
};

/**
 * What packages bring along to run at their installation does not run. bun runs none of itself; uv has no switch that
 * spares the workspace's own package.
 */
const withoutScripts: Readonly<Record<string, string>> = {
  npm_config_ignore_scripts: 'true',
  YARN_ENABLE_SCRIPTS: 'false',
  PIP_ONLY_BINARY: ':all:',
};

/** No key is in the sandbox, whatever a repository's own settings ask for: what is committed there is signed outside. */
const unsigned: Readonly<Record<string, string>> = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'commit.gpgSign',
  GIT_CONFIG_VALUE_0: 'false',
};

export interface EnvironmentFor {
  profile: ProfileName;
  hosts: readonly string[];
  cacheDir: string;
  /** Whether parts of caches are shown at other places. */
  layered: boolean;
  cwd: string;
  /** The run's proxy and the word that names this command to it; null where the command is told of it otherwise. */
  proxy: { port: number; credential: string } | null;
  /** A git configuration of ours in place of the home folder's; null where none was made. */
  gitConfig: string | null;
}

/**
 * What a command's environment has more than the one that it is given. The proxy stands there without hosts as well, so
 * that what is tried can be seen; loopback is the run's own and needs none.
 */
export function sandboxEnvironment(given: EnvironmentFor): Record<string, string> {
  const { profile, hosts, cacheDir, cwd, proxy, gitConfig } = given;
  const env: Record<string, string> = { ...quiet, ...unsigned, TMPDIR: '/tmp', TMP: '/tmp', TEMP: '/tmp', PWD: cwd };
  if (profile !== 'read-only') Object.assign(env, cacheVariables(cacheDir, cacheClassOf(given), given.layered));
  if (proxy !== null) {
    const url = `http://${proxy.credential}:x@127.0.0.1:${proxy.port}`;
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) env[name] = env[name.toLowerCase()] = url;
  }
  env['NO_PROXY'] = env['no_proxy'] = 'localhost,127.0.0.1,::1,.localhost';
  env['NODE_USE_ENV_PROXY'] = '1';
  if (hosts.length === 0) Object.assign(env, impatient);
  if (profile === 'package-install') Object.assign(env, withoutScripts);
  if (profile !== 'git') env['GIT_OPTIONAL_LOCKS'] = '0';
  if (gitConfig !== null) env['GIT_CONFIG_GLOBAL'] = gitConfig;
  return env;
}
