// Runs the suites of this folder inside VS Code's extension host: node test/host/run.ts

import { globSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../scripts/paths.mjs';
import { runInBrowser } from './browser.ts';
import { runOnDesktop } from './desktop.ts';

const out = join(root, 'out', 'test', 'host');

/** Each suite becomes a file of its own; mocha stays outside, so that all of them meet the same one. */
async function bundle(): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['test/host/index.ts', ...globSync('test/host/**/*.test.ts', { cwd: root })],
    outdir: out,
    outbase: 'test/host',
    outExtension: { '.js': '.cjs' },
    entryNames: '[name]',
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    define: { 'import.meta.dirname': '__dirname' },
    logLevel: 'warning',
  });
}

await bundle();
const tests = join(out, 'index.cjs');
const desktop = process.env['GATEHOUSE_VSCODE'];
process.exitCode = await (desktop ? runOnDesktop(tests, desktop) : runInBrowser(tests));
