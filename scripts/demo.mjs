// Does the sample's task from start to end, without a key and without a person: node scripts/demo.mjs
import { spawn, spawnSync } from 'node:child_process';
import { environment, node, root } from './paths.mjs';
import { SetupError, say } from './setup/say.mjs';
import { main, setUp } from './setup.mjs';

await main(async () => {
  await setUp({});
  say('Building the command line');
  const args = ['esbuild.mjs', '--only', 'cli'];
  const build = spawnSync(node, args, { cwd: root, env: environment(), stdio: ['ignore', 'ignore', 'inherit'] });
  if (build.status !== 0) throw new SetupError('The build failed.');

  const child = spawn(node, ['scripts/demo/demo.ts'], { cwd: root, env: environment(), stdio: 'inherit' });
  // Ctrl-C reaches the child as well, which ends what it started; this process waits for that.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('exit', (status, signal) => done(signal ? 1 : status));
  });
});
