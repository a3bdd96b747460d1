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
  publishes,
  reaches,
  spends,
  uploads,
  valued,
  verbClient,
  verbs,
} from '../remote.ts';

import { note, type ProgramTable, type Spec } from '../spec.ts';

// Sources: the services' own command references, Slurm's and Spark's manuals.

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
    cache: group(verbs([local, 'scan ls'], [judgedAs('medium', 'deletion', 'remote.cache'), 'delete rm prune'])),
  },
  otherSub: changes,
};

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

export const compute: ProgramTable = {
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
      [judgedAs('medium', 'deletion', 'remote.cache'), 'rm'],
      [judgedAs('medium', 'unknown-program', 'remote.devServer'), 'run serve create cp stop'],
    ),
  ),
};
