import type { Claim } from '../../claim.ts';
import {
  byVerb,
  changes,
  deploys,
  destroys,
  downloads,
  executes,
  exposes,
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
import { tail } from '../sort.ts';
import { type Call, claimed, type Flag, type Note, note, type ProgramTable, type Spec } from '../spec.ts';
import type { Word } from '../word.ts';

// Sources: the AWS, gcloud and az command references, terraform's and pulumi's CLI references, ansible's manuals.

const flagged = (names: string, flag: Flag): Record<string, Flag> =>
  Object.fromEntries(names.split(' ').map(name => [name, flag]));
const judged = (tier: Note['tier'], category: Note['category'], code: string): Spec => ({
  notes: [note(tier, category, code)],
});

const reaches: Claim = { does: 'net', host: null, send: false, judged: true };
const isRemotePath = (word: Word): boolean =>
  /^(s3|gs|az|wasbs?|abfss?|hdfs|dbfs|b2|oss|cos|swift):\/\//.test(word.prefix);

/** Copies between a bucket and here: the last operand is the target. */
function bucketCopy(words: readonly Word[], moves: boolean): Claim[] {
  return words.flatMap((word, i): Claim[] => {
    const last = i === words.length - 1 && words.length > 1;
    if (isRemotePath(word)) return [{ does: 'net', host: null, send: last }];
    if (last) return [{ does: 'write', path: word }];
    return moves ? [{ does: 'delete', path: word, recursive: true }] : [{ does: 'read', path: word, recursive: true }];
  });
}

const awsFlags: Record<string, Flag> = {
  ...valued(
    '--profile --region --output --query --color --ca-bundle --cli-read-timeout --cli-connect-timeout --cli-binary-format --page-size --max-items --starting-token --instance-ids --instance-id --filters --name --bucket --key --table-name --function-name --stack-name --cluster --service --user-name --role-name --role-arn --secret-id --names --group-name',
  ),
  '--endpoint-url': { value: 'host' },
  '--no-verify-ssl': { note: note('high', 'checks-removed', 'remote.unverified') },
  ...flagged('--body --zip-file --cli-input-json --template-body --template-file --policy-document', {
    value: 'ignore',
  }),
  ...flagged('--debug --no-paginate --no-cli-pager --no-sign-request --dry-run --dryrun', {}),
};

const aws: Spec = {
  flags: awsFlags,
  inspect(call) {
    const [service, operation, ...rest] = call.operands;
    if (service === undefined || service.text === 'help' || operation?.text === 'help') return [];
    const files = call
      .values('--body', '--zip-file', '--cli-input-json', '--template-body', '--template-file', '--policy-document')
      .map(
        (word): Claim => ({
          does: 'read',
          path: /^fileb?:\/\//.test(word.prefix) ? tail(word, word.prefix.indexOf('//') + 2) : word,
        }),
      );
    return [...files, ...awsClaims(call, service, operation, rest)];
  },
};

function awsClaims(call: Call, service: Word, operation: Word | undefined, rest: readonly Word[]): Claim[] {
  const verb = operation?.text ?? null;
  if (operation === undefined && (service.text === 'configure' || service.text === 'sso')) return outcome('logsIn');
  if (verb === null || service.text === null) return operation === undefined ? [] : outcome('changes');
  if (service.text === 's3') {
    if (verb === 'ls') return outcome('looks');
    if (verb === 'presign') return outcome('exposes');
    if (/^(rb)$/.test(verb) || (verb === 'rm' && call.has('--recursive'))) return outcome('destroys');
    if (verb === 'rm') return outcome('changes');
    if (/^(cp|mv|sync)$/.test(verb))
      return [
        ...bucketCopy(rest, verb === 'mv'),
        ...(verb === 'sync' && call.has('--delete') ? outcome('destroys') : outcome('changes')),
      ];
    return outcome('changes');
  }
  if (service.text === 'configure')
    return verb === 'list' || verb === 'get'
      ? [claimed(note('high', 'credential-access', 'remote.printsSecret'))]
      : outcome('logsIn');
  if (service.text === 'sts') return verb === 'get-caller-identity' ? outcome('looks') : outcome('printsSecret');
  if (service.text === 'sso') return outcome('logsIn');
  if (verb === 'get-parameter' || verb === 'get-parameters' || verb === 'get-parameters-by-path')
    return outcome(call.has('--with-decryption') ? 'printsSecret' : 'looks');
  if (service.text === 'iam' && !/^(get|list|simulate)/.test(verb))
    return [
      claimed(note('high', 'privilege', 'remote.access')),
      ...outcome(verb.startsWith('delete') ? 'destroys' : 'changes'),
    ];
  if (/^(run-instances|request-spot|create-cluster|create-db|create-training-job|purchase)/.test(verb))
    return outcome('spends');
  if (service.text === 'lambda' && verb === 'invoke') return outcome('executes');
  if (/^(stop|terminate|revoke-security|authorize-security|update-service|update-function-code)/.test(verb))
    return outcome(verb.startsWith('terminate') ? 'destroys' : 'deploys');
  return outcome(byVerb([operation, ...rest].filter(word => word !== undefined)));
}

const gcloudFlags = {
  ...valued(
    '--project --account --configuration --format --filter --region --zone --verbosity --billing-project --impersonate-service-account --location --sort-by --limit',
  ),
  ...flagged('-q --quiet --async', {}),
};
const gcloud: Spec = {
  flags: gcloudFlags,
  inspect(call) {
    const [first, second, third] = call.operands.map(word => word.text);
    if (first === undefined || first === 'version' || first === 'info' || first === 'help') return [];
    if (first === 'config')
      return /^(list|get-value|get|configurations)$/.test(second ?? '')
        ? []
        : [claimed(note('high', 'external-service', 'remote.clientConfig'))];
    if (first === 'auth')
      return second === 'list'
        ? outcome('looks')
        : outcome(/print/.test(`${second} ${third}`) ? 'printsSecret' : 'logsIn');
    if (first === 'secrets' && second === 'versions' && third === 'access') return outcome('printsSecret');
    if (first === 'builds' && second === 'submit') return [...outcome('spends'), ...outcome('uploads')];
    if (first === 'storage' && /^(cp|mv|rsync)$/.test(second ?? ''))
      return [...bucketCopy(call.operands.slice(2), second === 'mv'), ...outcome('changes')];
    // `run` is a product here, and no verb.
    return outcome(byVerb(first === 'run' ? call.operands.slice(1) : call.operands));
  },
};

const gsutil: Spec = {
  flags: { ...valued('-o -h -u -i'), ...flagged('-m -q -D', {}) },
  inspect(call) {
    const [verb, ...rest] = call.operands;
    switch (verb?.text) {
      case undefined:
      case 'help':
      case 'version':
        return [];
      case 'ls':
      case 'du':
      case 'cat':
      case 'stat':
      case 'hash':
        return outcome('looks');
      case 'cp':
      case 'mv':
      case 'rsync':
        return [
          ...bucketCopy(
            rest.filter(word => !word.prefix.startsWith('-')),
            verb.text === 'mv',
          ),
          ...(call.has('-d') ? outcome('destroys') : outcome('changes')),
        ];
      case 'rm':
      case 'rb':
        return outcome('destroys');
      case 'signurl':
      case 'acl':
      case 'iam':
      case 'defacl':
        return outcome('exposes');
      case null:
      default:
        return outcome('changes');
    }
  },
};

/** Other buckets' clients: `put`, `get`, `sync`, `rb` and the like. */
const bucketClient: Spec = {
  flags: { ...flagged('-c --config', { value: 'read' }), ...valued('--endpoint --region --host --host-bucket') },
  inspect(call) {
    const [verb, ...rest] = call.operands;
    if (/^(put|cp|mv|sync|mirror|upload|upload-file|pipe)$/.test(verb?.text ?? ''))
      return [...bucketCopy(rest, verb?.text === 'mv'), ...outcome('uploads')];
    return outcome(byVerb(call.operands));
  },
};

const infra = (tier: Note['tier'], code: string): Spec => ({
  notes: [note(tier, 'infrastructure', code)],
  inspect: () => [reaches],
});
const planRole = {
  ...flagged('-out', { value: 'write' as const }),
  ...flagged('-var-file -state', { value: 'read' as const }),
  ...valued('-var -target -lock-timeout -parallelism -replace -backend-config'),
};
const plans: Spec = {
  ...infra('medium', 'infrastructure.plans'),
  longSingle: true,
  flags: { ...planRole, '-destroy': {} },
};
const applies: Spec = {
  ...infra('high', 'infrastructure.applies'),
  longSingle: true,
  flags: {
    ...planRole,
    ...flagged('-y --yes -f --skip-preview', { note: note('critical', 'infrastructure', 'infrastructure.unseen') }),
    ...flagged('-auto-approve --auto-approve', {
      attached: true,
      note: note('critical', 'infrastructure', 'infrastructure.unseen'),
    }),
    ...flagged('-destroy --destroy', {
      attached: true,
      note: note('critical', 'infrastructure', 'infrastructure.destroys'),
    }),
  },
};
const destroysInfra: Spec = { ...infra('critical', 'infrastructure.destroys'), longSingle: true };
const state: Spec = infra('high', 'infrastructure.state');
const stateReads: Spec = {
  notes: [note('medium', 'infrastructure', 'infrastructure.readsState')],
  inspect: () => [reaches],
};
const terraform: Spec = {
  longSingle: true,
  flags: { '-chdir': { attached: true }, ...flagged('-version -help', {}) },
  sub: verbs(
    [{ longSingle: true, operands: 'write', flags: flagged('-check -diff', { operands: 'tree' }) }, 'fmt'],
    [local, 'validate version graph help providers metadata modules get'],
    [stateReads, 'show output'],
    [plans, 'plan refresh-only'],
    [{ ...downloads, notes: [note('high', 'dependency', 'infrastructure.installs')] }, 'init'],
    [applies, 'apply'],
    [destroysInfra, 'destroy'],
    [state, 'import taint untaint refresh'],
    [infra('critical', 'infrastructure.unlocks'), 'force-unlock'],
    [
      { inspect: call => outcome(/^(list|show|select)$/.test(call.operands[0]?.text ?? '?') ? 'looks' : 'changes') },
      'workspace',
    ],
    [
      {
        sub: verbs(
          [stateReads, 'list show'],
          [{ notes: [note('high', 'secret', 'infrastructure.readsState')], inspect: () => [reaches] }, 'pull'],
          [infra('critical', 'infrastructure.state'), 'rm push mv replace-provider'],
        ),
        otherSub: state,
      },
      'state',
    ],
    [{ notes: [note('medium', 'inline-code', 'infrastructure.console')] }, 'console'],
    [{ notes: [note('high', 'infrastructure', 'infrastructure.tests')], inspect: () => [reaches] }, 'test'],
    [logsIn, 'login logout'],
  ),
  otherSub: changes,
};

const terragrunt: Spec = {
  ...terraform,
  flags: {
    ...terraform.flags,
    ...flagged('--terragrunt-config --terragrunt-working-dir --working-dir', { value: 'ignore' }),
    '--terragrunt-tfpath': { value: 'program' },
  },
  sub: {
    ...terraform.sub,
    ...verbs(
      [applies, 'apply-all'],
      [destroysInfra, 'destroy-all'],
      [plans, 'plan-all'],
      [
        {
          inspect: call => [
            claimed(
              note(
                call.operands.some(({ text }) => text === 'destroy') ? 'critical' : 'high',
                'infrastructure',
                'infrastructure.applies',
              ),
            ),
            reaches,
          ],
        },
        'run-all run',
      ],
      [{ operands: 'tree' }, 'hclfmt hcl'],
    ),
  },
};

const pulumi: Spec = group(
  {
    ...verbs(
      [local, 'version help about schema gen-completion'],
      [looks, 'logs whoami'],
      [plans, 'preview'],
      [applies, 'up update'],
      [destroysInfra, 'destroy down'],
      [state, 'import refresh watch'],
      [infra('critical', 'infrastructure.state'), 'cancel'],
      [logsIn, 'login logout'],
      [printsSecret, 'env'],
      [downloads, 'install plugin new'],
    ),
    stack: group(
      verbs(
        [looks, 'ls history graph'],
        [printsSecret, 'export output'],
        [destroys, 'rm'],
        [changes, 'init select rename tag import'],
      ),
    ),
    config: group(verbs([printsSecret, 'get'], [changes, 'set rm'])),
    state: infra('critical', 'infrastructure.state'),
  },
  {
    ...valued('-s --stack -C --cwd'),
    ...flagged('-y --yes --skip-preview', { note: note('critical', 'infrastructure', 'infrastructure.unseen') }),
  },
);

const cdk: Spec = group(
  {
    ...verbs(
      [local, 'version help docs doctor list ls synth synthesize acknowledge notices context'],
      [looks, 'diff drift metadata'],
      [plans, 'diff'],
      [applies, 'deploy bootstrap import watch migrate rollback'],
      [destroysInfra, 'destroy gc'],
      [{ operands: 'write' }, 'init get'],
    ),
  },
  {
    ...valued('--profile -c --context --stack -o --output --role-arn --toolkit-stack-name'),
    ...flagged('-a --app', { value: 'command' }),
    '--plugin': { value: 'script' },
  },
);

/** `ansible-playbook site.yml`: runs what the playbook says on every host of the inventory. */
const playbook: Spec = {
  notes: [note('high', 'infrastructure', 'infrastructure.plays')],
  flags: {
    ...flagged('-i --inventory', { value: 'ignore' }),
    ...flagged('--vault-password-file --key-file --private-key', {
      value: 'read',
      note: note('high', 'credential-access', 'network.storedPassword'),
    }),
    ...flagged('-e --extra-vars -l --limit -t --tags --skip-tags -u --user -c --connection -f --forks -T --timeout', {
      value: 'ignore',
    }),
    ...flagged('-M --module-path', { value: 'read' }),
    ...flagged('--ssh-common-args --ssh-extra-args --scp-extra-args', {
      value: 'ignore',
      note: note('high', 'sandbox-escape', 'network.sshRuns'),
    }),
    ...flagged('-b --become -K --ask-become-pass', { note: note('high', 'privilege', 'infrastructure.becomes') }),
    ...flagged('-C --check --syntax-check --list-hosts --list-tasks --list-tags', {}),
  },
  operands: 'read',
  inspect: () => [reaches],
};

const ansible: Spec = {
  ...playbook,
  notes: [],
  operands: 'ignore',
  flags: {
    ...playbook.flags,
    ...flagged('-m --module-name', { value: 'ignore' }),
    ...flagged('-a --args', { value: 'ignore' }),
  },
  inspect: call => {
    const quiet =
      call.values('-m', '--module-name').every(({ text }) => text === 'ping' || text === 'setup') &&
      call.has('-m', '--module-name');
    const commands = call
      .values('-a', '--args')
      .some(({ text }) => text === null || /\b(rm|mkfs|dd|shutdown|reboot|userdel|drop)\b/.test(text));
    return [
      reaches,
      ...(quiet
        ? outcome('looks')
        : [claimed(note(commands ? 'critical' : 'high', 'infrastructure', 'infrastructure.plays'))]),
    ];
  },
};

const packer: Spec = {
  sub: verbs(
    [{ operands: 'write' }, 'fmt'],
    [local, 'validate inspect version console'],
    [spends, 'build'],
    [{ ...downloads, notes: [note('high', 'dependency', 'infrastructure.installs')] }, 'init plugins'],
  ),
  otherSub: changes,
};

const vault: Spec = group(
  {
    ...verbs(
      [local, 'version help'],
      [looks, 'status list path-help monitor'],
      [printsSecret, 'read unwrap print'],
      [changes, 'write'],
      [destroys, 'delete'],
      [logsIn, 'login token auth'],
      [executes, 'ssh'],
      [exposes, 'server agent proxy'],
      [destroys, 'operator'],
    ),
    kv: group(
      verbs(
        [printsSecret, 'get'],
        [looks, 'list metadata'],
        [changes, 'put patch rollback undelete enable-versioning'],
        [destroys, 'delete destroy'],
      ),
    ),
    secrets: group(verbs([looks, 'list'], [destroys, 'disable'])),
    policy: group(verbs([looks, 'list read'], [destroys, 'delete'], [{ operands: 'write' }, 'fmt'])),
  },
  {
    ...valued('-address -namespace -format -field -token'),
    ...flagged('-tls-skip-verify', { note: note('high', 'checks-removed', 'remote.unverified') }),
  },
);

const consul: Spec = group({
  ...verbs(
    [local, 'version validate'],
    [looks, 'members catalog info monitor rtt'],
    [executes, 'exec'],
    [exposes, 'agent connect'],
    [destroys, 'leave force-leave'],
    [changes, 'intention event'],
    [{ stopAtOperand: true, operands: ['ignore', 'argv'] }, 'lock watch'],
  ),
  kv: group(verbs([printsSecret, 'get export'], [destroys, 'delete'], [changes, 'put import'])),
  acl: printsSecret,
});

const nomad: Spec = group({
  ...verbs(
    [local, 'version fmt validate'],
    [looks, 'status logs plan server-members'],
    [deploys, 'run'],
    [destroys, 'stop'],
    [executes, 'exec'],
    [exposes, 'agent'],
  ),
  job: group(
    verbs(
      [looks, 'status plan history inspect validate'],
      [deploys, 'run promote revert scale dispatch restart'],
      [destroys, 'stop'],
    ),
  ),
  alloc: group(verbs([looks, 'status logs fs'], [executes, 'exec'], [destroys, 'stop'])),
  var: printsSecret,
  system: destroys,
});

const hub: Spec = {
  flags: {
    ...valued('--repo-type --revision --token --include --exclude --private --commit-message'),
    '--local-dir': { value: 'write' },
    '--cache-dir': { value: 'write' },
  },
  sub: {
    ...verbs(
      [local, 'version env help scan-cache'],
      [downloads, 'download'],
      [logsIn, 'login logout'],
      [looks, 'whoami'],
      [{ ...uploads, operands: ['ignore', 'tree'] }, 'upload upload-large-folder lfs-enable-largefiles'],
      [destroys, 'repo-files delete-cache'],
      [spends, 'jobs endpoints'],
    ),
    auth: group(verbs([looks, 'whoami list'], [logsIn, 'login logout switch token'])),
    repo: group(verbs([publishes, 'create'], [destroys, 'delete'])),
    cache: group(verbs([local, 'scan ls'], [judged('medium', 'deletion', 'remote.cache'), 'delete rm prune'])),
  },
  otherSub: changes,
};

const inContainer: Spec = judged('high', 'container', 'container.run');

const cluster: Spec = { notes: [note('high', 'cost', 'remote.spends')], operands: 'script', inspect: () => [reaches] };

const script: Spec = {
  flags: {
    ...valued(
      '-n --name --class --executor-memory --driver-memory --num-executors --executor-cores --queue --deploy-mode',
    ),
    ...flagged('--conf --properties-file', { value: 'ignore' }),
    ...flagged('--jars --packages --repositories', {
      value: 'ignore',
      note: note('high', 'dependency', 'remote.downloads'),
    }),
    ...flagged('--py-files --files --archives', { value: 'ignore' }),
    '--master': { value: 'ignore' },
  },
  stopAtOperand: true,
  operands: ['script', 'ignore'],
  inspect: call =>
    call.values('--master').every(({ text }) => text?.startsWith('local') === true) && call.has('--master')
      ? []
      : outcome('spends'),
};

export const cloud: ProgramTable = {
  aws,
  gcloud,
  gsutil,
  bq: {
    flags: valued('--project_id --location --format --dataset_id'),
    inspect: call => [
      ...outcome(/^(query|extract|load)$/.test(call.operands[0]?.text ?? '') ? 'spends' : byVerb(call.operands)),
      ...(call.operands.some(({ text }) => text !== null && /\b(drop|truncate|delete\s+from)\b/i.test(text))
        ? outcome('destroys')
        : []),
    ],
  },
  az: verbClient(valued('--subscription --query -o --output -g --resource-group -n --name --verbose')),
  azd: verbClient(),
  func: group(verbs([local, 'init new start help templates'], [deploys, 'azure kubernetes'])),
  doctl: verbClient({
    ...valued('-t --access-token -u --api-url --context -o --output --format'),
    ...flagged('-c --config', { value: 'read' }),
  }),
  'linode-cli': verbClient(),
  oci: verbClient(valued('--profile --compartment-id --region --output --query')),
  ibmcloud: verbClient(),
  aliyun: verbClient(),
  scw: verbClient(),
  hcloud: verbClient(),
  vultr: verbClient(),
  'vultr-cli': verbClient(),
  openstack: verbClient(),
  cf: group(
    verbs(
      [local, 'help version'],
      [looks, 'apps app services logs events routes target orgs spaces'],
      [deploys, 'push restage restart scale start rolling-restart'],
      [destroys, 'delete delete-service delete-org delete-space stop'],
      [printsSecret, 'env oauth-token service-key'],
      [executes, 'ssh run-task'],
      [logsIn, 'login auth logout'],
    ),
  ),
  eb: group(
    verbs(
      [looks, 'status health logs list events printenv'],
      [deploys, 'deploy create swap upgrade restore scale setenv'],
      [destroys, 'terminate'],
      [executes, 'ssh'],
      [local, 'init'],
    ),
  ),
  copilot: verbClient(),
  terraform,
  tofu: terraform,
  tf: terraform,
  terragrunt,
  terramate: { ...terraform, otherSub: changes },
  tflint: { operands: 'tree', flags: { '--init': { note: note('high', 'dependency', 'infrastructure.installs') } } },
  tfsec: { operands: 'tree' },
  checkov: {
    operands: 'tree',
    flags: {
      ...flagged('-d --directory -f --file', { value: 'tree' }),
      '--bc-api-key': { value: 'ignore', note: note('high', 'upload', 'remote.uploads') },
    },
  },
  infracost: uploads,
  pulumi,
  cdk,
  cdktf: cdk,
  cdk8s: group(verbs([local, 'synth init'], [downloads, 'import'])),
  sam: group({
    ...verbs(
      [local, 'validate build init docs'],
      [inContainer, 'local'],
      [deploys, 'deploy sync package publish pipeline'],
      [destroys, 'delete'],
      [looks, 'logs list traces'],
      [executes, 'remote'],
    ),
  }),
  serverless: group(
    verbs(
      [local, 'print package help'],
      [judged('medium', 'unknown-program', 'remote.devServer'), 'offline dev'],
      [looks, 'info logs metrics'],
      [deploys, 'deploy rollback'],
      [destroys, 'remove'],
      [executes, 'invoke'],
      [logsIn, 'login logout'],
    ),
    valued('-s --stage -r --region --aws-profile -c --config'),
  ),
  sls: group(
    verbs(
      [local, 'print package help'],
      [looks, 'info logs metrics'],
      [deploys, 'deploy rollback'],
      [destroys, 'remove'],
      [executes, 'invoke'],
      [logsIn, 'login logout'],
    ),
    valued('-s --stage -r --region --aws-profile -c --config'),
  ),
  sst: group(
    verbs([local, 'version diff'], [deploys, 'deploy dev'], [destroys, 'remove'], [printsSecret, 'secret shell']),
  ),
  ansible,
  'ansible-playbook': playbook,
  'ansible-pull': { ...playbook, notes: [note('critical', 'infrastructure', 'infrastructure.plays')] },
  'ansible-console': executes,
  'ansible-galaxy': group(verbs([downloads, 'install collection role'], [local, 'list init info'])),
  'ansible-vault': group(
    verbs(
      [printsSecret, 'view decrypt'],
      [{ operands: 'write' }, 'encrypt rekey edit create'],
      [local, 'encrypt_string'],
    ),
  ),
  'ansible-lint': { operands: 'tree' },
  'ansible-inventory': printsSecret,
  'ansible-doc': local,
  'ansible-config': local,
  salt: executes,
  'salt-call': { notes: [note('critical', 'privilege', 'infrastructure.plays')] },
  'salt-ssh': executes,
  puppet: group(
    verbs(
      [local, 'help parser lookup describe'],
      [{ notes: [note('critical', 'privilege', 'infrastructure.plays')] }, 'apply agent'],
      [downloads, 'module'],
    ),
  ),
  chef: group(verbs([local, 'generate'], [executes, 'exec shell-init'])),
  'chef-client': { notes: [note('critical', 'privilege', 'infrastructure.plays')] },
  'chef-solo': { notes: [note('critical', 'privilege', 'infrastructure.plays')] },
  knife: verbClient(),
  bolt: executes,
  fab: { notes: [note('high', 'infrastructure', 'infrastructure.plays')] },
  cap: { notes: [note('high', 'production', 'remote.deploys')], inspect: () => [reaches] },
  kamal: group(
    verbs(
      [local, 'help docs version init config'],
      [looks, 'details audit lock'],
      [deploys, 'deploy setup redeploy rollback build'],
      [executes, 'app server accessory'],
      [destroys, 'remove prune'],
    ),
  ),
  packer,
  vault,
  consul,
  nomad,
  waypoint: verbClient(),
  boundary: verbClient(),
  s3cmd: bucketClient,
  s5cmd: bucketClient,
  mc: bucketClient,
  azcopy: bucketClient,
  b2: bucketClient,
  kaggle: group({
    ...verbs([local, 'config']),
    competitions: group(
      verbs([looks, 'list files leaderboard submissions'], [downloads, 'download'], [publishes, 'submit']),
    ),
    datasets: group(
      verbs(
        [looks, 'list files status metadata'],
        [downloads, 'download'],
        [publishes, 'create version'],
        [destroys, 'delete'],
      ),
    ),
    kernels: group(verbs([looks, 'list status files'], [downloads, 'pull output'], [spends, 'push'])),
    models: verbClient(),
  }),
  'huggingface-cli': hub,
  hf: hub,
  wandb: group(
    verbs(
      [local, 'status help offline disabled enabled online'],
      [logsIn, 'login'],
      [uploads, 'sync artifact'],
      [spends, 'sweep agent launch launch-agent'],
      [downloads, 'pull restore'],
    ),
  ),
  mlflow: group(
    verbs(
      [exposes, 'server ui models'],
      [{ operands: 'ignore', notes: [note('high', 'cost', 'remote.spends')] }, 'run'],
      [destroys, 'gc'],
    ),
  ),
  modal: group({
    ...verbs(
      [spends, 'run serve'],
      [deploys, 'deploy'],
      [logsIn, 'setup token config'],
      [executes, 'shell launch container'],
      [printsSecret, 'secret'],
    ),
    app: verbClient(),
    volume: verbClient(),
  }),
  databricks: verbClient(valued('--profile -p -o --output')),
  snow: verbClient(),
  dbt: group(
    verbs(
      [local, 'parse compile list ls docs deps clean init debug'],
      [
        { notes: [note('high', 'database', 'database.changes')], inspect: () => [reaches] },
        'run build seed snapshot test run-operation retry clone source',
      ],
    ),
  ),
  'spark-submit': script,
  'spark-shell': executes,
  pyspark: executes,
  sbatch: cluster,
  srun: {
    notes: [note('high', 'cost', 'remote.spends')],
    stopAtOperand: true,
    flags: valued('-p -n -N -c -t -J -A --partition --gres --mem --time'),
    operands: 'argv',
  },
  salloc: spends,
  scancel: destroys,
  squeue: looks,
  sinfo: looks,
  qsub: cluster,
  bsub: cluster,
  runpodctl: verbClient(),
  vastai: verbClient(),
  sky: group(
    verbs(
      [looks, 'status queue logs check show-gpus'],
      [spends, 'launch exec start jobs serve'],
      [destroys, 'down stop'],
    ),
  ),
  replicate: spends,
  openai: spends,
  ollama: group(
    verbs(
      [local, 'list ls ps show help'],
      [downloads, 'pull'],
      [publishes, 'push'],
      [judged('medium', 'deletion', 'remote.cache'), 'rm'],
      [judged('medium', 'unknown-program', 'remote.devServer'), 'run serve create cp stop'],
    ),
  ),
};
