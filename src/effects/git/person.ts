import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import picomatch from 'picomatch';
import { isInside } from '../workspace.ts';
import { makeNeutralFolder, neutralVariables } from './neutralFolder.ts';
import { callGit, type GitProgram } from './program.ts';

/** The person's own configuration of git, global and system. Nothing of any repository is in it. */
export interface Person {
  /** The last value of a key, in git's lower-case spelling (`commit.gpgsign`); null where it is not set. */
  get(key: string): string | null;
  flag(key: string): boolean;
  /** The environment for calls that act as the person: signing and pushing. */
  env: Readonly<Record<string, string>>;
}

/** What such a call may see of our environment: where the person's keys and agents are, and how the network is reached. */
const passed =
  /^(HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TERM|TMPDIR|TEMP|TMP|XDG_\w+|SSH_AUTH_SOCK|SSH_AGENT_PID|GPG_TTY|GNUPGHOME|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS|KRB5CCNAME|KRB5_CONFIG|HTTPS?_PROXY|NO_PROXY|ALL_PROXY|https?_proxy|no_proxy|all_proxy|SSL_CERT_(FILE|DIR)|GIT_SSL_CAINFO|VSCODE_GIT_\w+|SYSTEMROOT|SYSTEMDRIVE|WINDIR|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES|PATHEXT|COMSPEC)$/;
/** Programs that ask for a password: the editor's are passed on, one in the workspace is not. */
const askers = /^(GIT_ASKPASS|SSH_ASKPASS)$/;

export interface PersonOptions {
  program: GitProgram;
  workspace: string;
  /** The host's own environment. */
  env: Readonly<Record<string, string | undefined>>;
  scratch: string;
  /** The repository's git folder, which some settings of a person are for: `includeIf.gitdir:…`. */
  gitDir: string;
}

interface Listed {
  scope: string;
  origin: string;
  key: string;
  value: string;
}

/**
 * Reads the person's configuration. null where it cannot be read, or where a part of it lies in the workspace and so may
 * be the repository's.
 */
export async function readPerson(options: PersonOptions): Promise<Person | null> {
  const env = personEnv(options);
  const neutral = makeNeutralFolder(options.scratch, 'sha1');
  try {
    const plain = await list(options, env, neutral.path);
    const included = plain === null ? [] : includesFor(options.gitDir, plain, options.env['HOME'] ?? '');
    const whole = included.length === 0 ? env : { ...env, ...included.reduce(including, {}) };
    const entries = included.length === 0 ? plain : await list(options, whole, neutral.path);
    if (entries === null) return null;
    const own = entries.filter(({ scope }) => scope === 'global' || scope === 'system' || scope === 'command');
    if (own.some(({ origin }) => isOfWorkspace(origin, neutral.path, options.workspace))) return null;
    const values = new Map(own.map(({ key, value }) => [key, value]));
    return { env: whole, get: key => values.get(key) ?? null, flag: key => isOn(values.get(key)) };
  } finally {
    await neutral.remove();
  }
}

async function list(
  { program }: PersonOptions,
  env: Record<string, string>,
  neutral: string,
): Promise<Listed[] | null> {
  const { ok, stdout } = await callGit(program, {
    args: ['config', '--list', '--show-origin', '--show-scope', '-z'],
    env: { ...env, GIT_DIR: neutral },
    cwd: neutral,
    timeoutMs: 5_000,
    maxBytes: 4 * 1024 * 1024,
  });
  if (!ok) return null;
  const entries: Listed[] = [];
  const fields = stdout.toString('utf8').split('\0');
  for (let i = 0; i + 2 < fields.length; i += 3) {
    const [scope = '', origin = '', entry = ''] = fields.slice(i, i + 3);
    const end = entry.indexOf('\n');
    const [key, value] = end < 0 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)];
    entries.push({ scope, origin, key, value });
  }
  return entries;
}

/** The files that the person includes for this repository's folder. Our calls are made elsewhere, so git would not. */
function includesFor(gitDir: string, entries: readonly Listed[], home: string): string[] {
  return entries.flatMap(({ scope, origin, key, value }) => {
    const [, nocase, condition] = /^includeif\.gitdir(\/i)?:(.+)\.path$/s.exec(key) ?? [];
    if (condition === undefined || !origin.startsWith('file:') || scope === 'local') return [];
    const folder = dirname(origin.slice('file:'.length));
    const expand = (path: string): string => path.replace(/^~(?=\/|$)/, home);
    const pattern = expand(condition)
      .replace(/^\.\//, `${folder}/`)
      .replace(/^(?=[^/])/, '**/')
      .replace(/\/$/, '/**');
    const matches = picomatch(pattern, { dot: true, nocase: nocase !== undefined });
    return matches(gitDir) ? [resolve(folder, expand(value))] : [];
  });
}

/** One more `-c include.path=…`, as variables. */
function including(env: Record<string, string>, file: string, index: number): Record<string, string> {
  return {
    ...env,
    GIT_CONFIG_COUNT: String(index + 1),
    [`GIT_CONFIG_KEY_${index}`]: 'include.path',
    [`GIT_CONFIG_VALUE_${index}`]: file,
  };
}

/** A setting as git reads one that is on or off. */
export function isOn(value: string | undefined): boolean {
  return /^(true|yes|on|[1-9]\d*)$/i.test(value ?? '');
}

function isOfWorkspace(origin: string, cwd: string, workspace: string): boolean {
  if (!origin.startsWith('file:')) return false;
  const path = resolve(cwd, origin.slice('file:'.length));
  try {
    return isInside(workspace, path) || isInside(workspace, realpathSync(path));
  } catch {
    return true;
  }
}

function personEnv({ env, program, workspace }: PersonOptions): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    if (passed.test(process.platform === 'win32' ? name.toUpperCase() : name)) kept[name] = value;
    if (askers.test(name) && isAbsolute(value) && !isInside(workspace, value)) kept[name] = value;
  }
  const { LC_ALL: _, ...neutral } = neutralVariables;
  return { ...kept, ...neutral, PATH: program.searchPath };
}

/** The person's file of ignore rules for all repositories. */
export function personExcludes(person: Person | null, home: string): string | null {
  const set = person?.get('core.excludesfile') ?? null;
  if (set !== null) return set === '' ? null : resolve(home, set.replace(/^~(?=\/|$)/, home));
  const config = person?.env['XDG_CONFIG_HOME'];
  return join(config === undefined || config === '' ? join(home, '.config') : config, 'git/ignore');
}
