import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environment, node, root, which } from '../paths.mjs';
import { installDebianPackages, isDebian, isRoot } from './debian.mjs';
import { run, SetupError, say } from './say.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Finds Chromium or installs it. Returns the path of its executable. */
export async function installChromium() {
  const found = await findChromium();
  if (found) return found;
  if (isDebian() && isRoot)
    await installDebianPackages(['chromium', 'fonts-dejavu', 'fonts-noto-color-emoji'], 'Chromium');
  else {
    say('Downloading Chromium (playwright-core install)');
    await run(node, [playwright, 'install', 'chromium'], {
      cwd: root,
      env: environment(),
      sentence: `Chromium is needed and could not be downloaded. ${isDebian() ? 'Run as root: apt-get install chromium' : 'Install it, or Google Chrome'}; CHROME_PATH names one elsewhere.`,
    });
  }
  const installed = await findChromium();
  if (!installed)
    throw new SetupError('Chromium was installed and cannot be found; CHROME_PATH can name its executable.');
  return installed;
}

const playwright = join(root, 'node_modules', 'playwright-core', 'cli.js');

async function findChromium() {
  const named = process.env.CHROME_PATH;
  if (named && !existsSync(named)) throw new SetupError(`CHROME_PATH names ${named}, which does not exist.`);
  const { chromium } = await import(pathToFileURL(join(root, 'node_modules', 'playwright-core', 'index.mjs')).href);
  return [named, ...names.map(which), ...places, chromium.executablePath()].find(path => path && existsSync(path));
}
