import type { ProgramTable, Spec } from '../../spec.ts';
import { harmless, named, taking } from '../parts.ts';
import { because, one, registry, unknownCommand } from './kinds.ts';

/** Package managers of the machine, and those that switch runtimes. Their effects are outside every checkpoint. */

const changes = one('high', 'privilege', 'packages.system');
const asks = registry(null, 'medium', 'network', 'packages.asksRegistry');
const publishes = one('high', 'publish', 'packages.registryWrite');

/** Commands that only look, of all of them; what is not here changes the machine. */
const manager = (looks: string, remote: string, more: Record<string, Spec> = {}): Spec => ({
  noSub: harmless,
  sub: { ...named(looks, harmless), ...(remote === '' ? {} : named(remote, asks)), ...more },
  otherSub: changes,
});

/** `dpkg -l`, `rpm -qa`, `pacman -Ss`: the mode is a flag. */
const byFlag = (looks: RegExp): Spec => ({
  inspect: call => {
    const first = call.words[0]?.text ?? '';
    return looks.test(first) ? [] : [because(call, 'high', 'privilege', 'packages.system')];
  },
});

const toolchain = registry(null, 'high', 'dependency', 'packages.toolchain');
const switcher = (looks: string, uses: string, more: Record<string, Spec> = {}): Spec => ({
  noSub: harmless,
  sub: { ...named(looks, harmless), ...named(uses, one('medium', 'dependency', 'packages.toolchain')), ...more },
  otherSub: toolchain,
});
const runs: Spec = { stopAtOperand: true, operands: 'argv' };
/** `mise exec node@20 -- node x`: the program comes after the dashes. */
const runsAfterDashes: Spec = {
  inspect: call => {
    const at = call.words.findIndex(word => word.text === '--');
    return at < 0 ? (unknownCommand.inspect?.(call) ?? []) : [{ does: 'run', argv: call.words.slice(at + 1) }];
  },
};

export const systemPrograms: ProgramTable = {
  brew: manager(
    'list ls deps uses leaves config doctor --version help commands log cat home desc --prefix --cellar --repository shellenv',
    'info search outdated',
    { services: { sub: { list: harmless, info: harmless }, otherSub: one('high', 'persistence', 'packages.serves') } },
  ),
  ...named('apt apt-get aptitude', manager('list show policy search depends rdepends help moo', 'changelog')),
  'apt-cache': harmless,
  'apt-mark': manager('showauto showmanual showhold', ''),
  'apt-key': changes,
  'add-apt-repository': changes,
  'dpkg-query': harmless,
  dpkg: byFlag(
    /^(-l|-L|-s|-S|-p|-I|-c|-C|-V|--list|--listfiles|--status|--search|--print-avail|--info|--contents|--print-architecture|--get-selections|--compare-versions|--verify|--audit|--version|--help)/,
  ),
  rpm: {
    flags: {
      ...taking('load', '--rcfile --macros --load --pipe'),
      '-E': { value: 'ignore' },
      '--eval': { value: 'ignore' },
    },
    inspect: call => {
      const [first] = call.words;
      if (!/^(-q|-V|--query|--verify|--version|--help|-E|--eval|--showrc)/.test(first?.text ?? ''))
        return [because(call, 'high', 'privilege', 'packages.system')];
      // `%(command)` is a macro that runs it.
      return call
        .values('-E', '--eval')
        .filter(word => /%\(|%\{(lua|!?expand|load|python)/.test(word.text ?? '%('))
        .map(() => because(call, 'high', 'inline-code', 'packages.loads', { flag: '--eval' }));
    },
  },
  ...named(
    'yum dnf microdnf zypper tdnf',
    manager('list history repolist help version provides lr se', 'info search check-update repoquery updateinfo'),
  ),
  apk: manager('info list version policy stats audit', 'search'),
  ...named('pacman yay paru', byFlag(/^(-Q|-F[^y]*$|-Ss|-Si|-Sl|-Sg|-T|-V|-h|--query|--version|--help)/)),
  emerge: byFlag(/^(-p|-s|--pretend|--search|--info|--version)/),
  snap: manager('list version services changes connections interfaces help known', 'find info'),
  flatpak: manager('list info history ps documents permissions config', 'search remote-ls remotes', {
    run: one('medium', 'unknown-program', 'packages.unknown'),
  }),
  port: manager('installed list contents dependents deps variants version echo', 'search info livecheck'),
  ...named(
    'choco winget scoop',
    manager('list help which status prefix', 'search info show find outdated', { push: publishes }),
  ),
  ...named(
    'nix nix-env nix-build nix-channel nixos-rebuild home-manager',
    registry(null, 'high', 'dependency', 'packages.system'),
  ),
  'nix-shell': registry(null, 'high', 'dependency', 'packages.toolchain'),
  softwareupdate: changes,
  pkgutil: harmless,
  installer: changes,
  pkg: changes,
  asdf: switcher('list current where which help version info latest', 'local reshim set shell', {
    exec: runs,
    global: one('high', 'outside-workspace', 'packages.toolchain'),
    env: harmless,
  }),
  mise: switcher(
    'ls list current where which help version doctor env tasks settings config bin-paths outdated',
    'local shell reshim trust',
    {
      exec: runsAfterDashes,
      x: runsAfterDashes,
      run: one('medium', 'package-script', 'packages.workspaceTask'),
      r: one('medium', 'package-script', 'packages.workspaceTask'),
    },
  ),
  nvm: switcher('ls list current version which --version help', 'use', {
    exec: { stopAtOperand: true, operands: ['ignore', 'argv'] },
    run: one('medium', 'unknown-program', 'packages.unknown'),
    deactivate: harmless,
    'ls-remote': asks,
  }),
  fnm: switcher('list ls current env completions help', 'use', {
    exec: { flags: { '--using': { value: 'ignore' } }, stopAtOperand: true, operands: 'argv' },
  }),
  n: toolchain,
  volta: switcher('list which help setup-help', '', {
    run: { stopAtOperand: true, operands: 'argv', flags: { '--node': { value: 'ignore' } } },
    pin: one('medium', 'build-configuration', 'packages.toolchain'),
  }),
  ...named(
    'pyenv rbenv nodenv goenv jenv',
    switcher(
      'versions version which whence root help prefix commands init shims hooks completions',
      'local shell rehash',
      { exec: runs, global: one('high', 'outside-workspace', 'packages.toolchain') },
    ),
  ),
  sdk: switcher('current version help home', 'use env', { list: asks }),
  ghcup: switcher('list whereis tool-requirements', '', { run: runsAfterDashes }),
  rvm: switcher('list current info version help', 'use'),
};
