import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Assessed, assessCommand } from '../../../src/risk/assess.ts';
import type { Facts } from '../../../src/risk/facts.ts';
import { programs } from '../../../src/risk/shell/programs/table.ts';
import type { ProgramTable } from '../../../src/risk/shell/spec.ts';
import { loadGrammar } from '../../../src/risk/shell/tree.ts';

const wasm = dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm'));
export const parseBash = await loadGrammar(
  readFileSync(join(wasm, 'tree-sitter.wasm')),
  readFileSync(join(wasm, 'tree-sitter-bash.wasm')),
);

export interface World {
  /** Contents of script files by absolute path. */
  texts?: Record<string, string>;
  /** package.json's scripts, and the Makefile's targets. */
  scripts?: Record<string, string>;
  targets?: Record<string, string>;
}

/** A project at /work/app of which node_modules/, dist/ and *.log are ignored, `new/` is untracked and the rest tracked. */
export function factsOf(world: World = {}): Facts {
  const root = '/work/app';
  return {
    root,
    home: '/home/ann',
    ownState: ['/home/ann/.local/state/gatehouse'],
    trustedHosts: new Set(),
    path(path) {
      const inside = path === root || path.startsWith(`${root}/`);
      const ignored = /\/(node_modules|dist)(\/|$)|\.log$|\/\.env$/.test(path);
      return {
        real: path,
        inside,
        // Secrets lie in the root alone.
        kind: /\/\.env[^/]*$|\/(credentials\.json|secrets\.yml)$/.test(path.slice(root.length + 1))
          ? 'missing'
          : /\.\w+$/.test(path)
            ? 'file'
            : 'directory',
        held: !inside ? 'unknown' : ignored ? 'ignored' : path.includes('/new/') ? 'untracked' : 'tracked',
        links: 1,
      };
    },
    text: path => world.texts?.[path] ?? null,
    manifest: (_directory, runner) =>
      runner === 'npm'
        ? { file: `${root}/package.json`, tasks: world.scripts ?? {} }
        : { file: `${root}/Makefile`, tasks: world.targets ?? {} },
  };
}

/** What the classifier says of a command, started in /work/app. */
export function assess(command: string, world: World = {}, table: ProgramTable = programs): Assessed['assessment'] {
  return assessCommand({ parse: parseBash, table }, { command, cwd: '/work/app' }, factsOf(world)).assessment;
}

/** `tier: category/code …`, for tables in tests. */
export function told(command: string, world: World = {}): string {
  const { tier, findings } = assess(command, world);
  return `${tier}: ${findings.map(finding => `${finding.category}/${finding.code}`).join(' ')}`.trim();
}
