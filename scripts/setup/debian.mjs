import { readFileSync } from 'node:fs';
import { environment } from '../paths.mjs';
import { run, SetupError, say } from './say.mjs';

/** Whether this is Debian itself. Its derivatives differ in what their packages hold (Ubuntu's chromium is a snap). */
export function isDebian() {
  try {
    return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

export const isRoot = process.getuid?.() === 0;

/** Installs Debian packages where that can be done, else says how. `purpose` ends "… is needed". */
export async function installDebianPackages(names, purpose) {
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (!isDebian() || !isRoot) {
    const how = isDebian() ? `Run as root: ${command}` : `On Debian that is: ${command}`;
    throw new SetupError(`${purpose} is needed and is not here. ${how}`);
  }
  say(`Installing from Debian: ${names.join(', ')}`);
  const env = environment({ DEBIAN_FRONTEND: 'noninteractive' });
  await run('apt-get', ['update'], { env });
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...names], { env });
}
