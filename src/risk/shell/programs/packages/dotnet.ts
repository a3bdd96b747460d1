import type { Claim } from '../../../claim.ts';
import { tail } from '../../sort.ts';
import type { Call, Flag, ProgramTable, Spec } from '../../spec.ts';
import { literal } from '../../word.ts';
import { changesHere, harmless, named, taking } from '../parts.ts';
import {
  adds,
  because,
  clearsCache,
  global,
  installsLocked,
  judged,
  login,
  one,
  publishing,
  reached,
  registry,
  toolchain,
  unknownCommand,
  works,
} from './kinds.ts';

/** .NET's tools. */

const otherConfig: Flag = { value: 'read', note: judged('high', 'persistence', 'packages.otherConfig') };
const loads: Flag = { value: 'ignore', note: judged('high', 'persistence', 'packages.loads') };

const dotnetFlags: Record<string, Flag> = {
  ...taking(
    'ignore',
    '-c --configuration -f --framework -r --runtime -v --verbosity -l --logger --filter -p --property --version -n --name',
  ),
  ...taking('write', '-o --output --results-directory --artifacts-path --packages'),
  '--project': { value: 'load' },
  ...named('-s --source --add-source --nuget-source', {
    value: 'url',
    note: judged('high', 'unusual-network', 'packages.otherRegistry'),
  }),
  '--configfile': otherConfig,
  ...taking('load', '--test-adapter-path --settings -noAutoResponse --additionalprobingpath'),
};

const nuget = 'api.nuget.org';

/** Properties of MSBuild whose value is run, imported or loaded. */
const runsValue = /^:?(\w*(Event|Command|Exe|Exec|ToolPath|ToolExe)|RunCommand|\w*StartProgram)=/i;
const importsValue =
  /^:?(Custom(Before|After)\w*|Directory\w*Path|\w*(Targets|Props)(File|Path)?|\w*ImportsPath|Alternate\w*|MSBuild\w*Path|RestoreSources|RestoreAdditional\w*|RestoreConfigFile|NuGetPackageRoot)=/i;

function propertyClaims(call: Call): Claim[] {
  const given = [
    ...call.values('-p', '--property', '-property'),
    ...call.operands
      .filter(word => /^\/p(roperty)?:/i.test(word.prefix))
      .map(word => tail(word, word.prefix.indexOf(':'))),
  ];
  return given.flatMap((word): Claim[] => {
    const text = word.prefix;
    const at = text.indexOf('=') + 1;
    if (runsValue.test(text))
      return [
        because(call, 'high', 'inline-code', 'packages.loads', { flag: '-p' }),
        { does: 'shell', text: tail(word, at) },
      ];
    return importsValue.test(text) ? [{ does: 'load', path: tail(word, at) }] : [];
  });
}

const dotnetWorks: Spec = {
  flags: dotnetFlags,
  values: true,
  inspect: call => [
    changesHere,
    ...propertyClaims(call),
    ...call.operands
      .filter(word => /\.(\w*proj|slnx?|targets|props|rsp)$|^@|^(\/(?!p)|~|\.\.)/.test(word.prefix))
      .map((path): Claim => ({ does: 'load', path })),
    // `--test-adapter-path:x`: the value stands behind a colon.
    ...call.words
      .filter(word => /^(--|\/)(test-?adapter-?path|logger|collect|settings|diag|runsettings)[:=]/i.test(word.prefix))
      .flatMap((word): Claim[] => {
        const path = tail(word, word.prefix.search(/[:=]/) + 1);
        if (/diag/i.test(word.prefix)) return [{ does: 'write', path }];
        return /adapter|settings/i.test(word.prefix) || /\.dll|\//.test(path.prefix)
          ? [
              because(call, 'medium', 'persistence', 'packages.loads', { flag: word.prefix.split(/[:=]/)[0] ?? '' }),
              { does: 'load', path },
            ]
          : [];
      }),
    ...call
      .values('--test-adapter-path')
      .map((): Claim => because(call, 'medium', 'persistence', 'packages.loads', { flag: '-a' })),
    ...(call.values('-l', '--logger').some(word => /\.dll/.test(word.text ?? '.dll'))
      ? [because(call, 'high', 'persistence', 'packages.loads', { flag: '-l' })]
      : []),
  ],
};

const dotnet: Spec = {
  flags: { '--additional-deps': loads, '--additionalprobingpath': loads, '--roll-forward': { value: 'ignore' } },
  noSub: harmless,
  otherSub: {
    inspect: call => {
      const [, ...rest] = call.path;
      const name = rest.at(-1) ?? '';
      if (/\.(dll|exe)$/.test(name))
        return [
          {
            does: 'script',
            path: literal(name),
            language: 'other',
          },
        ];
      return unknownCommand.inspect?.(call) ?? [];
    },
  },
  sub: {
    ...named(
      'build test run watch format clean publish msbuild pack sln solution vstest build-server help',
      dotnetWorks,
    ),
    new: {
      flags: dotnetFlags,
      values: true,
      inspect: call =>
        /^(install|update|-i|--install|uninstall)$/.test(call.operands[0]?.text ?? '') || call.has('-i', '--install')
          ? [reached(nuget), because(call, 'high', 'download', 'packages.scaffold')]
          : [changesHere],
    },
    restore: installsLocked(nuget, dotnetFlags),
    add: {
      stopAtOperand: false,
      flags: dotnetFlags,
      values: true,
      inspect: call =>
        call.operands.some(word => word.text === 'package')
          ? [
              reached(nuget),
              changesHere,
              because(call, 'high', 'dependency', 'packages.add', { names: call.operands.at(-1)?.raw ?? '' }),
            ]
          : [changesHere],
    },
    package: {
      sub: {
        add: adds(nuget, dotnetFlags),
        list: harmless,
        search: registry(nuget, 'medium', 'network', 'packages.asksRegistry'),
      },
      otherSub: one('high', 'dependency', 'packages.remove'),
    },
    ...named('remove', one('high', 'dependency', 'packages.remove', dotnetFlags)),
    ...named('list reference sdk', harmless),
    nuget: {
      sub: {
        push: publishing(nuget),
        delete: registry(nuget, 'critical', 'publish', 'packages.unpublish'),
        locals: clearsCache,
        verify: harmless,
        list: harmless,
        why: harmless,
      },
      otherSub: one('high', 'persistence', 'packages.configWrite'),
    },
    tool: {
      sub: {
        list: harmless,
        run: { stopAtOperand: true, operands: 'argv' },
        restore: installsLocked(nuget),
        search: registry(nuget, 'medium', 'network', 'packages.asksRegistry'),
      },
      otherSub: global(nuget),
    },
    workload: toolchain,
    ...named('user-secrets', login),
    'dev-certs': one('high', 'privilege', 'packages.system'),
    ef: {
      inspect: call => [
        changesHere,
        ...(/drop|update/.test(call.operands[1]?.text ?? '')
          ? [because(call, 'high', 'database', 'packages.deploys')]
          : []),
      ],
    },
    fsi: { flags: { '--exec': {} }, operands: 'script' },
    script: { operands: 'script' },
  },
};

export const dotnetPrograms: ProgramTable = {
  dotnet,
  nuget: {
    sub: {
      push: publishing(nuget),
      delete: registry(nuget, 'critical', 'publish', 'packages.unpublish'),
      pack: works,
      list: harmless,
      ...named('install restore update', installsLocked(nuget)),
      locals: clearsCache,
    },
    otherSub: one('high', 'persistence', 'packages.configWrite'),
  },
};
