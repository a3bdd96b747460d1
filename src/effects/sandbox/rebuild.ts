/**
 * The second half of an installation: the command that runs the packages' own scripts once all is there, to be run
 * without network; null where the manager has no such half. `command` is a single plain command as the gate read it.
 */
export function rebuildCommandFor(command: string): string | null {
  const words = command.trim().split(/\s+/);
  const [program = '', ...rest] = words;
  const verb = rest.find(word => !word.startsWith('-')) ?? '';
  switch (program) {
    case 'npm':
      return installs.npm.has(verb) ? 'npm rebuild --foreground-scripts' : null;
    case 'pnpm':
      return installs.pnpm.has(verb) ? 'pnpm rebuild' : null;
    case 'yarn':
      // Yarn 1 has no such command: installing once more from its cache runs the scripts.
      return verb === '' || installs.yarn.has(verb) ? 'yarn rebuild || yarn install --offline --force' : null;
    default:
      return null;
  }
}

const installs = {
  npm: new Set(['install', 'i', 'in', 'add', 'ci', 'clean-install', 'ic', 'install-clean', 'update', 'up', 'upgrade']),
  pnpm: new Set(['install', 'i', 'add', 'update', 'up', 'upgrade', 'ci']),
  yarn: new Set(['install', 'add', 'up', 'upgrade']),
};
