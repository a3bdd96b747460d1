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
  judgedAs,
  local,
  logsIn,
  looks,
  outcome,
  publishes,
  valued,
  verbClient,
  verbs,
} from '../remote.ts';

import { claimed, type Flag, note, type ProgramTable, type Spec } from '../spec.ts';

// Sources: kubectl's, helm's and kustomize's command references, and those of the local clusters.

const lists = judgedAs('medium', 'container', 'container.lists');
const controls = judgedAs('high', 'container', 'container.controls');
const removes = judgedAs('high', 'unheld-by-checkpoint', 'container.removes');

const kubeFlags: Record<string, Flag> = {
  ...valued(
    '-n --namespace --context --cluster --user -o --output -l --selector --field-selector -c --container -s --server --as --as-group --as-uid --token --request-timeout --tls-server-name --certificate-authority --client-certificate --client-key -v --replicas --image --tail --since --sort-by --timeout --grace-period -p --patch --type --for --template --port --target-port',
  ),
  ...flagged('-f --filename -k --kustomize --from-file --from-env-file --patch-file', { value: 'read' }),
  // A cluster's entry may name a program that logs in.
  '--kubeconfig': { value: 'load' },
  '--insecure-skip-tls-verify': { attached: true, note: note('high', 'checks-removed', 'remote.unverified') },
};
const kube = (spec: Spec): Spec => ({ ...spec, flags: { ...kubeFlags, ...spec.flags } });
const shared =
  /^(ns|namespaces?|pv|pvc|persistentvolumes?|persistentvolumeclaims?|crds?|customresourcedefinitions?|nodes?|no|clusterroles?|sts|statefulsets?|storageclass(es)?|secrets?|projects?|all)([./].*)?$/;

/** Deleting what comes back by itself is a change; namespaces, data and everything at once do not come back. */
const kubeDelete: Spec = {
  flags: { ...flagged('--all -A --all-namespaces --force --now', { attached: true }) },
  inspect(call) {
    const dry = call.values('--dry-run').some(({ text }) => text === 'client' || text === 'server');
    if (dry) return outcome('looks');
    const broad =
      call.has('--all', '-A', '--all-namespaces') ||
      call.has('-l', '--selector', '-f', '--filename', '-k', '--kustomize');
    const gone = call.operands.some(
      ({ text }) => text === null || text.split(',').some(kind => shared.test(kind.toLowerCase())),
    );
    return outcome(
      gone || (broad && call.operands[0]?.text !== 'pod' && call.operands[0]?.text !== 'pods') ? 'destroys' : 'changes',
    );
  },
};
const kubeGet: Spec = {
  inspect: call => {
    const secret = call.operands.some(({ text }) => text === null || /^secrets?([/.,]|$)|,secrets?/i.test(text));
    const shown = call.values('-o', '--output').some(({ text }) => text === null || !/^(wide|name)$/.test(text));
    const raw = call.values('--raw').some(({ text }) => text === null || /secrets/.test(text));
    return outcome((secret && shown) || raw ? 'printsSecret' : 'looks');
  },
  flags: { '--raw': { value: 'ignore' } },
};
const kubeApply: Spec = {
  flags: {
    '--prune': { note: note('critical', 'external-service', 'remote.destroys') },
    '--dry-run': { attached: true },
  },
  inspect: call => [
    ...outcome(
      call.values('--dry-run').some(({ text }) => text === 'client' || text === 'server') ? 'looks' : 'deploys',
    ),
    ...call
      .values('-f', '--filename')
      .flatMap((word): Claim[] =>
        /^https?:/.test(word.prefix) ? [claimed(note('high', 'download', 'remote.appliesDownload'))] : [],
      ),
  ],
};

const kubectl: Spec = {
  flags: kubeFlags,
  sub: Object.fromEntries(
    Object.entries({
      ...verbs(
        [local, 'help options completion kustomize'],
        [looks, 'describe logs top explain api-resources api-versions cluster-info events wait diff version auth'],
        [
          changes,
          'create run set label annotate scale autoscale patch edit rollout expose taint cordon uncordon certificate',
        ],
        [deploys, 'replace'],
        [executes, 'exec attach cp debug'],
        [exposes, 'port-forward proxy'],
        [logsIn, 'login'],
        [destroys, 'drain'],
      ),
      get: kubeGet,
      delete: kubeDelete,
      apply: kubeApply,
      config: group(
        verbs(
          [local, 'current-context get-contexts get-clusters get-users'],
          [{ flags: flagged('--raw', { note: note('high', 'credential-access', 'remote.printsSecret') }) }, 'view'],
          [
            judgedAs('high', 'external-service', 'remote.otherCluster'),
            'use-context set-context set set-cluster delete-context rename-context unset delete-cluster delete-user',
          ],
          [logsIn, 'set-credentials'],
        ),
        kubeFlags,
      ),
      plugin: local,
      adm: changes,
      rollout: group(verbs([looks, 'status history'], [deploys, 'restart undo pause resume']), kubeFlags),
    }).map(([name, spec]) => [name, kube(spec)]),
  ),
  otherSub: executes,
};

const helmFlags: Record<string, Flag> = {
  ...kubeFlags,
  ...flagged('-f --values', { value: 'read' }),
  '--post-renderer': { value: 'program', note: note('high', 'obscure', 'remote.renderer') },
  ...valued('--post-renderer-args --set --set-string --version --repo --kube-context'),
};

const helm: Spec = {
  flags: helmFlags,
  sub: {
    ...verbs(
      [{ flags: helmFlags }, 'template lint'],
      [local, 'version help completion env verify show'],
      [{ operands: 'write' }, 'create'],
      [{ operands: 'tree' }, 'package'],
      [looks, 'list ls status get history search'],
      [deploys, 'install upgrade rollback test'],
      [destroys, 'uninstall delete un'],
      [publishes, 'push'],
      [downloads, 'pull fetch'],
      [logsIn, 'registry'],
    ),
    repo: group(verbs([local, 'list'], [downloads, 'add update'], [local, 'remove index'])),
    dependency: group(verbs([local, 'list'], [downloads, 'update build'])),
    plugin: group(verbs([local, 'list'], [judgedAs('high', 'persistence', 'remote.extension'), 'install update'])),
  },
  otherSub: changes,
};

const cluster: Spec = group(
  verbs(
    [local, 'version help completion'],
    [lists, 'get list status profile ip logs image'],
    [controls, 'create start stop pause unpause load addons config cp node kubeconfig cluster export mount'],
    [removes, 'delete'],
    [executes, 'ssh'],
    [exposes, 'tunnel service dashboard'],
  ),
  valued('-p --profile'),
  controls,
);

export const kubernetes: ProgramTable = {
  kubectl,
  oc: kubectl,
  k: kubectl,
  k9s: executes,
  kustomize: {
    sub: {
      build: {
        operands: 'tree',
        flags: flagged('--enable-exec --enable-alpha-plugins --enable-helm', {
          note: note('high', 'obscure', 'remote.renderer'),
        }),
      },
      ...verbs([{}, 'version help cfg'], [{ operands: 'ignore' }, 'edit create']),
    },
    otherSub: {},
  },
  helm,
  helmfile: group(
    verbs(
      [local, 'template lint build list'],
      [looks, 'diff status'],
      [deploys, 'apply sync'],
      [destroys, 'destroy delete'],
    ),
    flagged('-f --file', { value: 'read' }),
  ),
  kind: cluster,
  minikube: { ...cluster, sub: { ...cluster.sub, kubectl } },
  k3d: cluster,
  colima: cluster,
  lima: cluster,
  limactl: cluster,
  skaffold: group(
    verbs(
      [local, 'render diagnose schema version config init'],
      [judgedAs('high', 'container', 'container.build'), 'build'],
      [deploys, 'run dev deploy apply debug'],
      [destroys, 'delete'],
    ),
  ),
  tilt: group(verbs([local, 'version help'], [deploys, 'up ci'], [destroys, 'down'])),
  argocd: verbClient(),
  flux: verbClient(valued('-n --namespace')),
  istioctl: verbClient(valued('-n --namespace')),
  kubeval: { operands: 'read' },
  kubeconform: { operands: 'read' },
  stern: looks,
  kubectx: {
    inspect: call =>
      call.operands.length > 0 ? [claimed(note('high', 'external-service', 'remote.otherCluster'))] : [],
  },
  kubens: {
    inspect: call =>
      call.operands.length > 0 ? [claimed(note('high', 'external-service', 'remote.otherCluster'))] : [],
  },
  eksctl: { flags: valued('-r --region -p --profile -f'), inspect: call => outcome(byVerb(call.operands)), notes: [] },
};
