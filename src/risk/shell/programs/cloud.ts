import type { Claim } from '../../claim.ts';
import {
  byVerb,
  deploys,
  destroys,
  executes,
  flagged,
  group,
  local,
  logsIn,
  looks,
  outcome,
  printsSecret,
  valued,
  verbClient,
  verbs,
} from '../remote.ts';
import { tail } from '../sort.ts';
import { type Call, claimed, type Flag, note, type ProgramTable, type Spec } from '../spec.ts';
import type { Word } from '../word.ts';

// Sources: the AWS, gcloud and az command references, terraform's and pulumi's CLI references, ansible's manuals.

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
  s3cmd: bucketClient,
  s5cmd: bucketClient,
  mc: bucketClient,
  azcopy: bucketClient,
  b2: bucketClient,
};
