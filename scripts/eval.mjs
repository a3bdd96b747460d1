// Judges the corpora with a real model: node scripts/eval.mjs [--only review] [--model M] [--json]. Needs a key.
import { spawnSync } from 'node:child_process';
import { environment, node, root } from './paths.mjs';

const { status } = spawnSync(node, ['test/eval/main.ts', ...process.argv.slice(2)], {
  cwd: root,
  env: environment(),
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
