import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { isFloor } from '../sandbox/attempts.ts';
import { FloorWalk } from '../sandbox/floorWalk.ts';
import { isInside } from '../workspace.ts';
import type { GitReader } from './neutral.ts';
import { parseSettings, type Settings } from './remotes.ts';
import { smallBytes } from './repository.ts';

/** Real paths of a workspace that count as protected, each with the protected path that it stands for. */
export type Led = ReadonlyMap<string, string>;

export interface LedOptions {
  /** Real paths. */
  root: string;
  home: string;
  git: GitReader | null;
  /** Also the repositories of submodules, as git's index names them: a walk of a very large workspace may not come to them. */
  submodules?: boolean;
}

/** So deep may files of settings include each other. */
const maxIncludes = 4;
const maxIndexBytes = 256 * 1024 * 1024;
/** Settings that name a file or a folder. */
const places = /^(core\.hookspath|core\.attributesfile|core\.excludesfile|init\.templatedir)$/;
/** Settings whose words are a command. Source: git's own documentation, git-config(1). */
const commands =
  /^(core\.(fsmonitor|sshcommand|editor|pager|askpass|gitproxy|alternaterefscommand)|sequence\.editor|gpg\.(.+\.)?program|gpg\.ssh\.defaultkeycommand|credential\.(.+\.)?helper|filter\..+\.(clean|smudge|process)|diff\.external|diff\..+\.(command|textconv)|merge\..+\.driver|(diff|merge)tool\..+\.(cmd|path)|difftool\..+|pager\..+|alias\..+|trailer\..+\.(cmd|command)|interactive\.difffilter|uploadpack\.packobjectshook|remote\..+\.(uploadpack|receivepack)|sendemail\..+|web\.browser|browser\..+\.(cmd|path)|man\..+\.(cmd|path)|ssh\.variant|submodule\..+\.update|hook\..+\.command)$/;

/**
 * Finds what git's settings and links with protected names lead to in the workspace: hooks, included settings, programs.
 * Asked for before each decision and each command; settings are read anew only when a file of theirs changed.
 */
export class LedPaths {
  readonly #options: LedOptions;
  readonly #walk: FloorWalk;
  #index: { stamp: string; led: Led } | null = null;
  #read: { stamp: string; files: readonly string[]; led: Led } | null = null;

  constructor(options: LedOptions) {
    this.#options = options;
    this.#walk = new FloorWalk(options.root, options.home);
  }

  async find(): Promise<Led> {
    return new Map([...(await this.#ofSettings()), ...(await this.#ofIndex()), ...this.#ofLinks()]);
  }

  async #ofIndex(): Promise<Led> {
    const { git, submodules = false } = this.#options;
    if (git === null || !submodules) return new Map();
    const files = [join(git.repository.gitDir, 'index')];
    if (this.#index?.stamp !== stampOf(files)) {
      const stamp = stampOf(files);
      const led = new Map<string, string>();
      for (const path of await submodulesIn(git, files[0] ?? '')) {
        const real = this.#real(git.repository.top, join(path, '.git'));
        if (real !== null) led.set(real, real);
      }
      this.#index = { stamp, led };
    }
    return this.#index.led;
  }

  /** Of the names at the top; deeper ones are found by the sandbox. */
  #ofLinks(): Map<string, string> {
    const { root, home } = this.#options;
    const led = new Map<string, string>();
    for (const link of this.#walk.find(0).links) {
      const end = this.#real(dirname(link), endOf(link));
      if (end !== null && !isFloor(end, { root, home })) led.set(end, link);
    }
    return led;
  }

  async #ofSettings(): Promise<Led> {
    const { git, root } = this.#options;
    if (git === null) return new Map();
    const known = this.#read;
    if (known !== null && known.stamp === stampOf(known.files)) return known.led;
    const { top, commonDir, gitDir } = git.repository;
    const files = [...new Set([join(commonDir, 'config'), join(gitDir, 'config.worktree')])];
    const led = new Map<string, string>();
    for (let at = 0, depth = 0; at < files.length && depth < maxIncludes * 8; at += 1, depth += 1) {
      const file = files[at] ?? '';
      for (const [key, values] of await settingsIn(git, file))
        for (const value of values) {
          if (/^include(if\..+)?\.path$/s.test(key)) {
            const included = this.#real(dirname(file), value);
            if (included === null) continue;
            led.set(included, join(root, '.gitconfig'));
            if (!files.includes(included)) files.push(included);
          } else for (const path of this.#named(key, value, top)) led.set(path, join(root, '.githooks'));
        }
    }
    const hooks = git.person?.get('core.hookspath') ?? null;
    if (hooks !== null)
      for (const path of this.#named('core.hookspath', hooks, top)) led.set(path, join(root, '.githooks'));
    this.#read = { stamp: stampOf(files), files, led };
    return led;
  }

  #named(key: string, value: string, top: string): string[] {
    if (places.test(key)) return [this.#real(top, value)].filter(path => path !== null);
    if (!commands.test(key)) return [];
    return value
      .split(/[\s"'`;|&()<>=!]+/)
      .filter(word => /[\w.]/.test(word))
      .map(word => this.#real(top, word))
      .filter(path => path !== null && statSync(path, { throwIfNoEntry: false })?.isFile() === true)
      .filter(path => path !== null);
  }

  /** The real path below the workspace, as far as it is there; null where it is elsewhere or holds the workspace. */
  #real(from: string, value: string): string | null {
    const { root } = this.#options;
    const path = isAbsolute(value) ? value : resolve(from, value);
    let missing = '';
    for (let at = path; ; at = dirname(at)) {
      try {
        const real = join(realpathSync(at), missing);
        return real !== root && isInside(root, real) ? real : null;
      } catch {
        if (dirname(at) === at) return null;
        missing = join(basename(at), missing);
      }
    }
  }
}

async function settingsIn(git: GitReader, file: string): Promise<Settings> {
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) return new Map();
  const { ok, stdout } = await git.read(['config', '--file', file, '--no-includes', '--list', '-z']);
  return ok ? parseSettings(stdout.toString('utf8')) : new Map();
}

/** The mode of a submodule's entry, as the index has it in its bytes. */
const linkMode = Buffer.from([0x00, 0x00, 0xe0, 0x00]);

async function submodulesIn(git: GitReader, index: string): Promise<string[]> {
  const bytes = smallBytes(index, maxIndexBytes);
  if (bytes !== null && !bytes.includes(linkMode)) return [];
  const { ok, stdout } = await git.read(['ls-files', '--stage', '-z']);
  if (!ok) return [];
  return stdout
    .toString('utf8')
    .split('\0')
    .filter(line => line.startsWith('160000 '))
    .map(line => line.slice(line.indexOf('\t') + 1));
}

function stampOf(files: readonly string[]): string {
  return files
    .map(file => {
      const stats = lstatSync(file, { throwIfNoEntry: false });
      return stats === undefined ? '-' : `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`;
    })
    .join('\n');
}

function endOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return link;
  }
}
