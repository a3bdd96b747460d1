import { posix } from 'node:path';
import { specsByName } from './rows.ts';
import type { ProgramTable, Spec } from './spec.ts';

/** Where programs live that the system's owner installed; a program named by such a path is what its name says. */
const systemFolders = [
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/bin',
  '/opt/homebrew/bin',
];

/** Folders below the home folder into which package managers put programs. */
const personFolders =
  /^(\.nvm\/versions\/.*|\.pyenv\/(shims|versions\/.*)|\.rbenv\/(shims|versions\/.*)|\.asdf\/shims|\.volta\/bin|\.cargo\/bin|\.local\/bin|\.bun\/bin|\.deno\/bin|go\/bin|\.sdkman\/candidates\/.*)$/;

/** The name to look up: without folders, and without Windows' ending. */
export function programName(name: string): string {
  return posix.basename(name).replace(/\.(exe|cmd|bat)$/i, '');
}

/** A program's spec. `python3.11` is python, and `RM` is rm, which some file systems run. */
export function lookUp(table: ProgramTable, program: string): Spec | undefined {
  const specs = specsByName(table);
  return specs.get(program) ?? specs.get(program.replace(/-?\d+(\.\d+)*$/, '')) ?? specs.get(program.toLowerCase());
}

/** Whether a program named by this absolute path is what its name says: it stands where installers put programs. */
export function isInstalled(path: string, home: string): boolean {
  const folder = posix.dirname(path);
  if (systemFolders.includes(folder)) return true;
  return folder.startsWith(`${home}/`) && personFolders.test(folder.slice(home.length + 1));
}

/** Whether a folder is one into which an installation puts a project's tools. */
export function isToolFolder(folder: string): boolean {
  return /(^|\/)(node_modules\/\.bin|vendor\/bin|\.?venv\/(bin|Scripts))\/?$/.test(folder) && !folder.includes('..');
}

export function isSystemFolder(folder: string): boolean {
  return systemFolders.includes(folder.replace(/(?<=.)\/$/, ''));
}
