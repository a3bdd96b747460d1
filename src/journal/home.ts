import { homedir as systemHome } from 'node:os';
import { isAbsolute, join, posix, relative, sep, win32 } from 'node:path';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { errorCode, makeFolder, realPath, setMode, standing } from './files.ts';
import { requireRunId } from './runid.ts';

/** The folder that all state lives in, checked and ready. Absolute, links resolved. */
export interface Home {
  readonly root: string;
  readonly runs: string;
  readonly anchors: string;
  readonly blobs: string;
}

export interface HomeOptions {
  env: Record<string, string | undefined>;
  platform?: NodeJS.Platform;
  homedir?: string;
  /** The folder that a run works in: state never lies inside it. */
  workspace?: string;
  /** Who we are; by default the process's user. Owners and modes are not looked at where the system has none. */
  uid?: number;
}

/** `$GATEHOUSE_HOME` as it stands, else the platform's own folder for state. An empty variable counts as unset. */
export function stateFolder(options: HomeOptions): string {
  const { env, platform = process.platform, homedir = systemHome() } = options;
  const own = env['GATEHOUSE_HOME'];
  if (own !== undefined && own !== '') return own;
  if (platform === 'win32')
    return win32.join(env['LOCALAPPDATA'] || win32.join(homedir, 'AppData', 'Local'), 'Gatehouse');
  if (platform === 'darwin') return posix.join(homedir, 'Library', 'Application Support', 'Gatehouse');
  const xdg = env['XDG_STATE_HOME'];
  // The XDG specification has relative paths ignored.
  const base = xdg !== undefined && posix.isAbsolute(xdg) ? xdg : posix.join(homedir, '.local', 'state');
  return posix.join(base, 'gatehouse');
}

/**
 * Finds the folder, creates it and the three below it with mode 0700 and tightens looser ones. Rejects with `state.unsafe`, whose `problem` is
 * `relative`, `inWorkspace`, `foreignLink`, `link`, `foreignOwner`, `notADirectory`, `writableByOthers` or a system error code.
 * Nothing is created where it refuses on account of the path.
 */
export async function openHome(options: HomeOptions): Promise<Home> {
  const path = stateFolder(options);
  const refuse = (problem: string): GatehouseError => new GatehouseError(failures.stateUnsafe({ path, problem }));
  if (!isAbsolute(path)) throw refuse('relative');
  try {
    const root = await realPath(path);
    if (options.workspace !== undefined && isWithin(root, await realPath(options.workspace)))
      throw refuse('inWorkspace');
    await checkOwner(path, options.uid ?? process.getuid?.(), refuse);
    await makeFolder(root);
    if ((options.platform ?? process.platform) !== 'win32') await tighten(root, refuse);
    const home = { root, runs: join(root, 'runs'), anchors: join(root, 'anchors'), blobs: join(root, 'blobs') };
    for (const folder of [home.runs, home.anchors, home.blobs]) await openBelow(folder, options);
    return home;
  } catch (error) {
    throw error instanceof GatehouseError ? error : refuse(errorCode(error));
  }
}

/** A folder of ours below the root is held to the same rules, and is no link: nobody but us has put it there. */
async function openBelow(folder: string, options: HomeOptions): Promise<void> {
  const refuse = (problem: string): GatehouseError =>
    new GatehouseError(failures.stateUnsafe({ path: folder, problem }));
  const found = await standing(folder);
  if (found?.named.link === true) throw refuse('link');
  await checkOwner(folder, options.uid ?? process.getuid?.(), refuse);
  await makeFolder(folder);
  if ((options.platform ?? process.platform) !== 'win32') await tighten(folder, refuse);
}

type Refuse = (problem: string) => GatehouseError;

async function checkOwner(path: string, uid: number | undefined, refuse: Refuse): Promise<void> {
  const found = await standing(path);
  if (found === null) return;
  if (found.named.link && uid !== undefined && found.named.uid !== uid) throw refuse('foreignLink');
  if (found.followed === null) return;
  if (!found.followed.directory) throw refuse('notADirectory');
  if (uid !== undefined && found.followed.uid !== uid) throw refuse('foreignOwner');
}

async function tighten(root: string, refuse: Refuse): Promise<void> {
  if (((await modeOf(root)) & 0o077) === 0) return;
  // Some file systems keep the modes they were mounted with: what counts is the mode afterwards.
  await setMode(root, 0o700).catch(() => undefined);
  if (((await modeOf(root)) & 0o022) !== 0) throw refuse('writableByOthers');
}

async function modeOf(path: string): Promise<number> {
  return (await standing(path))?.followed?.mode ?? 0o777;
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Rejects ids that are not of our making, so that none can lead out of the folder; throws `run.unknown`. */
export function runFolder(home: Home, run: string): string {
  return join(home.runs, requireRunId(run));
}

export function journalPath(home: Home, run: string): string {
  return join(runFolder(home, run), 'journal.ndjson');
}

/** Where the run's task file lies. */
export function taskPath(home: Home, run: string): string {
  return join(runFolder(home, run), 'task.md');
}

/** Where logs of background processes go. */
export function outFolder(home: Home, run: string): string {
  return join(runFolder(home, run), 'out');
}

export function anchorPath(home: Home, run: string): string {
  return join(home.anchors, requireRunId(run));
}
