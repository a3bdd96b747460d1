import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { SearchEffect } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { expandBraces, globMatcher } from './glob.ts';
import { kindName } from './open.ts';
import type { SearchOutcome } from './outcome.ts';
import { spawnOwn } from './own.ts';
import { quotePath } from './quotePath.ts';
import { isInside } from './workspace.ts';

/** Lines of an answer: file names of a search by name, or lines of a search by content. */
export const searchCaps = { name: 100, content: 250 } as const;
/** A longer line of a file is cut by ripgrep, which says so. In bytes. */
export const maxColumns = 400;
/** Matches are counted up to here, then the search ends. */
export const countBound = 10_000;
const timeLimitMs = 20_000;

export interface SearchContext {
  ripgrep: string;
  env: Readonly<Record<string, string>>;
  /** The workspace: paths in it are shown relative to it. */
  root: string;
  signal: AbortSignal;
  /** Files whose text is not searched, by absolute path. */
  hidden?(path: string): boolean;
}

/** Runs ripgrep below the effect's root, as an argument vector. Rejects with `search.badPattern`, `file.missing` or `file.notAFile`. */
export async function search(effect: SearchEffect, context: SearchContext): Promise<SearchOutcome> {
  const place = await startingPoint(effect.root);
  const shown = isInside(context.root, place.cwd) ? relative(context.root, place.cwd) : place.cwd;
  const glob = effect.by === 'name' ? effect.pattern : effect.glob;
  const matches = glob === undefined ? () => true : globMatcher(glob.replace(/^\.\//, ''));
  const found: Found = { lines: [], total: 0, truncated: false, files: [] };
  const files = new Set<string>();
  const splitter = recordSplitter(effect, (path, rest) => {
    const below = path.replace(/^\.\//, '');
    if (!matches(below)) return;
    const file = join(place.cwd, below);
    if (effect.by === 'content' && context.hidden?.(file) === true) return;
    found.total += 1;
    if (found.lines.length >= searchCaps[effect.by]) return;
    found.lines.push(quotePath(join(shown, below)) + rest);
    files.add(file);
  });
  const ended = await runRipgrep(context, argumentsFor(effect, glob, place.target), place.cwd, chunk => {
    splitter(chunk);
    return found.total < countBound;
  });
  found.truncated = ended === 'early' || found.total > found.lines.length;
  found.files = [...files];
  return { kind: 'search', ...found };
}

type Found = Omit<SearchOutcome, 'kind'>;

async function startingPoint(root: string): Promise<{ cwd: string; target: string }> {
  try {
    if ((await realpath(root)) !== root) throw new GatehouseError(failures.fileChanged({ path: root }));
    const found = await stat(root);
    // ripgrep would wait for whoever writes into a pipe.
    if (!found.isDirectory() && !found.isFile())
      throw new GatehouseError(failures.notAFile({ path: root, found: kindName(found) }));
    return found.isDirectory() ? { cwd: root, target: './' } : { cwd: dirname(root), target: `./${basename(root)}` };
  } catch (error) {
    if (error instanceof GatehouseError) throw error;
    throw new GatehouseError(failures.fileMissing({ path: root }), error);
  }
}

/**
 * Globs go to ripgrep as a file type, since its `--glob` would bring ignored files back; the whole glob is matched here.
 */
function argumentsFor(effect: SearchEffect, glob: string | undefined, target: string): string[] {
  const names = glob === undefined ? [] : expandBraces(glob).map(one => one.slice(one.lastIndexOf('/') + 1));
  const narrow = names.length > 0 && names.every(name => name !== '' && name !== '**' && !name.startsWith('include:'));
  const types = narrow ? names.map(name => `--type-add=gatehouse:${name}`).concat('--type=gatehouse') : [];
  const all = [
    '--no-config',
    '--hidden',
    '--no-require-git',
    '--no-messages',
    '--color=never',
    '--glob=!.git',
    '--null',
  ];
  if (effect.by === 'name') return [...all, ...types, '--files', '--sortr=modified', '--', target];
  const output = {
    files_with_matches: ['--files-with-matches'],
    count: ['--count', '--with-filename'],
    content: [
      '--line-number',
      '--no-heading',
      '--with-filename',
      `--max-columns=${maxColumns}`,
      '--max-columns-preview',
    ],
  }[effect.output ?? 'files_with_matches'];
  return [...all, ...types, ...output, '--sort=path', `--regexp=${effect.pattern}`, '--', target];
}

/** ripgrep writes this between records when a file turns out to be binary after a match. */
const binaryNotice =
  /^[^\0]*?: (?:WARNING: stopped searching binary file after match|binary file matches) \(found "[^"]*" byte around offset \d+\)\n/;

/** Calls back with each path and what follows it (`:12:text`, `:3` or nothing), whatever the path is made of. */
function recordSplitter(effect: SearchEffect, found: (path: string, rest: string) => void): (chunk: Buffer) => void {
  const bare = effect.by === 'name' || (effect.output ?? 'files_with_matches') === 'files_with_matches';
  let pending: Buffer = Buffer.alloc(0);
  return chunk => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let at = 0;
    for (;;) {
      const nul = pending.indexOf(0, at);
      const end = bare || nul < 0 ? nul : pending.indexOf(10, nul);
      if (nul < 0 || end < 0) break;
      const path = pending.toString('utf8', at, nul).replace(binaryNotice, '');
      found(path, bare ? '' : `:${pending.toString('utf8', nul + 1, end).replace(/\r$/, '')}`);
      at = end + 1;
    }
    pending = pending.subarray(at);
  };
}

/** ripgrep keeps to the ignore rules that the person has for all of their repositories; these say where they are. */
function ignoreRules(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(['HOME', 'XDG_CONFIG_HOME'].flatMap(name => (env[name] ? [[name, env[name]]] : [])));
}

/** Resolves `early` where the time limit or `onChunk` (false) ended it. */
function runRipgrep(
  { ripgrep, env, signal }: SearchContext,
  args: readonly string[],
  cwd: string,
  onChunk: (chunk: Buffer) => boolean,
): Promise<'whole' | 'early'> {
  if (signal.aborted) return Promise.reject(new GatehouseError(failures.stopped({})));
  return new Promise((resolve, reject) => {
    const child = spawnOwn(ripgrep, args, { cwd, env: ignoreRules(env), stdio: ['ignore', 'pipe', 'pipe'] });
    let ended: 'whole' | 'early' = 'whole';
    let problem = '';
    const end = () => {
      ended = 'early';
      child.kill('SIGKILL');
    };
    const timer = setTimeout(end, timeLimitMs);
    signal.addEventListener('abort', end, { once: true });
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      act();
    };
    child.stdout?.on('data', (chunk: Buffer) => {
      if (ended === 'whole' && !onChunk(chunk)) end();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      if (problem.length < 2_000) problem += chunk.toString('utf8');
    });
    child.on('error', error =>
      settle(() => reject(new GatehouseError(failures.ripgrepMissing({ looked: ripgrep }), error))),
    );
    child.on('close', code =>
      settle(() => {
        if (signal.aborted) reject(new GatehouseError(failures.stopped({})));
        // Unreadable files end in 2 as well, but silently: with --no-messages only a bad pattern speaks.
        else if (code === 2 && problem !== '') reject(badPattern(problem));
        else resolve(ended);
      }),
    );
  });
}

function badPattern(problem: string): GatehouseError {
  return new GatehouseError(failures.searchBadPattern({ problem: problem.trim().replace(/^rg: /, '') }));
}
