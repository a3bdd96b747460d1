import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, node, root } from '../paths.mjs';
import { run, SetupError, say } from './say.mjs';

/** Installs the packages of package-lock.json, unless node_modules holds exactly those already. */
export async function installDependencies() {
  const before = difference();
  if (!before) return;
  say(`Installing the dependencies (npm install): ${before}`);
  // Not `npm ci`, which refuses a lock from a registry that has no packages for other platforms. What is compared below
  // is what matters, and the lock stays as it is.
  await run('npm', ['install', '--no-save', '--no-audit', '--no-fund'], { cwd: root, env: environment() });
  const after = difference();
  if (after)
    throw new SetupError(
      `After "npm install", ${after}. Does npm run install scripts here (npm config get ignore-scripts), and does package-lock.json fit package.json?`,
    );
}

/** What is not as package-lock.json says, or undefined. npm's record of what it installed is compared with the lock. */
function difference() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return 'there is no node_modules';
  const wanted = packages(join(root, 'package-lock.json'));
  const present = packages(record);
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === '') continue;
    // An optional package may be one for another platform.
    const found = present[path];
    if (found ? found.version !== version : !optional) return `${path} is not at ${version}`;
  }
  return nodeMajor() === 24 ? undefined : 'the Node 24 that comes with the dependencies does not start';
}

const packages = file => JSON.parse(readFileSync(file, 'utf8')).packages;

function nodeMajor() {
  try {
    return Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }));
  } catch {
    return undefined;
  }
}
