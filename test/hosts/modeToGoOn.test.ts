import assert from 'node:assert/strict';
import { modeToGoOn } from '../../src/hosts/modeToGoOn.ts';

describe('the mode that a run goes on in', () => {
  it('is the stricter one of its own and the workspace’s', () => {
    assert.deepEqual(modeToGoOn({ workspaceMode: 'ask' }, 'auto'), { mode: 'ask', by: 'editor' });
    assert.deepEqual(modeToGoOn({ workspaceMode: 'auto' }, 'plan'), { mode: 'plan', by: 'editor' });
    assert.equal(modeToGoOn({}, 'auto').mode, 'auto');
  });

  it('is what the person chose for it now', () => {
    assert.deepEqual(modeToGoOn({ mode: 'auto' }, 'ask'), { mode: 'auto', by: 'terminal' });
  });
});
