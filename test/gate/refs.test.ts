import assert from 'node:assert/strict';
import { widened } from '../../src/gate/grants.ts';
import { changesRefs } from '../../src/gate/refs.ts';
import { termsFor } from '../../src/gate/terms.ts';
import type { Assessment } from '../../src/protocol/assessment.ts';
import type { Effect } from '../../src/protocol/effect.ts';

const current = [
  'git commit -m branch',
  'git add .',
  'git reset --hard',
  'git revert HEAD',
  'git -C branch commit',
  'git -c user.name=x commit -m tag',
  'git --git-dir=branch commit',
  'git checkout -- src/branch.ts',
  'git checkout HEAD -- a.ts',
  'git am x.patch',
  'git unknown branch',
  'git',
];
const any = [
  'git branch x',
  'git tag v1',
  'git stash',
  'git fetch',
  'git pull --rebase',
  'git switch -c x',
  'git switch main',
  'git checkout -b x',
  'git checkout x',
  'git checkout x --',
  'git -C sub branch x',
  'git -c a=b --no-pager merge x',
  'git rebase main',
  'git worktree add ../x',
  'git remote update',
  'git cherry-pick x',
  'git update-ref refs/heads/x y',
  'git pack-refs --all',
  'git gc',
];

function assessment(...texts: string[]): Assessment {
  const none = { reads: [], writes: [], deletes: [], hosts: [] };
  return {
    tier: 'low',
    categories: ['edit'],
    footprint: { ...none, unknownPaths: false, unknownHosts: false, reversible: true, secrets: false },
    findings: [],
    understood: true,
    floor: 'none',
    parts: texts.map(text => ({ program: text.split(' ')[0] ?? '', text, from: null })),
  };
}

const effect: Effect = { kind: 'exec', command: 'x', cwd: '/w', timeoutMs: 1, background: false };
const terms = (...texts: string[]) => termsFor(effect, assessment(...texts), '/w', { sandbox: true, contained: true });

describe('the refs that a command may change', () => {
  for (const text of current) it(`are those of its own branch: ${text}`, () => assert.equal(changesRefs(text), false));
  for (const text of any) it(`are any: ${text}`, () => assert.equal(changesRefs(text), true));

  it('follow from all parts of the command', () => {
    assert.equal(terms('git commit -m x').refs, 'current');
    assert.equal(terms('git commit -m x', 'git tag v1').refs, 'any');
    assert.equal(terms('git commit -m x', 'echo branch').refs, 'current');
  });

  it('are not spoken of outside the profile that can write them', () => {
    assert.deepEqual(terms('npm test'), { profile: 'workspace', hosts: [], writes: [] });
  });

  it('stay the same where a person widens the rest', () => {
    assert.equal(widened(terms('git fetch'), ['example.com'], []).refs, 'any');
    assert.equal(widened(terms('git commit'), [], ['/x']).refs, 'current');
  });
});
