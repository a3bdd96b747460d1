import assert from 'node:assert/strict';
import { assessCommand } from '../../src/risk/assess.ts';
import type { Facts } from '../../src/risk/facts.ts';
import { programs } from '../../src/risk/shell/programs/table.ts';
import { parseBash } from './shell/support.ts';

const state = '/home/ann/.local/state/gatehouse';
const root = `${state}/worktrees/run/app`;

function facts(own: Partial<Facts>): Facts {
  return {
    root,
    home: '/home/ann',
    ownState: [state],
    ...own,
    trustedHosts: new Set(),
    path: path => ({
      real: path,
      inside: path === root || path.startsWith(`${root}/`),
      kind: /\.\w+$/.test(path) ? 'file' : 'directory',
      held: 'tracked',
      links: 1,
    }),
    text: () => null,
    manifest: () => null,
  };
}

const floorOf = (command: string, own: Partial<Facts> = { ownWorktree: `${state}/worktrees/run` }) =>
  assessCommand({ parse: parseBash, table: programs }, { command, cwd: root }, facts(own)).assessment.floor;

describe('a run’s own worktree in our state', () => {
  it('is worked in like any workspace', () => {
    assert.equal(floorOf('echo x > src/a.js && cat README.md && rm src/b.js'), 'none');
    assert.equal(floorOf('echo x > src/a.js', {}), 'deny');
  });

  it('is all that is open of it', () => {
    for (const path of ['../../other/app/a.js', '../../note', `${state}/policy.yaml`, `${state}/runs/x/journal.ndjson`])
      assert.equal(floorOf(`echo x > ${path}`), 'deny', path);
    assert.equal(floorOf(`cat ${state}/runs/x/mask.key`), 'deny');
  });

  it('may be left by a step, where a program is read wrongly and nothing is', () => {
    assert.equal(floorOf('cat ../src/a.js'), 'none');
  });

  it('is not removed whole, nor with what is above it', () => {
    for (const path of ['.', root, '..', '../..', state]) assert.equal(floorOf(`rm -rf ${path}`), 'deny', path);
  });
});
