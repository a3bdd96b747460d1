import { which } from '../paths.mjs';
import { installDebianPackages } from './debian.mjs';

/** What the sandbox of Linux is made of, and what its tests try to get out with: programs, and Debian's packages of them. */
const programs = { bwrap: 'bubblewrap', socat: 'socat', setpriv: 'util-linux', python3: 'python3', curl: 'curl' };

/** Installs what is missing of it. Elsewhere than on Linux there is nothing to install. */
export async function installSandbox() {
  if (process.platform !== 'linux') return;
  const missing = Object.entries(programs).flatMap(([program, name]) => (which(program) ? [] : [name]));
  if (missing.length > 0) await installDebianPackages(missing, `What holds commands (${missing.join(', ')})`);
}
