import { posix } from 'node:path';
import type { Directories, Invocation } from './script.ts';
import type { Word } from './word.ts';

/** What is known where a command stands: folders that it may run in, and the shell's variables. */
export interface Scope {
  /** All that are possible; none where the command cannot be reached. */
  directories: Directories;
  /** Of those, the ones after the last command's success, and after its failure. */
  succeeded: Directories;
  failed: Directories;
  variables: Map<string, string | null>;
}

const maxDirectories = 4;

export function newScope(directory: string, home: string): Scope {
  const here = [directory];
  const variables = new Map<string, string | null>([
    ['HOME', home],
    ['PWD', directory],
  ]);
  return { directories: here, succeeded: here, failed: here, variables };
}

/** For a subshell, or a branch that may not be taken. */
export function copyOf(scope: Scope): Scope {
  return { ...scope, variables: new Map(scope.variables) };
}

/** The scope where either of two ways led: a variable with two values has none that is known. */
export function join(into: Scope, other: Scope): void {
  into.directories = union(into.directories, other.directories);
  into.succeeded = union(into.succeeded, other.succeeded);
  into.failed = union(into.failed, other.failed);
  for (const name of new Set([...into.variables.keys(), ...other.variables.keys()]))
    if (into.variables.get(name) !== other.variables.get(name)) into.variables.set(name, null);
}

/** The outcome of a command that leaves the shell where it is. */
export function stay(scope: Scope): void {
  scope.succeeded = scope.directories;
  scope.failed = scope.directories;
}

export function union(a: Directories, b: Directories): Directories {
  if (a === null || b === null) return null;
  const all = [...new Set([...a, ...b])];
  return all.length > maxDirectories ? null : all;
}

/** `cd` and its kin: where it leads, should it succeed, and that it may fail. */
export function changeDirectory(
  builtin: 'cd' | 'pushd' | 'popd',
  args: readonly Word[],
  env: Invocation['env'],
  scope: Scope,
): void {
  const before = scope.directories;
  const moved = builtin === 'popd' ? null : target(builtin, args, env, scope);
  scope.succeeded = moved;
  scope.failed = before;
  scope.directories = union(moved, before);
  scope.variables.set('OLDPWD', null);
  scope.variables.set('PWD', null);
}

function target(builtin: string, args: readonly Word[], env: Invocation['env'], scope: Scope): Directories {
  const { directories, variables } = scope;
  // CDPATH would make a relative name mean another folder.
  if (env.some(each => each.name === 'CDPATH' || each.name === 'HOME') || variables.has('CDPATH')) return null;
  const rest = [...args];
  while (/^-[LPe@]+$/.test(rest[0]?.text ?? '')) rest.shift();
  if (rest[0]?.text === '--') rest.shift();
  const [to, ...more] = rest;
  if (to === undefined) {
    const home = builtin === 'cd' ? (variables.get('HOME') ?? null) : null;
    return home === null || !posix.isAbsolute(home) ? null : [home];
  }
  if (to.text === null || to.glob || to.splits || more.length > 0) return null;
  if (to.text.startsWith('-') || (builtin === 'pushd' && to.text.startsWith('+'))) return null;
  if (to.text === '') return directories;
  if (posix.isAbsolute(to.text)) return [trimmed(to.text)];
  const name = to.text;
  return directories === null ? null : directories.map(directory => trimmed(posix.join(directory, name)));
}

function trimmed(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal;
}
