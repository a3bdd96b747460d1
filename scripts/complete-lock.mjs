// Names in package-lock.json the packages for other platforms that a registry without them left out, since `npm ci`
// refuses a lock that lacks them: npm run lock, after every change of a dependency.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** The lock's entry for a package that the registry did not show: what its name and its parent tell, no digest. */
function entry(name, range, parent) {
  const words = name.split(/[-/@]/);
  const os = name === 'fsevents' ? ['darwin'] : systems.filter(system => words.includes(system));
  const cpu = processors.filter(processor => words.includes(processor));
  if (os.length + cpu.length === 0) throw new Error(`For which platform is ${name}?`);
  return {
    version: range.replace(/^[\^~]/, ''),
    ...(cpu.length > 0 && { cpu }),
    ...(parent.dev && { dev: true }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const packages = Object.entries(lock.packages);
const missing = packages
  .flatMap(([, parent]) =>
    Object.entries(parent.optionalDependencies ?? {}).map(([name, range]) => ({ name, range, parent })),
  )
  .filter(({ name }) => !packages.some(([path]) => path.endsWith(`node_modules/${name}`)))
  .map(({ name, range, parent }) => [`node_modules/${name}`, entry(name, range, parent)]);
lock.packages = Object.fromEntries([...packages, ...missing].sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${missing.length} packages for other platforms added to package-lock.json`);
