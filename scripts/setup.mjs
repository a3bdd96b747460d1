// Prepares this machine for the tests and for `npm start`: node scripts/setup.mjs. It needs nothing but Node 20 and npm.
import { pathToFileURL } from 'node:url';
import { installChromium } from './setup/chromium.mjs';
import { installCodeServer } from './setup/code-server.mjs';
import { installDependencies } from './setup/dependencies.mjs';
import { installSandbox } from './setup/sandbox.mjs';
import { SetupError } from './setup/say.mjs';

/**
 * Installs what is missing of the parts that are asked for, the dependencies always; says what it does, and nothing
 * when there is nothing to do. Rejects with a SetupError whose message says what a person can do.
 * @param {{ codeServer?: boolean, chromium?: boolean, sandbox?: boolean }} parts
 * @returns {Promise<{ chromium?: string }>} where Chromium is
 */
export async function setUp({ codeServer = false, chromium = false, sandbox = false }) {
  await installDependencies();
  if (sandbox) await installSandbox();
  if (codeServer) await installCodeServer();
  return chromium ? { chromium: await installChromium() } : {};
}

/** Runs a script's main function: its number is the exit code, and a failed set-up is a sentence and exit code 1. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await main(async () => {
    await setUp({ codeServer: true, chromium: true, sandbox: true });
    console.log('Everything is here.');
  });
