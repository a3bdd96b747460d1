// Runs every test: node scripts/test.mjs [--only unit,host,e2e] [--full]. The last line is "N passed, N failed".
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { environment, node, root } from './paths.mjs';
import { desktopForTests } from './setup/desktop.mjs';
import { SetupError, say } from './setup/say.mjs';
import { main, setUp } from './setup.mjs';
import { runSuite, suites } from './suites.mjs';

const { values: options } = parseArgs({ options: { only: { type: 'string' }, full: { type: 'boolean' } } });
const chosen = options.only?.split(',') ?? Object.keys(suites);
const unknown = chosen.filter(name => !(name in suites));
const started = Date.now();

await main(async () => {
  if (unknown.length > 0)
    throw new SetupError(`There is no suite "${unknown[0]}"; there are ${Object.keys(suites).join(', ')}.`);
  let env;
  try {
    env = await prepare();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}\n\nNo test ran.\n0 passed, 1 failed`);
    return 1;
  }
  const results = [];
  for (const name of chosen) {
    console.log(`\n${suites[name].title}`);
    results.push(await runSuite(suites[name], env));
  }
  return summarize(results);
});

async function prepare() {
  const { chromium } = await setUp({
    codeServer: chosen.includes('host') || chosen.includes('e2e'),
    chromium: true,
    sandbox: chosen.includes('unit'),
  });
  const desktop = chosen.includes('host') ? await desktopForTests() : undefined;
  if (chosen.includes('host'))
    say(`The host suites run in ${desktop ? `desktop VS Code (${desktop})` : 'VS Code for the browser'}`);
  say('Building');
  const build = spawnSync(node, ['esbuild.mjs'], { cwd: root, env: environment(), stdio: 'inherit' });
  if (build.status !== 0) throw new SetupError('The build failed.');
  return { GATEHOUSE_FULL: options.full ? '1' : undefined, CHROME_PATH: chromium, GATEHOUSE_VSCODE: desktop };
}

function summarize(results) {
  const sum = key => results.reduce((total, counts) => total + counts[key], 0);
  const problems = results.flatMap(({ problem }) => problem ?? []);
  const left = Object.keys(suites).filter(name => !chosen.includes(name));
  console.log('');
  for (const problem of problems) console.log(`✘ ${problem}`);
  if (left.length > 0) console.log(`Not run: ${left.join(', ')}`);
  console.log(`Took ${Math.round((Date.now() - started) / 1000)} s`);
  const skipped = sum('skipped');
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return sum('failed') === 0 ? 0 : 1;
}
