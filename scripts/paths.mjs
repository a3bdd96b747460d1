import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

/** The version of code-server that tests and `npm start` use, which is VS Code 1.139.1. */
export const codeServerVersion = '4.139.1';
export const codeServerFolder = join(root, '.vscode-test', 'code-server');
/** VS Code's own server, inside code-server. */
export const vscodeServer = join(codeServerFolder, 'node_modules', 'code-server', 'lib', 'vscode');

const windows = process.platform === 'win32';

/** The Node that npm brings with the dependencies, whatever the system's is. */
export const node = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
const bin = join(root, 'node_modules', '.bin');

/** This process's environment with the project's programs, and so its Node, first in the path. */
export function environment(more = {}) {
  return { ...process.env, PATH: [bin, process.env.PATH].filter(Boolean).join(delimiter), ...more };
}

/** The first executable file of that name in the path, other than those of npm packages; undefined when there is none. */
export function which(name) {
  const names = windows ? [`${name}.exe`, `${name}.cmd`] : [name];
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter(folder => folder !== '' && !folder.endsWith(join('node_modules', '.bin')))
    .flatMap(folder => names.map(file => join(folder, file)))
    .find(file => existsSync(file));
}
