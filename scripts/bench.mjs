// Measures the built command line on the scripted model: node scripts/bench.mjs. Data on stdout, progress on stderr.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { environment, node, root } from './paths.mjs';
import { SetupError } from './setup/say.mjs';
import { main, setUp } from './setup.mjs';

await main(async () => {
  await setUp({});
  const out = join('test', '.artifacts', 'bench');
  const args = ['esbuild.mjs', '--production', '--only', 'cli,sandbox', '--out', out];
  const build = spawnSync(node, args, { cwd: root, env: environment(), stdio: ['ignore', 'ignore', 'inherit'] });
  if (build.status !== 0) throw new SetupError('The build failed.');
  const bench = ['test/bench/main.ts', join(root, out, 'cli.js')];
  const child = spawn(node, bench, { cwd: root, env: environment(), stdio: 'inherit' });
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('exit', (status, signal) => done(signal ? 1 : status));
  });
});
