import { posix } from 'node:path';
import { isRunOnHost, pathTraits } from '../../risk/paths.ts';
import type { Confinement } from './profiles.ts';
import { isBelow, isWithin } from './profiles.ts';

/** What an observer needs to tell an attempt that was refused from one that was not. */
export interface View {
  root: string;
  home: string;
  write: string[];
  /** What is written though something around it is protected. */
  open: string[];
  protect: string[];
  absent: string[];
}

export function viewOf({ write, staged, lift, protect, absent, quiet }: Confinement, root: string, home: string): View {
  const open = [...lift, ...quiet, ...staged.flatMap(({ targets }) => targets)];
  // What else is made in such a folder is gone with it.
  const shown = staged.map(({ folder }) => folder).filter(folder => isBelow(folder, root));
  return { root, home, write: [...write], open, protect: [...protect, ...shown], absent: [...absent] };
}

/**
 * `refused`: it was not let, or went where nothing is kept. `watched`: it was let, and its name is one that is protected
 * or runs outside the sandbox, so that it has to be looked at afterwards. null: neither, or what tools do as they go.
 */
export type AttemptKind = 'refused' | 'watched' | null;

/** What tools try on every start and do without. */
const noise = [
  /^\/(dev|proc|tmp)(\/|$)/,
  /\/__pycache__(\/|$)|\.pyc$/,
  /^\/(var\/cache|usr\/share|usr\/lib|usr\/local\/lib)\/.*\.(cache|lock|mo)$/,
];
const homeNoise =
  /^\/(\.cache|\.npm|\.config|\.local|\.yarn|\.pnpm[^/]*|\.node-gyp|\.dotnet|\.nuget|\.gradle|\.m2|\.java|\.pki|\.python_history|\.node_repl_history|\.wget-hsts|\.lesshst|\.rnd|\.matplotlib|\.ipython|\.pytest_cache|\.mypy_cache|\.[^/]*\.lock)(\/|$)/;

/** `path` as an observer read it: absolute, perhaps with `..`. A hint, since the command may have changed it meanwhile. */
export function judgeAttempt(given: string, view: View): { kind: AttemptKind; path: string } {
  const path = posix.normalize(given);
  if (!path.startsWith('/') || path.includes('\0')) return { kind: null, path };
  if (view.open.some(each => isWithin(path, each))) return { kind: null, path };
  if ([...view.protect, ...view.absent].some(each => isWithin(path, each))) return { kind: 'refused', path };
  if (view.write.some(each => isWithin(path, each))) {
    return { kind: isWithin(path, view.root) && isWatched(path, view) ? 'watched' : null, path };
  }
  // Whoever makes a folder with those above it names all of them, though they are there.
  if ([view.root, view.home, ...view.write, ...view.open].some(each => isBelow(each, path)))
    return { kind: null, path };
  const usual = isWithin(path, view.home)
    ? homeNoise.test(path.slice(view.home.length))
    : noise.some(pattern => pattern.test(path));
  return { kind: usual ? null : 'refused', path };
}

function isWatched(path: string, view: View): boolean {
  const inside = path.slice(view.root.length);
  if (/\/(node_modules\/\.bin|\.?venv\/bin|vendor\/bin)\/[^/]+$/.test(inside)) return true;
  // A repository runs things wherever it lies.
  if (/\/\.git(\/|$)/i.test(inside)) return true;
  return !made.test(inside) && (isFloor(path, view) || isRunOnHost(path, view));
}

/** Packages and what is built bring names of all kinds, which nobody looks for there. */
const made = /\/(node_modules|\.venv|venv|\.tox|target|dist|build|out|vendor|\.next|\.cache|__pycache__)\//;

/** Most names are not; this looks at the few that could be. */
const couldBeFloor =
  /(^|\/)(\.|agents|claude|gemini|mcp\.json|lefthook|lint-staged|mise\.toml|config\.fish)|\.code-workspace(\/|$)/i;

/** Whether a path of the workspace is protected by its name. */
export function isFloor(path: string, { root, home }: Pick<View, 'root' | 'home'>): boolean {
  if (!couldBeFloor.test(path.slice(root.length))) return false;
  return pathTraits(path, { root, home }).some(trait => trait.floor === true);
}
