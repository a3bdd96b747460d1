// Opens VS Code on a copy of the sample project: node scripts/start.mjs [--browser] [--no-open] [--check]
import { spawn, spawnSync } from 'node:child_process';
import { environment, node, root, which } from './paths.mjs';
import { hasScreen } from './setup/desktop.mjs';
import { SetupError, say } from './setup/say.mjs';
import { main, setUp } from './setup.mjs';

const args = process.argv.slice(2);

/** The desktop's `code`. Inside VS Code's own terminals that name is a client which cannot take an extension. */
function desktopCode() {
  if (args.includes('--browser') || !hasScreen() || process.env.VSCODE_IPC_HOOK_CLI) return undefined;
  return which('code');
}

await main(async () => {
  const code = desktopCode();
  await setUp({ codeServer: !code });
  say('Building');
  const build = spawnSync(node, ['esbuild.mjs'], { cwd: root, env: environment(), stdio: 'inherit' });
  if (build.status !== 0) throw new SetupError('The build failed.');

  const env = environment({ GATEHOUSE_DESKTOP_CODE: code });
  const child = spawn(node, ['scripts/launch.ts', ...args], { cwd: root, env, stdio: 'inherit' });
  // Ctrl-C reaches the child as well, which ends what it started; this process waits for that.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('exit', (status, signal) => done(signal ? 1 : status));
  });
});
