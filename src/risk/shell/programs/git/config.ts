import type { Claim } from '../../../claim.ts';
import { flagsByName } from '../../rows.ts';
import type { Call, Flag, Spec } from '../../spec.ts';
import { literal, type Word } from '../../word.ts';
import { named, taking } from '../parts.ts';
import { because } from './because.ts';
import { globalKey, keyClaims } from './settings.ts';

const shared: Record<string, Flag> = {
  ...named(
    '--global --system --local --worktree --bool --int --path -z --null --show-origin --show-scope --name-only --all --append',
    {},
  ),
  ...taking('ignore', '-f --file --blob --type --default --value --url --comment'),
};
const reads = named('--get --get-all --get-regexp --get-urlmatch --get-color --get-colorbool --list -l', {});
const writes = named('--add --unset --unset-all --replace-all --rename-section --remove-section --edit -e', {});

/** A key that usually holds a token. */
const token = /extraheader|token|password|\.pat$/i;

function reading(call: Call, key: Word | undefined): Claim[] {
  return [
    ...call.values('-f', '--file').map(path => ({ does: 'read' as const, path })),
    ...(token.test(key?.prefix ?? '') ? [because('high', 'credential-access', 'git.readsToken')] : []),
  ];
}

function writing(call: Call, key: Word | undefined, value: Word | null): Claim[] {
  const files = call.values('-f', '--file');
  const claims: Claim[] = files.map(path => ({ does: 'write', path }));
  if (key === undefined || key.text === null)
    return [...claims, because('high', 'git-configuration', 'git.configUnread')];
  if (call.has('--global', '--system')) claims.push(globalKey(key.text));
  const inner = keyClaims(key.text, value);
  if (inner.length === 0 && !call.has('--global', '--system'))
    claims.push(because('medium', 'git-configuration', 'git.configPlain', { key: key.text }));
  // For good, where `-c` is for once: what the value runs, it runs later and outside.
  const lasting = inner.map(claim =>
    claim.does === 'note' && claim.tier === 'medium' ? { ...claim, tier: 'high' as const } : claim,
  );
  const protects = inner.length > 0 && files.length === 0 && !call.has('--global', '--system');
  return [...claims, ...lasting, ...(protects ? [{ does: 'write' as const, path: literal('.git/config') }] : [])];
}

const sections = (call: Call): Claim[] => [
  ...call.values('-f', '--file').map(path => ({ does: 'write' as const, path })),
  because(call.has('--global', '--system') ? 'critical' : 'high', 'git-configuration', 'git.configEdit'),
];

/** `git config` in its old form, told apart by options and by how many operands there are, and its new subcommands. */
export const config: Spec = {
  flags: { ...shared, ...reads, ...writes },
  inspect: call => {
    const [first, second, third] = call.operands;
    if (call.has('--edit', '-e', '--rename-section', '--remove-section')) return sections(call);
    if (call.has(...flagsByName(reads).keys())) return reading(call, first);
    if (call.has(...flagsByName(writes).keys())) return writing(call, first, second ?? null);
    const form = first?.text ?? '';
    if (form === 'list' || form === 'get') return reading(call, second);
    if (form === 'set') return writing(call, second, third ?? null);
    if (form === 'unset') return writing(call, second, null);
    if (form === 'edit' || form === 'rename-section' || form === 'remove-section') return sections(call);
    if (first === undefined) return [];
    return second === undefined && first.text !== null ? reading(call, first) : writing(call, first, second ?? null);
  },
};
