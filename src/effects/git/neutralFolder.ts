import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { remove } from '../files.ts';
import type { Repository } from './repository.ts';

/** A git directory of our own: with it as GIT_DIR, git opens the objects of a repository and never its configuration. */
export interface NeutralFolder {
  path: string;
  remove(): Promise<void>;
}

/** Made below `scratch`, a folder of ours outside the workspace, without running git. */
export function makeNeutralFolder(scratch: string, objectFormat: Repository['objectFormat']): NeutralFolder {
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const path = mkdtempSync(join(scratch, 'neutral-git-'));
  for (const folder of ['objects', 'refs', 'info']) mkdirSync(join(path, folder));
  const format = objectFormat === 'sha1' ? '0\n' : '1\n[extensions]\n\tobjectformat = sha256\n';
  writeFileSync(join(path, 'HEAD'), 'ref: refs/heads/none\n');
  writeFileSync(join(path, 'config'), `[core]\n\tbare = false\n\trepositoryformatversion = ${format}`);
  return { path, remove: () => remove(path) };
}

/** For GIT_ALTERNATE_OBJECT_DIRECTORIES, which is a list: a path with a separator in it is quoted as C does. */
export function alternates(objects: string): string {
  const plain = process.platform === 'win32' || !/[:"\\\n]/.test(objects);
  return plain ? objects : `"${objects.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
}

/**
 * What no call of ours does, by variables and by options: take configuration from the environment, ask on a terminal,
 * fetch what is missing, take locks for convenience, run hooks, helpers, watchers, pagers or editors.
 */
export const neutralVariables: Readonly<Record<string, string>> = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_PAGER: 'cat',
  GIT_EDITOR: 'false',
  LC_ALL: 'C.UTF-8',
};

const options = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.untrackedCache': 'false',
  'core.pager': 'cat',
  'core.editor': 'false',
  'core.attributesFile': '/dev/null',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'submodule.recurse': 'false',
};

export const neutralOptions: readonly string[] = Object.entries(options).flatMap(([key, value]) => [
  '-c',
  `${key}=${value}`,
]);
