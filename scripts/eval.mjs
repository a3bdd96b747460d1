// Judges the corpora: node scripts/eval.mjs [--only review,probe,screen] [--model M] [--json]. The reviewer needs a key.
import { spawnSync } from 'node:child_process';
import { environment, node, root } from './paths.mjs';

const { status } = spawnSync(node, ['test/eval/main.ts', ...process.argv.slice(2)], {
  cwd: root,
  env: environment(),
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
