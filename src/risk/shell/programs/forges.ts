import type { Claim } from '../../claim.ts';
import {
  byVerb,
  changes,
  deploys,
  destroys,
  downloads,
  executes,
  exposes,
  flagged,
  group,
  local,
  logsIn,
  looks,
  outcome,
  printsSecret,
  publishes,
  spends,
  uploads,
  type Verbs,
  valued,
  verbClient,
  verbs,
} from '../remote.ts';
import { tail } from '../sort.ts';
import { note, type ProgramTable, type Spec } from '../spec.ts';

// Sources: gh(1), glab(1), hub(1), and the services' own command references.

const repo = valued('-R --repo --hostname');
const within = (...groups: readonly Verbs[]): Spec => group(verbs(...groups), repo);

/** Bodies and files that go with what is written. */
const writes: Spec = {
  like: changes,
  flags: { ...flagged('-F --body-file --notes-file --input', { value: 'read' }), ...valued('-b --body -t --title -m') },
};
const extensions: Spec = {
  notes: [note('high', 'dependency', 'remote.extension')],
  inspect: changes.inspect ?? (() => []),
};
const checksOut: Spec = {
  notes: [note('medium', 'discards-work', 'remote.checksOut')],
  inspect: looks.inspect ?? (() => []),
};
const pushes: Spec = { notes: [note('high', 'push', 'remote.merges')], inspect: changes.inspect ?? (() => []) };
const runsWorkflow: Spec = {
  notes: [note('high', 'ci', 'remote.startsWorkflow')],
  inspect: changes.inspect ?? (() => []),
};
const browse: Spec = { notes: [note('medium', 'external-service', 'remote.opensBrowser')] };

/** `gh api`: a GET unless it says otherwise or has fields. */
const api: Spec = {
  flags: {
    ...valued(
      '-X --method -f --raw-field -F --field -H --header -q --jq -t --template -p --preview --cache --hostname',
    ),
    '--input': { value: 'read' },
  },
  inspect(call) {
    const method = call.values('-X', '--method').at(-1)?.text ?? (call.has('-X', '--method') ? null : 'GET');
    const fields = call.values('-F', '--field');
    const files = fields.flatMap((value): Claim[] => {
      const at = value.prefix.indexOf('=@');
      return at < 0 ? [] : [{ does: 'read', path: tail(value, at + 2) }];
    });
    const body = call.has('-f', '--raw-field', '-F', '--field', '--input');
    const mutates = method === null || !/^(get|head)$/i.test(method) || (body && !call.has('-X', '--method'));
    const graphql = call.operands[0]?.text === 'graphql';
    const query = [...call.values('-f', '--raw-field'), ...fields];
    const reads =
      graphql && !call.has('--input') && query.every(({ text }) => text !== null && !/mutation|=@/i.test(text));
    if (reads) return outcome('looks');
    const kind = /^delete$/i.test(method ?? '') ? 'destroys' : mutates ? 'changes' : 'looks';
    const secret = call.operands.some(({ text }) => text === null || /secrets|keys|tokens?(\/|$)/.test(text));
    return [...files, ...outcome(kind), ...(secret ? outcome('printsSecret') : [])];
  },
};

const gh: Spec = {
  flags: { ...repo, '--help': {}, '--version': {} },
  sub: {
    ...verbs(
      [local, 'help version completion'],
      [looks, 'status search'],
      [browse, 'browse'],
      [extensions, 'extension extensions ext'],
    ),
    pr: within(
      [looks, 'list ls view status diff checks'],
      [checksOut, 'checkout co'],
      [writes, 'create new edit comment review close reopen ready lock unlock'],
      [pushes, 'merge update-branch'],
    ),
    issue: within(
      [looks, 'list ls view status'],
      [writes, 'create new edit comment close reopen lock unlock pin unpin transfer develop'],
      [destroys, 'delete'],
    ),
    release: within(
      [looks, 'list ls view verify'],
      [downloads, 'download'],
      [publishes, 'create new edit upload'],
      [destroys, 'delete delete-asset'],
    ),
    repo: within(
      [looks, 'list ls view'],
      [downloads, 'clone'],
      [publishes, 'create new fork'],
      [destroys, 'delete archive'],
      [pushes, 'sync'],
      [changes, 'edit rename unarchive deploy-key set-default'],
    ),
    run: within(
      [looks, 'list ls view watch'],
      [downloads, 'download'],
      [runsWorkflow, 'rerun cancel'],
      [destroys, 'delete'],
    ),
    workflow: within([looks, 'list ls view'], [runsWorkflow, 'run enable disable']),
    secret: within([looks, 'list ls'], [logsIn, 'set'], [destroys, 'delete remove']),
    variable: within([looks, 'list ls get'], [changes, 'set'], [destroys, 'delete remove']),
    gist: within(
      [looks, 'list ls view'],
      [downloads, 'clone'],
      [{ ...uploads, operands: 'read' }, 'create new edit rename'],
      [destroys, 'delete'],
    ),
    auth: within(
      [
        {
          ...looks,
          flags: flagged('-t --show-token', { note: note('high', 'credential-access', 'remote.printsSecret') }),
        },
        'status',
      ],
      [printsSecret, 'token'],
      [logsIn, 'login logout refresh setup-git switch git-credential'],
    ),
    api,
    alias: within(
      [local, 'list ls'],
      [{ notes: [note('high', 'persistence', 'remote.alias')] }, 'set import'],
      [{ notes: [note('medium', 'outside-workspace', 'remote.alias')] }, 'delete'],
    ),
    config: within(
      [local, 'get list ls'],
      [{ notes: [note('high', 'persistence', 'remote.clientConfig')] }, 'set clear-cache'],
    ),
    'ssh-key': within([looks, 'list ls'], [logsIn, 'add'], [destroys, 'delete']),
    'gpg-key': within([looks, 'list ls'], [logsIn, 'add'], [destroys, 'delete']),
    codespace: within(
      [looks, 'list ls view logs'],
      [spends, 'create'],
      [executes, 'ssh cp code jupyter'],
      [exposes, 'ports'],
      [destroys, 'delete'],
    ),
    cs: within(
      [looks, 'list ls view logs'],
      [spends, 'create'],
      [executes, 'ssh cp code jupyter'],
      [exposes, 'ports'],
      [destroys, 'delete'],
    ),
    label: within([looks, 'list ls'], [changes, 'create edit clone'], [destroys, 'delete']),
    project: { flags: repo, inspect: call => outcome(byVerb(call.operands)) },
    cache: within([looks, 'list ls'], [destroys, 'delete']),
    org: within([looks, 'list ls']),
    ruleset: within([looks, 'list ls view check']),
    attestation: within([looks, 'verify'], [downloads, 'download']),
    copilot: uploads,
    models: spends,
  },
  otherSub: extensions,
};

const glab: Spec = {
  flags: repo,
  sub: {
    ...verbs([local, 'help version completion check-update'], [looks, 'search']),
    mr: within(
      [looks, 'list ls view show diff issues approvers'],
      [checksOut, 'checkout'],
      [writes, 'create new update note close reopen approve revoke todo subscribe rebase for'],
      [pushes, 'merge accept'],
      [destroys, 'delete'],
    ),
    issue: within(
      [looks, 'list ls view show board'],
      [writes, 'create new update note close reopen subscribe'],
      [destroys, 'delete'],
    ),
    release: within([looks, 'list view'], [downloads, 'download'], [publishes, 'create upload'], [destroys, 'delete']),
    repo: within(
      [looks, 'list view search contributors'],
      [downloads, 'clone archive'],
      [publishes, 'create fork mirror transfer'],
      [destroys, 'delete'],
    ),
    ci: within(
      [looks, 'list view status get trace lint'],
      [downloads, 'artifact'],
      [runsWorkflow, 'run retry trigger cancel run-trig'],
      [destroys, 'delete'],
    ),
    variable: within([printsSecret, 'get list export'], [logsIn, 'set update'], [destroys, 'delete']),
    auth: within([looks, 'status'], [logsIn, 'login logout']),
    snippet: within([uploads, 'create']),
    'ssh-key': within([looks, 'list get'], [logsIn, 'add'], [destroys, 'delete']),
    alias: within([local, 'list'], [{ notes: [note('high', 'persistence', 'remote.alias')] }, 'set']),
    config: within([local, 'get'], [{ notes: [note('high', 'persistence', 'remote.clientConfig')] }, 'set init edit']),
    api,
  },
  otherSub: changes,
};

const production: Spec = {
  flags: {
    ...valued('-t --token --scope -S --cwd -A --local-config -Q --global-config'),
    '-y': {},
    '--yes': {},
    '--prod': {},
  },
};
const dev: Spec = { notes: [note('medium', 'unknown-program', 'remote.devServer')] };

const vercel: Spec = {
  ...production,
  sub: verbs(
    [local, 'help build'],
    [dev, 'dev'],
    [looks, 'list ls inspect logs log whoami teams target'],
    [deploys, 'deploy promote rollback redeploy alias domains dns certs rolling-release'],
    [destroys, 'remove rm'],
    [printsSecret, 'env pull'],
    [logsIn, 'login logout link switch'],
  ),
  noSub: deploys,
  otherSub: deploys,
};

/** Error trackers, payments, telephony, chat: another company's system, in the person's name. */
const service: Spec = verbClient(valued('--org --project --api-key --profile -o -p --auth-token'));
const paid: Spec = { ...service, notes: [note('high', 'external-service', 'remote.changes')] };

const firebase: Spec = group(
  verbs(
    [local, 'help'],
    [dev, 'emulators:start emulators:exec serve'],
    [looks, 'projects:list apps:list functions:log hosting:sites:list'],
    [deploys, 'deploy hosting:channel:deploy hosting:clone'],
    [destroys, 'firestore:delete database:remove functions:delete hosting:disable apps:delete'],
    [printsSecret, 'functions:config:get functions:secrets:access login:ci auth:export'],
    [logsIn, 'login logout use'],
  ),
  valued('-P --project --token'),
);

export const forges: ProgramTable = {
  gh,
  hub: group({
    ...verbs(
      [looks, 'ci-status issue'],
      [publishes, 'create fork release'],
      [writes, 'pull-request'],
      [pushes, 'merge sync push'],
      [destroys, 'delete'],
      [browse, 'browse compare'],
      [downloads, 'clone fetch checkout am apply cherry-pick'],
      [uploads, 'gist'],
    ),
    api,
  }),
  glab,
  tea: verbClient(),
  jira: verbClient(),
  linear: verbClient(),
  vercel,
  vc: vercel,
  now: vercel,
  netlify: group(
    verbs(
      [local, 'help build completion'],
      [dev, 'dev'],
      [looks, 'status sites:list logs:function logs open watch'],
      [deploys, 'deploy'],
      [printsSecret, 'env env:list env:get'],
      [logsIn, 'login logout link'],
      [destroys, 'sites:delete'],
    ),
  ),
  fly: verbClient(valued('-a --app -c --config -t --access-token -o --org')),
  flyctl: verbClient(valued('-a --app -c --config -t --access-token -o --org')),
  railway: group(
    verbs(
      [local, 'help completion docs'],
      [looks, 'status logs whoami list open'],
      [deploys, 'up redeploy deploy'],
      [executes, 'run shell ssh connect'],
      [printsSecret, 'variables vars'],
      [destroys, 'delete down'],
      [logsIn, 'login logout link'],
    ),
  ),
  heroku: {
    ...verbClient({ ...valued('-a --app -r --remote'), '-c': {} }),
    inspect: call => {
      const [verb] = call.operands;
      if (/^(run|console|rake|ps:exec|pg:psql)(:|$)/.test(verb?.text ?? '?')) return outcome('executes');
      if (/^(config|pg:credentials|config:get|auth:token)(:url)?$/.test(verb?.text ?? ''))
        return outcome('printsSecret');
      if (/^(pg:reset|apps:destroy|addons:destroy|pg:kill.*)$/.test(verb?.text ?? '')) return outcome('destroys');
      if (/^(apps|addons|ps|releases|logs|pg|pg:info|domains|status|access|pipelines|features)$/.test(verb?.text ?? ''))
        return outcome('looks');
      return outcome(byVerb(call.operands));
    },
  },
  wrangler: group(
    {
      ...verbs(
        [local, 'help docs types check'],
        [dev, 'dev'],
        [looks, 'whoami tail'],
        [deploys, 'deploy publish rollback versions deployments'],
        [destroys, 'delete'],
        [logsIn, 'login logout secret secret:bulk secret:put'],
      ),
      ...verbs([verbClient(), 'kv kv:key kv:namespace r2 d1 queues pages vectorize hyperdrive workflows']),
    },
    valued('-c --config -e --env --cwd'),
  ),
  firebase,
  'firebase-tools': firebase,
  surge: { ...deploys, operands: 'tree' },
  eas: group(
    verbs(
      [local, 'help'],
      [looks, 'whoami build:list build:view'],
      [spends, 'build'],
      [publishes, 'submit update'],
      [logsIn, 'login credentials'],
    ),
  ),
  stripe: {
    ...paid,
    flags: {
      ...valued('--api-key -d --data --project-name'),
      '--live': { note: note('critical', 'payments', 'remote.livePayments') },
    },
  },
  twilio: paid,
  sendgrid: paid,
  plaid: paid,
  slack: service,
  'sentry-cli': group({
    ...verbs(
      [local, 'help'],
      [looks, 'info projects organizations issues events'],
      [uploads, 'upload-dif upload-dsym upload-proguard sourcemaps send-event send-envelope debug-files'],
      [logsIn, 'login'],
      [{ notes: [note('critical', 'persistence', 'remote.selfUpdate')] }, 'update uninstall'],
    ),
    releases: verbClient(),
  }),
  datadog: service,
  'datadog-ci': uploads,
  codecov: uploads,
  supabase: group({
    ...verbs(
      [local, 'help init status'],
      [deploys, 'deploy'],
      [logsIn, 'login link'],
      [printsSecret, 'secrets'],
      [dev, 'start stop test'],
    ),
    db: group(
      verbs(
        [{ notes: [note('high', 'migration', 'database.reset')] }, 'reset'],
        [
          { notes: [note('high', 'migration', 'database.migrates')], inspect: changes.inspect ?? (() => []) },
          'push pull remote',
        ],
        [looks, 'dump diff lint'],
      ),
    ),
    functions: verbClient(),
  }),
  expo: verbClient(),
  appcenter: verbClient(),
  doppler: group(
    verbs([printsSecret, 'secrets configs'], [logsIn, 'login setup']),
    valued('-p --project -c --config'),
    executes,
  ),
  op: group(verbs([printsSecret, 'read item inject document'], [logsIn, 'signin account']), {}, printsSecret),
  bw: group(verbs([printsSecret, 'get list export unlock'], [logsIn, 'login']), {}, printsSecret),
  chamber: group(verbs([printsSecret, 'read export list env exec'])),
  sops: {
    notes: [note('high', 'credential-access', 'remote.printsSecret')],
    operands: 'read',
    flags: { '-i': {}, '--output': { value: 'write' } },
    inspect: call =>
      call.operands[0]?.text === 'exec-env'
        ? call.operands.slice(2).map((text): Claim => ({ does: 'shell', text }))
        : [],
  },
  'terraform-docs': { operands: ['ignore', 'read'], flags: { '--output-file': { value: 'write' } } },
};
