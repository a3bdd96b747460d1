import type { Claim } from '../../claim.ts';
import {
  byVerb,
  changes,
  deploys,
  destroys,
  executes,
  group,
  local,
  logsIn,
  looks,
  outcome,
  printsSecret,
  publishes,
  spends,
  uploads,
  valued,
  verbClient,
  verbs,
} from '../remote.ts';
import { note, type ProgramTable, type Spec } from '../spec.ts';

// Sources: the services' own command references.

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

/** Companies that run, build, bill, watch and keep secrets for others. */
export const hosting: ProgramTable = {
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
