import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { codeServerFolder, codeServerVersion, environment, root, vscodeServer, which } from '../paths.mjs';
import { installDebianPackages } from './debian.mjs';
import { reachable, run, SetupError, say } from './say.mjs';

/** Installs VS Code's server under .vscode-test, building its native parts, unless this version is there. */
export async function installCodeServer() {
  if (installedVersion() === codeServerVersion) return;
  await requireToolchain();
  say(
    `Installing VS Code for the browser (code-server ${codeServerVersion}, 620 MB) under .vscode-test; takes a minute or two`,
  );

  // It is put in its place when it is complete, so an interrupted installation is never taken for one.
  const partial = `${codeServerFolder}.partial-${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    const manifest = {
      private: true,
      dependencies: { 'code-server': codeServerVersion },
      allowScripts: { 'code-server': true, argon2: true },
    };
    writeFileSync(join(partial, 'package.json'), JSON.stringify(manifest, null, 2));
    const headers = await nodeHeaders();
    await run('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', '--foreground-scripts'], {
      cwd: partial,
      env: environment({
        ...withoutOuterNpm(),
        ...(headers && { npm_config_nodedir: headers }),
      }),
      sentence: 'VS Code for the browser could not be installed. npm said:',
    });
    rmSync(codeServerFolder, { recursive: true, force: true });
    renameSync(partial, codeServerFolder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  if (installedVersion() !== codeServerVersion)
    throw new SetupError(
      'npm installed code-server but ran none of its install scripts. Is ignore-scripts set in the npm configuration?',
    );
}

/** The version of a complete installation: one whose native parts are built. */
function installedVersion() {
  const native = join(vscodeServer, 'node_modules', '@vscode', 'spdlog', 'build', 'Release', 'spdlog.node');
  const last = join(vscodeServer, 'extensions', 'node_modules');
  if (![native, last, join(vscodeServer, 'out', 'server-main.js')].every(existsSync)) return undefined;
  return JSON.parse(readFileSync(resolve(vscodeServer, '..', '..', 'package.json'), 'utf8')).version;
}

async function requireToolchain() {
  const missing = [];
  if (!which('g++') || !which('make')) missing.push('build-essential');
  if (!which('python3')) missing.push('python3');
  if (process.platform === 'linux' && !which('krb5-config') && !existsSync('/usr/include/gssapi/gssapi.h'))
    missing.push('libkrb5-dev');
  if (missing.length > 0)
    await installDebianPackages(
      missing,
      "What compiles the native parts of VS Code's server (a C++ compiler, make, Python, Kerberos headers)",
    );
}

/**
 * Where Node's C headers are, for npm's compiler step; undefined leaves it to download those of the very version. All
 * native parts use Node-API, which is the same in every Node, so headers of another version will do where it cannot.
 */
async function nodeHeaders() {
  const system = which('node');
  const prefixes = [...(system ? [resolve(dirname(realpathSync(system)), '..')] : []), '/usr', '/usr/local'];
  const configured = (await run('npm', ['config', 'get', 'nodedir'], { cwd: root, env: environment() })).trim();
  if (configured !== 'undefined' && configured !== '') return configured;
  if (await reachable('https://nodejs.org/download/release/index.json')) return undefined;
  const found = prefixes.find(prefix => existsSync(join(prefix, 'include', 'node', 'node_api.h')));
  if (!found)
    throw new SetupError(
      "Node's C headers are needed to build VS Code's server: nodejs.org does not answer, and there is no include/node beside this machine's Node.",
    );
  return found;
}

/** An npm that runs this script tells it its own Node's version, which code-server's script would take for ours. */
function withoutOuterNpm() {
  const outer = /^npm_(config_(user_agent|local_prefix|prefix)$|package_|lifecycle_)/i;
  return Object.fromEntries(
    Object.keys(process.env)
      .filter(name => outer.test(name))
      .map(name => [name, undefined]),
  );
}
