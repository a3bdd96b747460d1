import {
  changes,
  deploys,
  destroys,
  downloads,
  executes,
  exposes,
  flagged,
  group,
  judgedAs,
  local,
  logsIn,
  looks,
  outcome,
  printsSecret,
  reaches,
  spends,
  uploads,
  valued,
  verbClient,
  verbs,
} from '../remote.ts';
import { claimed, note, type ProgramTable, type Spec } from '../spec.ts';
import { applies, destroysInfra, infra, plans, state, terraform, terragrunt } from './terraform.ts';

// Sources: the tools' own command references.

const inContainer: Spec = judgedAs('high', 'container', 'container.run');

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

export const infrastructure: ProgramTable = {
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
      [judgedAs('medium', 'unknown-program', 'remote.devServer'), 'offline dev'],
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
};
