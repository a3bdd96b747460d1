import type { Claim } from '../../../claim.ts';
import type { PackageCode } from '../../../codes/packages.ts';
import type { Category, Tier } from '../../../tier.ts';
import { type Call, claimed, type Note, note, type Spec } from '../../spec.ts';
import type { Word } from '../../word.ts';
import { changesHere, taking } from '../parts.ts';

/** A judgment with a code that has its sentence; anything else does not compile. */
export const judged = (tier: Tier, category: Category, code: PackageCode): Note => note(tier, category, code);

export function because(
  call: Pick<Call, 'path'>,
  tier: Tier,
  category: Category,
  code: PackageCode,
  args: Record<string, string | number> = {},
): Claim {
  return claimed(note(tier, category, code), { program: call.path[0] ?? '', ...args });
}

/** The host is reached, and a note beside it says how bad that is. */
export const reached = (host: string | null): Claim => ({ does: 'net', host, send: false, judged: true });

/** A package that is named by an address, which no registry vouches for. */
export const fromElsewhere =
  /^(git\+|git:|github:|gitlab:|bitbucket:|gist:|https?:|ssh:|hg\+|svn\+)|^[^@/\s]+\/[^@/\s]+(#.*)?$|@(git\+|https?:|file:\/\/)/;
const aPath = /^(\.{0,2}\/|\.{1,2}$|~|file:|link:|portal:)|\.(tgz|tar\.gz|whl|gem|nupkg)$/;

/** What installing these words comes to: a project's own folder is no download of a stranger's code. */
export function adding(call: Call, host: string, words: readonly Word[]): Claim[] {
  const claims: Claim[] = [reached(host), changesHere];
  if (words.some(word => word.text === null)) claims.push(because(call, 'high', 'dependency', 'packages.addUnread'));
  const names = words.map(word => word.text ?? word.raw);
  claims.push(because(call, 'high', 'dependency', 'packages.add', { names: names.slice(0, 5).join(' ') }));
  for (const word of words) {
    if (aPath.test(word.prefix)) claims.push({ does: 'read', path: word, recursive: true, look: true });
    else if (fromElsewhere.test(word.prefix)) claims.push(because(call, 'high', 'download', 'packages.fromElsewhere'));
  }
  return claims;
}

type Flags = Spec['flags'];

/** The project's dependencies come from its manifest; those named on the line are added to it. */
export const installs = (host: string, flags: Flags = {}): Spec => ({
  flags,
  inspect: call =>
    call.operands.length > 0
      ? adding(call, host, call.operands)
      : [reached(host), changesHere, because(call, 'high', 'dependency', 'packages.install')],
});

export const adds = (host: string, flags: Flags = {}): Spec => ({
  flags,
  inspect: call => adding(call, host, call.operands),
});

export const installsLocked = (host: string, flags: Flags = {}): Spec => ({
  flags,
  inspect: call => [reached(host), changesHere, because(call, 'high', 'dependency', 'packages.installLocked')],
});

/** A command that reaches the registry and is judged by one reason. */
export const registry = (
  host: string | null,
  tier: Tier,
  category: Category,
  code: PackageCode,
  flags: Flags = {},
): Spec => ({
  flags,
  inspect: call => [
    reached(host),
    because(call, tier, category, code),
    // What is asked for leaves the machine: a name that is not known may hold anything.
    ...(call.operands.some(word => word.text === null) ? [because(call, 'high', 'upload', 'packages.addUnread')] : []),
  ],
});

/** A command that is judged by one reason. */
export const one = (tier: Tier, category: Category, code: PackageCode, flags: Flags = {}): Spec => ({
  flags,
  inspect: call => [because(call, tier, category, code)],
});

/** A command that works on the project's own files. */
export const works: Spec = { inspect: () => [changesHere] };

/** Whether one of these options stands before the command: `pnpm -r run build`. */
export function standsBefore(call: Call, flags: RegExp): boolean {
  const { args } = call.invocation;
  return args.slice(0, args.length - call.words.length).some(word => flags.test(word.text ?? ''));
}

/** What is not in the table: a new command, or a word that is only known when it runs. */
export const unknownCommand: Spec = {
  inspect: call =>
    call.path.at(-1) === ''
      ? [because(call, 'high', 'obscure', 'packages.unread')]
      : [because(call, 'medium', 'unknown-program', 'packages.unknown')],
};

/** Publishing for good; the host's own dry run sends nothing. */
export const publishing = (host: string | null, dry: string[] = ['--dry-run']): Spec => ({
  flags: { '-n': {}, '--dry-run': {}, ...taking('ignore', '--token --api-key -k --source -s') },
  inspect: call =>
    call.has(...dry)
      ? []
      : [{ does: 'net', host, send: true, judged: true }, because(call, 'critical', 'publish', 'packages.publish')],
});
export const clearsCache = one('medium', 'unheld-by-checkpoint', 'packages.clearsCache');
/** Installs programs outside the project. */
export const global = (host: string): Spec => registry(host, 'high', 'outside-workspace', 'packages.global');
export const toolchain = registry(null, 'high', 'dependency', 'packages.toolchain');
export const login = one('high', 'credential-access', 'packages.login');

/** Names under which projects keep what only checks, builds and tries. */
const usual =
  /^(build|compile|test|tests|lint|format|fmt|check|typecheck|type-check|tsc|types|dev|start|serve|watch|clean|coverage|e2e|unit|integration|ci|validate|verify|bundle|docs|doc|storybook|prettier|eslint|spec|analyze|bench|benchmark|assemble|generate|codegen|package|dist|affected|graph|help|version|status)([:._-].*)?$/i;

/** A task whose text lies in another package's manifest and is not read: its name has to do. */
export function unreadTask(call: Call, name: string | null, named: (name: string) => Claim[]): Claim[] {
  if (name === null) return [because(call, 'high', 'obscure', 'packages.unread')];
  const promised = named(name);
  if (promised.length > 0 || usual.test(name)) return [changesHere, ...promised];
  return [changesHere, because(call, 'medium', 'package-script', 'packages.workspaceTask', { name })];
}
