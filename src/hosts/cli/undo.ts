import { basename, dirname, join, relative, resolve } from 'node:path';
import { covers, rawBelow, shownPath } from '../../checkpoints/paths.ts';
import type { OnConflict, RestorePlan } from '../../checkpoints/plan.ts';
import { exists } from '../../effects/files.ts';
import { isInside, openWorkspace } from '../../effects/workspace.ts';
import { RawPath } from '../../protocol/checkpoint.ts';
import { asFailure } from '../../protocol/failure.ts';
import { conflictSentence } from '../planWords.ts';
import { type OpenRestoring, openRestoring } from '../restoring.ts';
import { type ShownPlan, showPlan, withoutSecretLines } from '../shownPlan.ts';
import { usageError } from './args.ts';
import { defineCommand } from './command.ts';
import { confirm } from './confirm.ts';
import { counted } from './describe.ts';
import { type Io, printJson, printLine, widthOfOutput } from './io.ts';
import { holdCutOff, mend } from './mending.ts';
import { paintFor } from './paint.ts';
import { visible } from './plain.ts';
import { planLines } from './planLines.ts';
import { runHere, runHereAbout } from './runHere.ts';
import { homeOf } from './state.ts';

const positionals = [{ name: 'RUN', about: runHereAbout, required: true }];
const shared = {
  path: { kind: 'texts', value: 'path', about: 'only this file or folder; may be given several times' },
  yes: { kind: 'flag', about: 'do it without asking' },
  keep: { kind: 'flag', about: 'where you changed the same place since, keep yours and restore the rest' },
  overwrite: { kind: 'flag', about: 'where you changed the same place since, overwrite yours' },
  output: { kind: 'choice', choices: ['text', 'json'], about: 'text, or one JSON object (default: text)' },
} as const;
const notes = [
  'What would change is shown first. Files that you changed since are merged; where that cannot be done, nothing is\n' +
    'restored unless --keep or --overwrite says what to do. Ignored files, and files that the run did not make or change,\n' +
    'are left alone. Commits that the run made stay.',
  'The exit code is 0 when it was done, or nothing had to be; 1 when it was not; 2 when --yes is missing where nobody can\n' +
    'be asked.',
];

export const undo = defineCommand(
  {
    name: 'undo',
    summary: 'take the workspace back to where a run began, or to a checkpoint',
    positionals,
    options: {
      to: { kind: 'count', value: 'n', least: 0, about: 'the checkpoint to go to (default: 0, the start)' },
      what: {
        kind: 'choice',
        choices: ['files', 'conversation', 'both'],
        about: 'what is taken back; without its later part the conversation goes on from there (default: files)',
      },
      ...shared,
    },
    notes: ['An undo can be undone: `gatehouse redo RUN`.', ...notes],
  },
  ({ positionals: [run], options }, io) =>
    withRun(run ?? '', io, restoring => {
      const what = options.what ?? 'files';
      return restore(restoring, { ...options, to: options.to ?? 0, what }, io);
    }),
);

export const redo = defineCommand(
  {
    name: 'redo',
    summary: 'take the workspace forward again to where it stood before the last undo',
    positionals,
    options: shared,
    notes,
  },
  ({ positionals: [run], options }, io) =>
    withRun(run ?? '', io, async restoring => {
      const to = restoring.timeline().redo;
      if (to !== null) return restore(restoring, { ...options, to, what: 'files' }, io);
      if (options.output === 'json') printJson(io.stdout, { run: restoring.run, restored: false, checkpoint: null });
      else
        printLine(io.stdout, 'Nothing was undone since the run last changed something, so there is nothing to redo.');
      return 0;
    }),
);

async function withRun(wanted: string, io: Io, act: (restoring: OpenRestoring) => Promise<number>): Promise<number> {
  const home = await homeOf(io.env);
  const run = await runHere(home, wanted, io);
  const restoring = await openRestoring({ home, run, env: io.env, version: io.version }).catch((error: unknown) => {
    const { code, args } = asFailure(error);
    if (code !== 'workspace.missing') throw error;
    throw usageError(
      `The folder that run ${run} worked in is not there any more: ${String(args['path'])}. Put it back there, then try again`,
    );
  });
  try {
    await mend(restoring, io);
    await holdCutOff(restoring, io);
    return await act(restoring);
  } finally {
    await restoring.close();
  }
}

interface Wanted {
  to: number;
  what: 'files' | 'conversation' | 'both';
  path: readonly string[];
  yes: boolean;
  keep: boolean;
  overwrite: boolean;
  output: 'text' | 'json' | undefined;
}

async function restore(restoring: OpenRestoring, wanted: Wanted, io: Io): Promise<number> {
  const { to, what, path, keep, overwrite } = wanted;
  if (keep && overwrite) throw usageError('--keep and --overwrite exclude each other. Choose one of them');
  const files = what !== 'conversation';
  if (!files && path.length > 0) throw usageError('--path goes with files, and --what conversation leaves them alone');
  const paths: RawPath[] = [];
  for (const each of path) paths.push(await rawPathOf(each, restoring.root, io));
  const plan = await restoring.plan(to, paths.length === 0 ? undefined : paths);
  await refuseNothing(plan, path, paths, restoring.root);
  const shown = files ? await showPlan(plan, restoring) : null;
  if (shown !== null && wanted.output !== 'json' && !(await standsIn(restoring.root, io)))
    printLine(io.stdout, visible(`In ${restoring.root}:`));
  if (shown !== null && wanted.output !== 'json')
    for (const line of planLines(shown, paintFor(io.stdout, io.env), widthOfOutput(io.stdout)))
      printLine(io.stdout, line);
  const onConflict = keep ? 'keep' : overwrite ? 'overwrite' : 'refuse';
  const asks = !wanted.yes && !needsNoYes(plan, what, onConflict);
  if (asks && !(await confirm(questionOf(what), io))) {
    printLine(io.stderr, 'Nothing was changed.');
    return 1;
  }
  const stuck = overwrite ? plan.conflicts.find(({ overwritable }) => !overwritable) : undefined;
  if (files && stuck !== undefined) {
    const where = visible(shownPath(stuck.path));
    printLine(
      io.stderr,
      `gatehouse: ${where} cannot be overwritten: ${conflictSentence(stuck.why)}. Nothing was restored.`,
    );
    printLine(io.stderr, 'Move it away, or leave it as it is and restore the rest with --keep.');
    return 1;
  }
  const restored = files ? await applyPlan(restoring, plan, onConflict) : null;
  const rewound = what === 'files' ? null : await restoring.rewind(to);
  const told = shown === null ? null : withoutSecretLines(shown, restoring.root);
  tell({ run: restoring.run, workspace: restoring.root, restored, rewound, shown: told, to }, wanted.output, io);
  return 0;
}

/** Whether the person is in the folder, or below it. */
async function standsIn(root: string, io: Io): Promise<boolean> {
  return openWorkspace(io.cwd).then(
    here => isInside(root, here.root),
    () => false,
  );
}

/** Where nothing would change, or it will be refused. */
function needsNoYes(plan: RestorePlan, what: Wanted['what'], onConflict: OnConflict): boolean {
  if (what === 'conversation') return false;
  if (plan.conflicts.length > 0) return onConflict === 'refuse';
  return what === 'files' && plan.changes.length === 0;
}

const questionOf = (what: Wanted['what']): string =>
  what === 'files'
    ? 'Restore these files?'
    : what === 'both'
      ? 'Restore these files, and take the conversation back?'
      : 'Take the conversation back?';

type Applied = Awaited<ReturnType<OpenRestoring['apply']>>;

const applyPlan = (restoring: OpenRestoring, plan: RestorePlan, onConflict: OnConflict): Promise<Applied> =>
  restoring.apply(plan, { by: 'person', onConflict });

interface Told {
  run: string;
  workspace: string;
  restored: Applied | null;
  rewound: boolean | null;
  shown: ShownPlan | null;
  to: number;
}

function tell({ run, workspace, restored, rewound, shown, to }: Told, output: Wanted['output'], io: Io): void {
  if (output === 'json') {
    const done = { restored: restored !== null, checkpoint: restored?.checkpoint ?? null, files: restored?.files ?? 0 };
    printJson(io.stdout, { run, workspace, to, ...done, rewound, plan: shown });
    return;
  }
  const where = to === 0 ? 'where the run began' : `checkpoint ${to}`;
  if (restored !== null && restored.checkpoint !== null) {
    const left = restored.conflicts.length === 0 ? '' : ` ${counted(restored.conflicts.length, 'conflict')} left.`;
    printLine(io.stdout, `Done: the workspace stands at ${where}. This is checkpoint ${restored.checkpoint}.${left}`);
  }
  if (rewound === true) printLine(io.stdout, `The conversation goes on from ${where}.`);
  if (rewound === false) printLine(io.stdout, 'The conversation has nothing after that to take back.');
}

/** A path that the person typed: where they stand, or else in the workspace. Links above it are followed. */
async function rawPathOf(path: string, root: string, io: Io): Promise<RawPath> {
  for (const from of [io.cwd, root]) {
    const typed = resolve(from, path);
    const above = await openWorkspace(dirname(typed)).catch(() => null);
    for (const whole of above === null ? [typed] : [typed, join(above.root, basename(typed))]) {
      if (relative(root, whole) === '') return RawPath.parse('');
      const raw = rawBelow(root, whole);
      if (raw !== null) return raw;
      if (isInside(root, whole)) throw usageError(`${path} is git's own, which no checkpoint holds`);
    }
  }
  throw usageError(`${path} does not lie in the workspace ${root}`);
}

/** A misspelt path must not look as if all were well: nothing stands there, and nothing would come back. */
async function refuseNothing(
  plan: RestorePlan,
  typed: readonly string[],
  paths: readonly RawPath[],
  root: string,
): Promise<void> {
  const known = [...plan.changes, ...plan.conflicts, ...plan.notHeld].map(each => each.path);
  for (const [at, path] of paths.entries())
    if (!known.some(each => covers([path], each)) && !(await exists(join(root, shownPath(path)))))
      throw usageError(`Nothing stands at ${typed[at]}, and nothing would come back there. Check its spelling`);
}
