import type { Claim } from '../../../claim.ts';
import { nameClaims } from '../../named.ts';
import type { Call, Flag, ProgramTable, Spec } from '../../spec.ts';
import { literal, type Word } from '../../word.ts';
import { changesHere, harmless, named, taking } from '../parts.ts';
import { because, judged, one, reached, registry, unknownCommand, unreadTask, works } from './kinds.ts';
import { npmHost } from './npm.ts';

/** Build tools that are told goals and tasks by name: what a task's name promises is what we know of it. */

const loads: Flag = { value: 'ignore', note: judged('high', 'persistence', 'packages.loads') };

/** A goal such as `clean`, `:app:assembleDebug`, `site:deploy` or `org.codehaus.mojo:exec-maven-plugin:1.0:exec`. */
function goalClaims(call: Call, goal: Word): Claim[] {
  if (goal.text === null) return [because(call, 'high', 'obscure', 'packages.unread')];
  const name = goal.text;
  const plain = name.split(':').at(-1) ?? '';
  if (/(dry-?run|MavenLocal|ToLocal)/i.test(plain)) return [];
  if (/^(publish|upload(?!Test)|release)/i.test(plain) || name.startsWith('release:'))
    return [because(call, 'critical', 'publish', 'packages.publish')];
  if (/deploy|undeploy|rollback|promote/i.test(plain) || /appengine|cargo:.*deploy/i.test(name))
    return [because(call, 'high', 'external-service', 'packages.deploys')];
  if (/(^|:)(dockerPush|jibBuild|jib$|jib:build|bootBuildImage|docker:push)/.test(name))
    return [because(call, 'high', 'external-service', 'packages.container')];
  if (/^(exec|java|run-exec)$/.test(plain) && /exec-maven-plugin|^exec:/.test(name))
    return [because(call, 'medium', 'obscure', 'packages.loads', { flag: name })];
  if (/^antrun:|groovy|:execute$|:eval$/.test(name))
    return [because(call, 'medium', 'obscure', 'packages.loads', { flag: name })];
  if (/flywayClean|flyway:clean|liquibase:drop|dropAll|dbDrop/i.test(name))
    return [because(call, 'high', 'database', 'packages.deploys')];
  if (/flywayMigrate|flyway:migrate|liquibase:update$/i.test(name))
    return [because(call, 'medium', 'database', 'packages.deploys')];
  return nameClaims(plain);
}
const goals = (call: Call): Claim[] => [changesHere, ...call.operands.flatMap(goal => goalClaims(call, goal))];

const maven: Spec = {
  flags: {
    ...taking('load', '-f --file -s --settings -gs --global-settings -t --toolchains -gt --global-toolchains'),
    ...taking('ignore', '-pl --projects -P --activate-profiles -T --threads -rf -b --builder -ep -l'),
    '-D': { value: 'ignore' },
    ...named('-q -B -o -U -e -X -am -amd -N -fae -ff -fn -ntp -nsu -V -C -c -h -v', {}),
    '-Dmaven.ext.class.path': loads,
  },
  longSingle: true,
  projectCopy: true,
  inspect: call => [
    ...goals(call),
    ...call.operands.flatMap(word => foreignPlugin(call, word)),
    ...call.values('-f', '--file').map((path): Claim => ({ does: 'write', path, somewhere: true })),
    ...executed(call),
  ],
};

/** `group:artifact:version:goal` names any plugin at all; the usual groups' are those of every build. */
function foreignPlugin(call: Call, { text }: Word): Claim[] {
  const parts = text?.split(':') ?? [];
  const [group = '', artifact = ''] = parts;
  if (group === 'archetype' || (artifact.includes('archetype') && parts.length > 2))
    return [reached(null), because(call, 'high', 'download', 'packages.scaffold')];
  if (
    /^dependency:(get|copy|unpack|resolve|resolve-plugins|go-offline|sources)$|maven-dependency-plugin.*:(get|copy|unpack|resolve|go-offline)$/.test(
      text ?? '',
    )
  )
    return [reached(null), because(call, 'high', 'download', 'packages.fromElsewhere')];
  if (
    parts.length < 3 ||
    /^org\.(apache\.maven\.plugins|codehaus\.mojo|springframework\.boot|jacoco|sonarsource\.\w+)$/.test(group)
  )
    return [];
  return [because(call, 'medium', 'obscure', 'packages.loads', { flag: text ?? '' })];
}

/** `-Dexec.executable=x -Dexec.args="…"` of the plugin that runs any program. */
function executed(call: Call): Claim[] {
  const property = (name: string): string[] =>
    call.words.flatMap(word =>
      word.text?.startsWith(`-D${name}=`) === true ? [word.text.slice(name.length + 3)] : [],
    );
  const [program] = property('exec.executable');
  return program === undefined ? [] : [{ does: 'shell', text: literal([program, ...property('exec.args')].join(' ')) }];
}

const gradle: Spec = {
  flags: {
    ...taking('project', '-p --project-dir'),
    '--gradle-distribution-url': {
      value: 'url',
      note: judged('high', 'unusual-network', 'packages.otherRegistry'),
    },
    ...taking('script', '-I --init-script -b --build-file -c --settings-file'),
    ...taking('write', '-g --gradle-user-home --project-cache-dir'),
    ...taking(
      'ignore',
      '-x --exclude-task --tests --max-workers --console --warning-mode -F --dependency-verification --priority',
    ),
    '-P': { value: 'ignore', attached: true },
    '-D': { value: 'ignore', attached: true },
    '--include-build': { value: 'load' },
    '--scan': { note: judged('high', 'upload', 'packages.remoteCache') },
    '--publish': { note: judged('high', 'publish', 'packages.publish') },
    ...named(
      '-m --dry-run -q -i -s -S -d -t -u --daemon --no-daemon --offline --stop --status -v --parallel --continue --stacktrace --info --debug --rerun-tasks --refresh-dependencies',
      {},
    ),
    '--configuration': { value: 'ignore' },
  },
  projectCopy: true,
  inspect: call => (call.has('-m', '--dry-run') ? [] : goals(call)),
};

const sbt: Spec = {
  flags: { ...named('-J', { value: 'ignore', attached: true }), '--addPluginSbtFile': loads },
  longSingle: false,
  inspect: call => [
    changesHere,
    ...call.operands.flatMap(word =>
      (word.text ?? '').split(/[;\s]+/).flatMap(each => goalClaims(call, { ...word, text: each })),
    ),
  ],
};

const bazelRuns: Flag = { value: 'ignore', note: judged('high', 'persistence', 'packages.loads') };
const bazelFlags: Record<string, Flag> = {
  ...named('--run_under --workspace_status_command --host_javabase --action_env_program', bazelRuns),
  ...named('--remote_cache --remote_executor --bes_backend', {
    value: 'url',
    note: judged('high', 'upload', 'packages.remoteCache'),
  }),
  ...taking('read', '--bazelrc'),
  ...taking('write', '--output_base --output_user_root --symlink_prefix'),
  ...taking('ignore', '-c --compilation_mode --config --test_filter --test_output -j --jobs'),
};
const bazel: Spec = {
  flags: { ...bazelFlags, '--bazelrc': { value: 'read', note: judged('high', 'persistence', 'packages.otherConfig') } },
  noSub: harmless,
  sub: {
    ...named(
      'build test query cquery aquery info help version clean coverage fetch analyze-profile canonicalize-flags dump license shutdown mod print_action targets audit root uquery docs',
      { flags: bazelFlags, inspect: () => [changesHere] } satisfies Spec,
    ),
    ...named('run mobile-install', {
      flags: bazelFlags,
      inspect: call => [
        changesHere,
        ...nameClaims(call.operands[0]?.text?.split(/[:/]/).at(-1)?.replaceAll('_', '-') ?? ''),
        ...((call.operands[0]?.text ?? '').match(/push|deploy|publish/)
          ? [because(call, 'high', 'external-service', 'packages.deploys')]
          : []),
      ],
    } satisfies Spec),
    ...named('sync vendor', registry(null, 'high', 'dependency', 'packages.install')),
  },
  otherSub: unknownCommand,
};

const taskFlags: Record<string, Flag> = {
  ...taking(
    'ignore',
    '-t --target --targets -p --projects --project -c --configuration --exclude --base --head --filter -F --scope --ignore --since --concurrency --parallel --maxParallel --runner --log-order --output-logs --output-style --graph --env-mode --only-failed --stream-prefix -o --to --from --to-version-policy -i',
  ),
  '--cwd': { value: 'project' },
  ...taking('write', '--cache-dir --profile --anon-profile --summarize-dir --outputFile'),
  '--parallel': { value: 'ignore', attached: true },
  '--graph': { value: 'ignore', attached: true },
  '--since': { value: 'ignore' },
  ...named('--api --token --remote-cache-url --team', {
    value: 'ignore',
    note: judged('high', 'upload', 'packages.remoteCache'),
  }),
  '--dry': { value: 'ignore', attached: true },
  '--dry-run': { value: 'ignore', attached: true },
};
const allTasks = (call: Call, words: readonly Word[]): Claim[] =>
  call.has('--dry', '--dry-run')
    ? []
    : words.flatMap(word => unreadTask(call, word.text?.split(':').at(-1) ?? word.text, nameClaims));

const flagged = (call: Call): Word[] =>
  call.values('-t', '--target', '--targets').flatMap(word => word.text?.split(',').map(literal) ?? [word]);
const nx: Spec = {
  flags: taskFlags,
  noSub: harmless,
  sub: {
    run: {
      flags: taskFlags,
      inspect: call =>
        allTasks(
          call,
          call.operands
            .slice(0, 1)
            .map(word => (word.text === null ? word : literal(word.text.split(':')[1] ?? word.text))),
        ),
    },
    ...named('run-many affected', { flags: taskFlags, inspect: call => allTasks(call, flagged(call)) } satisfies Spec),
    ...named(
      'graph show list report format:check format:write format format:sync print-affected daemon reset help dep-graph lint sync sync:check repair watch affected:graph',
      works,
    ),
    ...named('generate g import', one('medium', 'package-script', 'packages.workspaceTask')),
    ...named('add migrate init latest', registry(npmHost, 'high', 'dependency', 'packages.install')),
    ...named(
      'connect connect-to-nx-cloud login logout view-logs fix-ci start-ci-run',
      registry('cloud.nx.app', 'high', 'external-service', 'packages.remoteCache'),
    ),
    release: {
      flags: { '--dry-run': {}, '-d': {} },
      inspect: call => (call.has('--dry-run', '-d') ? [] : [because(call, 'critical', 'publish', 'packages.publish')]),
    },
    exec: { stopAtOperand: true, operands: 'argv' },
  },
  otherSub: {
    flags: taskFlags,
    inspect: call => unreadTask(call, call.path.at(-1) === '' ? null : (call.path.at(-1) ?? null), nameClaims),
  },
};
const turbo: Spec = {
  flags: taskFlags,
  noSub: harmless,
  sub: {
    ...named('run r watch', { flags: taskFlags, inspect: call => allTasks(call, call.operands) } satisfies Spec),
    ...named('ls info query boundaries prune bin daemon scan completion telemetry config', works),
    ...named('login link logout unlink', registry('vercel.com', 'high', 'external-service', 'packages.remoteCache')),
    ...named('gen generate', one('medium', 'package-script', 'packages.workspaceTask')),
  },
  otherSub: { flags: taskFlags, inspect: call => allTasks(call, [literal(call.path.at(-1) ?? ''), ...call.operands]) },
};
const publishes: Spec = {
  flags: { '--dry-run': {}, '-d': {} },
  inspect: call =>
    call.has('--dry-run')
      ? []
      : [
          { does: 'net', host: npmHost, send: true, judged: true },
          because(call, 'critical', 'publish', 'packages.publish'),
        ],
};
const lerna: Spec = {
  flags: taskFlags,
  noSub: harmless,
  sub: {
    run: { flags: taskFlags, inspect: call => allTasks(call, call.operands.slice(0, 1)) },
    exec: { flags: taskFlags, stopAtOperand: true, operands: 'argv' },
    ...named('ls list changed diff info la ll clean create init link repair watch import', works),
    ...named('bootstrap add', registry(npmHost, 'high', 'dependency', 'packages.install')),
    version: {
      flags: { '--no-push': {}, '--no-git-tag-version': {} },
      inspect: call => [because(call, call.has('--no-push') ? 'low' : 'high', 'push', 'packages.version')],
    },
    publish: publishes,
  },
  otherSub: unknownCommand,
};
const rush: Spec = {
  noSub: harmless,
  sub: {
    ...named('build rebuild test lint list scan check change init unlink purge version', works),
    ...named('install update add upgrade-interactive', registry(npmHost, 'high', 'dependency', 'packages.install')),
    publish: publishes,
    ...named('setup update-cloud-credentials', one('high', 'credential-access', 'packages.login')),
  },
  otherSub: {
    inspect: call => unreadTask(call, call.path.at(-1) === '' ? null : (call.path.at(-1) ?? null), nameClaims),
  },
};
const changeset: Spec = {
  noSub: works,
  sub: { ...named('add init status version pre', works), publish: publishes, tag: works },
  otherSub: unknownCommand,
};
const releases: Spec = {
  flags: {
    '--dry-run': {},
    '-d': {},
    '--no-ci': {},
    '--skip.tag': {},
    ...taking('ignore', '-r --release-as -p --prerelease -b --branches -e --extends --increment -i'),
  },
  inspect: call =>
    call.has('--dry-run', '-d') ? [] : [reached(null), because(call, 'critical', 'publish', 'packages.publish')],
};

export const taskPrograms: ProgramTable = {
  ...named('mvn mvnw mvnd', maven),
  ...named('gradle gradlew', gradle),
  ...named('sbt mill lein boot clj', sbt),
  ant: {
    flags: {
      ...taking('script', '-f -file -buildfile'),
      ...taking('ignore', '-D -logger -listener'),
      '-lib': { value: 'read' },
    },
    longSingle: true,
    inspect: goals,
  },
  ...named('bazel bazelisk buck buck2 pants please', bazel),
  nx,
  turbo,
  lerna,
  ...named('rush rushx', rush),
  changeset,
  'semantic-release': releases,
  'release-it': releases,
  np: releases,
  'auto-release': releases,
  'standard-version': works,
  'commit-and-tag-version': works,
  goreleaser: {
    flags: { '--snapshot': {} },
    sub: {
      ...named('build check healthcheck init jsonschema', works),
      release: {
        flags: { '--snapshot': {}, '--skip-publish': {}, '--skip': { value: 'ignore' } },
        inspect: call =>
          call.has('--snapshot', '--skip-publish')
            ? [changesHere]
            : [because(call, 'critical', 'publish', 'packages.publish')],
      },
    },
    otherSub: unknownCommand,
    noSub: harmless,
  },
  'release-please': releases,
  vsce: {
    sub: {
      ...named('package ls ls-publishers generate-manifest', works),
      publish: publishes,
      unpublish: one('critical', 'publish', 'packages.unpublish'),
      ...named('login logout', one('high', 'credential-access', 'packages.login')),
      ...named('show search', registry('marketplace.visualstudio.com', 'medium', 'network', 'packages.asksRegistry')),
    },
    otherSub: unknownCommand,
  },
  ovsx: { sub: { publish: publishes }, otherSub: unknownCommand },
  ...named('npm-check-updates ncu', {
    flags: {
      '-u': { note: judged('high', 'dependency', 'packages.manifest') },
      '--upgrade': { note: judged('high', 'dependency', 'packages.manifest') },
    },
    inspect: call => [reached(npmHost), because(call, 'medium', 'network', 'packages.asksRegistry')],
  } satisfies Spec),
};
