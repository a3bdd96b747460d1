import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { openFacts } from '../../../src/effects/facts/facts.ts';
import { LedPaths } from '../../../src/effects/git/led.ts';
import { assessCommand } from '../../../src/risk/assess.ts';
import type { Facts } from '../../../src/risk/facts.ts';
import { programs } from '../../../src/risk/shell/programs/table.ts';
import { parseBash } from '../../risk/shell/support.ts';
import { type Place, place } from '../facts/setup.ts';

describe('what git’s settings and protected links lead to', () => {
  let at: Place;
  beforeEach(() => {
    at = place();
    at.git('init', '-q');
  });
  afterEach(() => at.remove());

  const found = async () => {
    const led = new LedPaths({ root: at.root, home: at.home, git: await at.reader() });
    const paths = async () => [...(await led.find()).keys()].map(path => path.slice(at.root.length + 1)).sort();
    return { led, paths };
  };

  it('is hooks, included settings and what those name, attributes, and programs that are there', async () => {
    for (const name of [
      'tools/hooks/pre-commit',
      'tools/git.inc',
      'tools/clean.sh',
      'tools/fsm',
      'tools/attrs',
      'tools/deep/x',
    ])
      at.write(name);
    at.git('config', 'core.hooksPath', 'tools/hooks');
    at.git('config', 'include.path', '../tools/git.inc');
    at.git('config', 'filter.x.clean', 'sh "tools/clean.sh" --all %f');
    at.git('config', 'core.attributesFile', join(at.root, 'tools/attrs'));
    at.git('config', 'alias.deep', '!tools/deep/x');
    at.git('config', 'alias.tools', 'log tools src');
    at.git('config', 'user.signingKey', 'tools/deep/x');
    at.git('config', '--file', at.write('tools/git.inc'), 'core.fsmonitor', 'tools/fsm');
    const { paths } = await found();
    const all = ['attrs', 'clean.sh', 'deep/x', 'fsm', 'git.inc', 'hooks'].map(name => `tools/${name}`);
    assert.deepEqual(await paths(), all);
    at.git('config', 'core.hooksPath', 'later');
    assert.ok((await paths()).includes('later'), 'settings that changed are read anew');
  });

  it('is the repository of a submodule, where that is asked for', async () => {
    at.write('a');
    at.git('add', '-A');
    at.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},vendor/lib`);
    const led = new LedPaths({ root: at.root, home: at.home, git: await at.reader(), submodules: true });
    assert.deepEqual([...(await led.find()).keys()], [join(at.root, 'vendor/lib/.git')]);
    at.git('rm', '-q', '--cached', 'vendor/lib');
    assert.equal((await led.find()).size, 0);
  });

  it('is nothing outside the workspace, and not the workspace itself', async () => {
    at.git('config', 'core.hooksPath', '.');
    at.git('config', 'include.path', join(at.outside, 'x'));
    symlinkSync(at.outside, join(at.root, '.vscode'));
    assert.deepEqual(await (await found()).paths(), []);
  });

  it('asks about the places that they name, by either name', async () => {
    for (const name of ['tools/hooks/pre-commit', 'tools/env.sh', 'tools/hook.sh', 'tools/other']) at.write(name);
    at.git('config', 'core.hooksPath', 'tools/hooks');
    symlinkSync('tools/env.sh', join(at.root, '.envrc'));
    mkdirSync(join(at.root, '.husky'));
    symlinkSync('../tools/hook.sh', join(at.root, '.husky/pre-push'));
    const { led } = await found();
    const git = await at.reader();
    const { root, home } = at;
    const sources = openFacts({ root, home, ownState: [], git, trustedHosts: new Set(), led: () => led.find() });
    const floorOf = async (command: string) => {
      const moment = sources.begin();
      for (;;) {
        const facts: Facts = moment.facts();
        const { assessment, wants } = assessCommand(
          { parse: parseBash, table: programs },
          { command, cwd: root },
          facts,
        );
        if (wants.length === 0) return assessment.floor;
        await moment.gather(wants);
      }
    };
    for (const path of [
      'tools/hooks/pre-commit',
      'tools/hooks/new',
      'tools/env.sh',
      '.envrc',
      'tools/hook.sh',
      '.husky/pre-push',
    ])
      assert.equal(await floorOf(`echo x > ${path}`), 'ask', path);
    assert.equal(await floorOf('echo x > tools/other'), 'none');
  });
});
