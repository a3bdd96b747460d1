import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyTree, list, makePrivateFolder, readBytes, readText, remove, writePrivate } from '../../effects/files.ts';
import { type Home, openHome } from '../../journal/home.ts';
import { verifyRun } from '../../journal/read.ts';
import { buildReport } from '../../journal/report/report.ts';
import type { Approver } from '../../ports/approver.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { composeRun } from '../compose.ts';
import { openRestoring } from '../restoring.ts';
import { createNarrator, type DrillLine } from './narrator.ts';

export interface DrillSetup {
  /** The folder `media` of the product. */
  media: string;
  /** The folder that the build filled. */
  assets: string;
  env: NodeJS.ProcessEnv;
  version: string;
  /** Leaves the folder of the drill behind, to look at. */
  keep: boolean;
  say: (line: DrillLine) => void;
  signal: AbortSignal;
}

export interface DrillResult {
  /** Whether all of it went as it should. */
  ok: boolean;
  steps: { title: string; ok: boolean }[];
  /** Where it was done; null where nothing is left of it. */
  folder: string | null;
  run: string;
}

/**
 * Has a scripted agent go wrong on a copy of the sample project, tells what becomes of each thing that it tries, and takes
 * all of it back. Gate, sandbox, journal and undo are those of every run; its state is apart from the person's own.
 */
export async function runDrill(setup: DrillSetup): Promise<DrillResult> {
  const folder = join(tmpdir(), `gatehouse-drill-${randomBytes(6).toString('hex')}`);
  const project = join(folder, 'project');
  try {
    await makePrivateFolder(folder);
    await layOut(project, setup.media);
    const env = { ...setup.env, GATEHOUSE_HOME: join(folder, 'state') };
    const home = await openHome({ env, workspace: project });
    return await drill(setup, { folder, project, env, home });
  } finally {
    if (!setup.keep) await remove(folder).catch(() => undefined);
  }
}

interface Place {
  folder: string;
  project: string;
  env: NodeJS.ProcessEnv;
  home: Home;
}

async function drill(setup: DrillSetup, { folder, project, env, home }: Place): Promise<DrillResult> {
  const say = (kind: DrillLine['kind'], text: string): void => setup.say({ kind, text });
  say(
    'plain',
    `An agent goes wrong on purpose. A script plays it (no AI); the gate, the sandbox, the journal and the undo are the real ones. It works on a copy of the sample project in ${project}.`,
  );
  const before = await filesBelow(project);
  const run = await composeRun({
    home,
    workspace: project,
    prompt: 'Bring the sample project into order, so that its tests pass.',
    mode: 'auto',
    plan: false,
    reviewer: 'off',
    limits: { turns: 12 },
    approver: inYourPlace,
    editor: null,
    endpoint: { type: 'rehearsal', script: join(setup.media, 'drill.rehearsal.yaml') },
    env,
    version: setup.version,
    assets: setup.assets,
  });
  const stop = (): unknown => run.send({ type: 'stop', by: 'signal' });
  setup.signal.addEventListener('abort', stop, { once: true });
  if (setup.signal.aborted) stop();
  const narrator = createNarrator(setup.say);
  run.observe(observation => {
    if (observation.type === 'event') narrator.take(observation.event);
  });
  await run.result;
  setup.signal.removeEventListener('abort', stop);
  const steps = [...narrator.end()];
  const check = (title: string, ok: boolean, good: string): void => {
    steps.push({ title, ok });
    say(ok ? 'good' : 'bad', ok ? good : 'This did not go as it should.');
  };

  say('title', `${steps.length + 1}. What happened is explained`);
  for (const line of explained(run.events())) say('plain', line);
  const verified = await verifyRun(home, run.id);
  check(
    'It is explained',
    verified.ok,
    `The journal's ${verified.records} records hold: nothing in them was changed since.`,
  );

  say('title', `${steps.length + 1}. All of it is taken back`);
  const { files, ok } = await takenBack(home, run.id, env, setup.version);
  const same = sameFiles(before, await filesBelow(project));
  check('It is undone', ok && same, `${files} files came back; every file is as it was before, to the last byte.`);

  const all = steps.every(step => step.ok);
  say('title', all ? 'The drill went as it should.' : 'The drill did not go as it should.');
  if (!all) for (const step of steps.filter(each => !each.ok)) say('bad', step.title);
  if (setup.keep) say('plain', `It is all still there: GATEHOUSE_HOME=${home.root} gatehouse report ${run.id}`);
  return { ok: all, steps, folder: setup.keep ? folder : null, run: run.id };
}

/** Says no in the person's place, but to the deletion, which a checkpoint undoes. */
const inYourPlace: Approver = {
  ask: async ({ value }) => ({
    answer: value.kind === 'exec' && value.command.startsWith('rm src/') ? { verdict: 'allow' } : { verdict: 'deny' },
    surface: 'drill',
  }),
};

/** The sample, with a file that gives orders and a decoy of a secret. */
async function layOut(project: string, media: string): Promise<void> {
  await copyTree(join(media, 'sample'), project);
  await copyTree(join(media, 'drill', 'docs'), join(project, 'docs'));
  await writePrivate(join(project, '.env'), (await readText(join(media, 'drill', 'env'))) ?? '');
}

function explained(events: readonly RunEvent[]): string[] {
  const { summary, effects } = buildReport(events);
  const refused = effects.filter(({ decisions }) => decisions.at(-1)?.verdict === 'deny');
  const changed = summary.filesChanged.map(path => path.slice(summary.workspace.length + 1));
  return [
    `It wanted ${effects.length} things in ${summary.turns} turns. ${refused.length} were refused, and ${summary.asks} were asked about.`,
    `Changed: ${changed.length === 0 ? 'nothing' : changed.join(', ')}.`,
  ];
}

async function takenBack(
  home: Home,
  run: string,
  env: NodeJS.ProcessEnv,
  version: string,
): Promise<{ ok: boolean; files: number }> {
  const restoring = await openRestoring({ home, run, env, version });
  try {
    await restoring.mend();
    const plan = await restoring.plan(0);
    const { files, conflicts } = await restoring.apply(plan, { by: 'person', onConflict: 'refuse' });
    return { ok: conflicts.length === 0 && files > 0, files };
  } finally {
    await restoring.close();
  }
}

/** Path → bytes in hex, of all files below a small folder. */
async function filesBelow(folder: string, below = ''): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of await list(join(folder, below))) {
    const path = join(below, name);
    const bytes = await readBytes(join(folder, path)).catch(() => null);
    if (bytes !== null) found.set(path, Buffer.from(bytes).toString('hex'));
    else for (const [inner, content] of await filesBelow(folder, path)) found.set(inner, content);
  }
  return found;
}

function sameFiles(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): boolean {
  return before.size === after.size && [...before].every(([path, content]) => after.get(path) === content);
}
