import type { Claim } from '../../claim.ts';
import {
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
  publishes,
  spends,
  valued,
  verbs,
} from '../remote.ts';
import { claimed, type Flag, note, type ProgramTable, type Spec } from '../spec.ts';
import { literal } from '../word.ts';
import { containerFlags, escape, reachClaims } from './containerReach.ts';

// Sources: docker(1), podman(1), buildah(1), the compose specification, kubectl's and helm's references, virsh(1), qemu(1).

/** The engine runs as root outside the sandbox, and its socket is all or nothing: a look at it is medium. */
const lists = judgedAs('medium', 'container', 'container.lists');
const controls = judgedAs('high', 'container', 'container.controls');
/** `docker save -o file`. */
const saves: Spec = { ...controls, flags: { ...flagged('-o --output', { value: 'write' }) } };
const removes = judgedAs('high', 'unheld-by-checkpoint', 'container.removes');
const pulls: Spec = {
  notes: [note('high', 'download', 'container.pulls')],
  inspect: () => [{ does: 'net', host: null, send: false, judged: true }],
};
const pushes: Spec = {
  notes: [note('high', 'publish', 'container.pushes')],
  inspect: () => [{ does: 'net', host: null, send: true, judged: true }],
};
const logs: Spec = { ...logsIn };

const runs: Spec = {
  notes: [note('high', 'container', 'container.run')],
  stopAtOperand: true,
  flags: containerFlags,
  inspect: call => [...reachClaims(call), { does: 'net', host: null, send: false, judged: true }],
};
const execs: Spec = { ...runs, notes: [note('high', 'container', 'container.exec')] };

const builds: Spec = {
  notes: [note('high', 'container', 'container.build')],
  flags: {
    ...valued(
      '-t --tag --build-arg --target --platform --label --cache-from --cache-to --network --progress --add-host --builder --provenance --sbom --attest --shm-size --ulimit -m --memory --isolation --annotation --metadata-file',
    ),
    ...flagged('-f --file', { value: 'read' }),
    ...flagged('--secret --ssh', { value: 'ignore', note: note('high', 'secret', 'container.secrets') }),
    ...flagged('-o --output --iidfile', { value: 'ignore' }),
    '--push': { note: note('high', 'publish', 'container.pushes') },
    ...flagged('--allow', { value: 'ignore', note: escape }),
  },
  operands: 'tree',
  inspect: call => [
    { does: 'net', host: null, send: false, judged: true },
    ...call.values('-o', '--output', '--iidfile').flatMap((value): Claim[] => {
      const dest = /(?:^|,)dest=([^,]*)/.exec(value.text ?? '')?.[1];
      return /^type=(image|registry|docker)$/.test(value.text ?? '')
        ? []
        : [{ does: 'write', path: dest === undefined ? value : literal(dest) }];
    }),
  ],
};

/** `docker cp a:/x .`: into the container, or out of it. */
const copies: Spec = {
  notes: [note('high', 'container', 'container.copies')],
  inspect: call =>
    call.operands.flatMap((word, i): Claim[] =>
      /^[\w.-]+:/.test(word.prefix)
        ? []
        : [i === 0 ? { does: 'read', path: word, recursive: true } : { does: 'write', path: word }],
    ),
};

const composeFlags: Record<string, Flag> = {
  ...flagged('-f --file --env-file', { value: 'read' }),
  ...valued('-p --project-name --profile --project-directory --progress --parallel --ansi --context -H --host'),
};
const compose: Spec = group(
  {
    ...verbs(
      [local, 'config version help convert'],
      [lists, 'ps logs images top port events ls stats'],
      [controls, 'up start restart create scale watch pause unpause stop kill attach wait'],
      [removes, 'rm'],
      [pulls, 'pull'],
      [pushes, 'push publish'],
      [builds, 'build'],
      [copies, 'cp'],
      [execs, 'exec'],
      [runs, 'run'],
    ),
    down: {
      notes: [note('high', 'container', 'container.controls')],
      flags: flagged('-v --volumes --rmi', { note: note('high', 'unheld-by-checkpoint', 'container.removes') }),
    },
  },
  composeFlags,
  controls,
);

const kinds = (own: Record<string, Spec> = {}): Record<string, Spec> => ({
  ...verbs(
    [lists, 'ls list inspect ps logs top stats port diff history df events info'],
    [removes, 'rm remove prune'],
    [
      controls,
      'create connect disconnect update rename start stop restart kill pause unpause wait attach commit tag load import',
    ],
    [saves, 'save export'],
  ),
  ...own,
});

const docker: Spec = {
  flags: {
    ...valued('-l --log-level --tlscacert --tlscert --tlskey'),
    ...flagged('-H --host -c --context --url --connection', {
      value: 'ignore',
      note: note('high', 'external-service', 'container.otherEngine'),
    }),
    ...flagged('--config', { value: 'read' }),
    ...flagged('-D --debug --tls --tlsverify -r --remote', {}),
    ...flagged('-v --version --help', {}),
  },
  sub: {
    ...verbs(
      [lists, 'ps images logs inspect top stats port diff history info events version search'],
      [local, 'help'],
      [controls, 'start stop restart kill pause unpause rename update wait attach create commit tag load import'],
      [saves, 'save export'],
      [removes, 'rm rmi'],
      [pulls, 'pull'],
      [pushes, 'push'],
      [logs, 'login logout'],
      [builds, 'build bake'],
      [copies, 'cp'],
      [runs, 'run create'],
      [execs, 'exec'],
    ),
    compose,
    container: group(kinds({ run: runs, create: runs, exec: execs, cp: copies }), {}, controls),
    image: group(kinds({ pull: pulls, push: pushes, build: builds }), {}, controls),
    volume: group(kinds(), {}, controls),
    network: group(kinds(), {}, controls),
    system: group(
      {
        ...kinds(),
        prune: removes,
        reset: judgedAs('critical', 'unheld-by-checkpoint', 'container.removes'),
        service: exposes,
        connection: controls,
      },
      {},
      controls,
    ),
    builder: group(kinds({ build: builds }), {}, controls),
    buildx: group(kinds({ build: builds, bake: builds, version: local }), valued('--builder'), controls),
    context: group(
      kinds({ use: judgedAs('high', 'external-service', 'container.otherEngine'), show: local }),
      {},
      controls,
    ),
    manifest: group({ ...kinds(), push: pushes, inspect: pulls }, {}, controls),
    swarm: judgedAs('high', 'external-service', 'container.controls'),
    service: group({
      ...verbs([looks, 'ls ps logs inspect'], [destroys, 'rm'], [deploys, 'create update rollback scale']),
    }),
    stack: group(verbs([looks, 'ls ps services'], [deploys, 'deploy up'], [destroys, 'rm down'], [local, 'config'])),
    secret: group(verbs([looks, 'ls inspect'], [logsIn, 'create'], [destroys, 'rm'])),
    plugin: group({ ...kinds(), install: judgedAs('critical', 'sandbox-escape', 'container.escapes') }, {}, controls),
    scout: looks,
    machine: group(kinds({ ssh: executes, init: spends }), {}, controls),
    pod: group(kinds(), {}, controls),
    generate: lists,
    kube: controls,
    play: controls,
    unshare: { operands: 'argv', stopAtOperand: true },
    mount: judgedAs('high', 'container', 'container.controls'),
  },
  otherSub: controls,
};

export const containers: ProgramTable = {
  docker,
  podman: docker,
  nerdctl: docker,
  'docker-compose': compose,
  'podman-compose': compose,
  buildah: group(
    {
      ...kinds(),
      ...verbs(
        [builds, 'build bud'],
        [runs, 'run from'],
        [pushes, 'push'],
        [pulls, 'pull'],
        [logs, 'login logout'],
        [copies, 'copy add'],
      ),
    },
    {},
    controls,
  ),
  skopeo: group(
    verbs([looks, 'inspect list-tags'], [publishes, 'copy sync'], [destroys, 'delete'], [logsIn, 'login logout']),
  ),
  crane: group(
    verbs(
      [looks, 'ls manifest digest config catalog validate'],
      [downloads, 'pull export blob'],
      [publishes, 'push copy cp tag append mutate rebase'],
      [destroys, 'delete'],
      [logsIn, 'auth'],
    ),
  ),
  ctr: controls,
  crictl: controls,
  vagrant: group(
    verbs(
      [local, 'version help validate'],
      [lists, 'status global-status port snapshot'],
      [controls, 'up reload provision halt suspend resume'],
      [executes, 'ssh ssh-config rdp winrm'],
      [removes, 'destroy'],
      [downloads, 'box'],
      [exposes, 'share'],
      [judgedAs('high', 'dependency', 'remote.extension'), 'plugin'],
      [publishes, 'package cloud'],
    ),
    {},
    controls,
  ),
  virsh: {
    inspect: call =>
      (/^(list|dominfo|domstate|net-list|pool-list|version|nodeinfo|capabilities)$/.test(call.operands[0]?.text ?? '?')
        ? (lists.notes ?? [])
        : /^(undefine|vol-delete|pool-delete|vol-wipe)/.test(call.operands[0]?.text ?? '?')
          ? (removes.notes ?? [])
          : (controls.notes ?? [])
      ).map(each => claimed(each)),
  },
  'qemu-img': {
    notes: [note('medium', 'container', 'container.disk')],
    inspect: call =>
      /^(info|check|map|measure|compare)$/.test(call.operands[0]?.text ?? '?')
        ? call.operands.slice(1).map((path): Claim => ({ does: 'read', path }))
        : call.operands.slice(1).map((path): Claim => ({ does: 'write', path })),
  },
  'qemu-system-x86_64': controls,
  'qemu-system-aarch64': controls,
  lxc: group(
    verbs(
      [lists, 'list info config image'],
      [executes, 'exec shell console file'],
      [removes, 'delete'],
      [exposes, 'publish remote'],
    ),
    {},
    controls,
  ),
  lxd: controls,
  incus: group(verbs([lists, 'list info'], [executes, 'exec shell file'], [removes, 'delete']), {}, controls),
  multipass: group(
    verbs([lists, 'list info find version'], [executes, 'exec shell transfer mount'], [removes, 'delete purge']),
    {},
    controls,
  ),
  VBoxManage: {
    inspect: call => [
      claimed(
        /^(list|showvminfo)$/.test(call.operands[0]?.text ?? '?')
          ? note('medium', 'container', 'container.lists')
          : note('high', 'container', 'container.controls'),
      ),
    ],
  },
  devcontainer: group(
    verbs([lists, 'read-configuration'], [builds, 'build'], [controls, 'up set-up run-user-commands'], [execs, 'exec']),
    valued('--workspace-folder'),
    controls,
  ),
  hadolint: { operands: 'read' },
  dive: lists,
  trivy: {
    sub: verbs(
      [{ operands: 'tree', notes: [note('medium', 'network', 'container.scans')] }, 'fs filesystem config rootfs repo'],
      [pulls, 'image k8s vm'],
      [exposes, 'server'],
      [local, 'version help'],
    ),
    otherSub: controls,
  },
};
