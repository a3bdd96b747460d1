import type { Claim } from '../../../claim.ts';
import type { BuildCode } from '../../../codes/builds.ts';
import { hostOf } from '../../../hosts.ts';
import type { Category, Tier } from '../../../tier.ts';
import { tail } from '../../sort.ts';
import { type Call, claimed, type Flag, type Note, note, type Spec } from '../../spec.ts';
import type { Word } from '../../word.ts';
import { changesHere, empties, named, taking } from '../parts.ts';

/** A judgment with a code that has its sentence; anything else does not compile. */
export const judged = (tier: Tier, category: Category, code: BuildCode): Note => note(tier, category, code);

export function because(
  call: Pick<Call, 'path'>,
  tier: Tier,
  category: Category,
  code: BuildCode,
  args: Record<string, string | number> = {},
): Claim {
  return claimed(note(tier, category, code), { program: call.path[0] ?? '', ...args });
}

/** A command that is judged by one reason. */
export const one = (tier: Tier, category: Category, code: BuildCode): Spec => ({
  inspect: call => [because(call, tier, category, code)],
});

/** A command that downloads: the hosts are its own. */
export const downloads = (code: BuildCode = 'builds.downloads'): Spec => ({
  inspect: call => [
    { does: 'net', host: null, send: false, judged: true },
    changesHere,
    because(call, 'high', 'download', code),
  ],
});

export const unknownCommand: Spec = {
  inspect: call => [
    call.path.at(-1) === ''
      ? because(call, 'high', 'obscure', 'builds.unread')
      : because(call, 'medium', 'unknown-program', 'builds.unknown'),
  ],
};

const data =
  /\.(json5?|jsonc|ya?ml|toml|ini|cfg|conf|xml|neon|properties|editorconfig|ignore|dist)$|(^|\/)\.?[\w-]+rc$/i;
const usual = /(^|\/)\.?[\w.-]*(rc|\.config|\.conf|\.workspace|\.setup)(\.[\w-]+)*\.[cm]?[jt]s$/i;

/** A configuration file: code where its ending says so. One of the usual name in the project is loaded unasked as well. */
export function configFile(path: Word): Claim[] {
  const text = path.text ?? '';
  if (/^https?:/.test(path.prefix)) return [{ does: 'net', host: hostOf(path.text), send: false }];
  // Written on the line, it can name modules to load.
  if (/^\s*\{.*(setup|transform|runner|environment|reporters|plugin|resolver|preset)/is.test(text))
    return [claimed(note('medium', 'inline-code', 'builds.loads'), { flag: '--config' })];
  if (text.startsWith('{')) return [];
  if (path.text !== null && (data.test(text) || !/[^./]\.\w+$/.test(text)))
    return [
      { does: 'read', path },
      { does: 'load', path },
    ];
  if (usual.test(text) && !/^(\/|~|\.\.)/.test(text))
    return [
      { does: 'read', path },
      { does: 'load', path },
    ];
  return [{ does: 'script', path, language: null }];
}

/** A module to load: a file is read as the program that it is, a package is the project's own. */
export function modules(paths: readonly Word[]): Claim[] {
  return paths.flatMap((path): Claim[] =>
    path.text === null || /^[./~]/.test(path.text)
      ? /\.\w+$/.test(path.text ?? '.x')
        ? [{ does: 'script' as const, path, language: 'javascript' as const }]
        : [{ does: 'load' as const, path }]
      : [],
  );
}

/** Files or folders that are changed in place: formatting is no edit of what a file means. */
export function touched(paths: readonly Word[]): Claim[] {
  return paths.map(path => ({ does: 'write', path, somewhere: true }));
}

const ignored = (names: string): Record<string, Flag> => named(names, { value: 'ignore' });

/** Flags of a tool by what their values are; each list is separated by blanks. */
export interface Ways {
  /** Configuration files. */
  config?: string;
  /** Modules that are loaded. */
  loads?: string;
  /** Files or folders that are written. */
  writes?: string;
  reads?: string;
  /** Operands are changed in place. */
  fixes?: string;
  /** Snapshots are renewed. */
  updates?: string;
  /** Values without meaning for us. */
  takes?: string;
  /** Where it works. */
  directory?: string;
  /** Flags without a value that could be taken for the beginning of another. */
  plain?: string;
}

/** `@options.txt` holds further options; `@scope/name` is a package. */
export function responseFile(word: Word): Claim[] {
  if (!/^@[^/]*$|^@\.{0,2}\//.test(word.prefix) || word.prefix === '@') return [];
  const path = tail(word, 1);
  return [
    { does: 'read', path },
    { does: 'load', path },
    claimed(note('medium', 'obscure', 'builds.plugin'), { flag: '@' }),
  ];
}

/** Files of another project: what they say is run, or its settings are followed. */
export function elsewhere(words: readonly Word[]): Claim[] {
  return words.flatMap((path): Claim[] =>
    /^(\/|~|\.\.(\/|$))/.test(path.prefix)
      ? [
          { does: 'read', path, recursive: true },
          { does: 'load', path },
        ]
      : [],
  );
}

/** A test runner, linter, bundler or compiler that works on the project's own files. */
export function tool(ways: Ways = {}, more: Spec = {}): Spec {
  const config = ways.config?.split(' ') ?? [];
  const loads = ways.loads?.split(' ') ?? [];
  const fixes = ways.fixes?.split(' ') ?? [];
  const of = (names: string | undefined, flag: Flag): Record<string, Flag> =>
    names === undefined ? {} : named(names, flag);
  return {
    values: true,
    ...more,
    flags: {
      ...of(ways.takes, { value: 'ignore' }),
      ...of(ways.reads, { value: 'read' }),
      ...of(ways.writes, { value: 'write' }),
      ...of(ways.directory, { value: 'project' }),
      ...of(ways.plain, {}),
      ...(config.length > 0 ? ignored(config.join(' ')) : {}),
      ...(loads.length > 0 ? ignored(loads.join(' ')) : {}),
      ...of(ways.fixes, {}),
      ...of(ways.updates, { note: judged('medium', 'tests-weakened', 'builds.snapshots') }),
      ...more.flags,
    },
    inspect: call => [
      changesHere,
      ...call.values(...config).flatMap(configFile),
      ...modules(call.values(...loads)),
      ...elsewhere(call.operands),
      ...call.operands.flatMap(responseFile),
      ...(fixes.length > 0 && call.has(...fixes) ? touched(call.operands) : []),
      ...(more.inspect?.(call) ?? []),
    ],
  };
}

/** A tool that empties the folders of these flags before it writes there. */
export function cleaning(spec: Spec, folders: string, when: (call: Call) => boolean = () => true): Spec {
  return {
    ...spec,
    flags: { ...spec.flags, ...taking('write', folders) },
    inspect: call => [
      ...(spec.inspect?.(call) ?? []),
      ...(when(call) ? empties(call.values(...folders.split(' '))) : []),
    ],
  };
}

/** Listening on all addresses, by flags such as `--host 0.0.0.0`. */
export function listens(call: Call, ...flags: string[]): Claim[] {
  const open = flags.some(
    flag =>
      call.flags
        .get(flag)
        ?.some(value => value === null || /^$|^-|0\.0\.0\.0|^\[?::\]?$|^\*$|^true$/.test(value.text ?? '')) ?? false,
  );
  return open ? [because(call, 'medium', 'network', 'builds.listensWide')] : [];
}
