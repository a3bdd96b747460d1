import assert from 'node:assert/strict';
import { decide } from '../../src/gate/decide.ts';
import { goesBeyond } from '../../src/gate/taint.ts';
import type { Containment } from '../../src/gate/terms.ts';
import { type Assessment, categories } from '../../src/protocol/assessment.ts';
import type { Terms } from '../../src/protocol/containment.ts';
import type { Effect } from '../../src/protocol/effect.ts';

const sandbox: Containment = { sandbox: true, contained: true };
const container: Containment = { sandbox: false, contained: true };
const workspace: Terms = { profile: 'workspace', hosts: [], writes: [] };
const exec: Effect = { kind: 'exec', command: 'x', cwd: '/w', timeoutMs: 1, background: false };
const zeros = { sha256: '0'.repeat(64), bytes: 0 };
const edit: Effect = { kind: 'edit', path: '/w/a', base: null, next: zeros, patch: '', added: 1, removed: 0 };
const push: Effect = {
  kind: 'push',
  command: 'git push',
  cwd: '/w',
  remote: 'origin',
  shown: '',
  refspecs: [{ sha: 'a'.repeat(40), ref: 'refs/heads/x' }],
  force: false,
  lease: null,
  setUpstream: false,
};
const taint = { source: 'README.md', line: 12 };

function assessed(over: Partial<Assessment> = {}, hosts: string[] = []): Assessment {
  const nothing = { reads: [], writes: ['/w/a'], deletes: [], unknownPaths: false, unknownHosts: false };
  return {
    tier: 'low',
    categories: ['test-run'],
    footprint: { ...nothing, hosts, reversible: true, secrets: false },
    findings: [],
    understood: true,
    floor: 'none',
    parts: [],
    ...over,
  };
}

describe('in a tainted run', () => {
  it('what the sandbox keeps in the workspace is not asked about', () => {
    assert.equal(goesBeyond(exec, assessed(), workspace, sandbox), false);
    assert.equal(goesBeyond(exec, assessed({}, ['localhost']), workspace, sandbox), false);
    assert.equal(goesBeyond(edit, assessed({ categories: ['edit'] }), workspace, sandbox), false);
    assert.equal(goesBeyond({ kind: 'read', path: '/w/a' }, assessed(), workspace, sandbox), false);
  });

  it('a push, a host, whatever it is for, and an installation are', () => {
    assert.ok(goesBeyond(push, assessed(), workspace, sandbox));
    assert.ok(goesBeyond(exec, assessed({}, ['trusted.example']), workspace, sandbox));
    assert.ok(goesBeyond(exec, assessed(), { ...workspace, hosts: ['trusted.example'] }, sandbox));
    assert.ok(goesBeyond(exec, assessed(), { ...workspace, profile: 'package-install' }, sandbox));
    assert.ok(goesBeyond(exec, assessed(), { ...workspace, profile: 'uncontained' }, sandbox));
  });

  it('so is a place that an answer from before added to its permit', () => {
    assert.ok(goesBeyond(exec, assessed(), { ...workspace, writes: ['/w/jest.setup.js'] }, sandbox));
    assert.equal(goesBeyond(exec, assessed(), { ...workspace, writes: ['/w/a'] }, sandbox), false);
  });

  it('so is every command that no sandbox of ours holds and that does more than look', () => {
    assert.ok(goesBeyond(exec, assessed(), workspace, container));
    const footprint = { ...assessed().footprint, writes: [] };
    assert.equal(goesBeyond(exec, assessed({ categories: ['read'], footprint }), workspace, container), false);
  });

  it('so is what loosens or outlasts, in an edit too', () => {
    for (const category of ['ci', 'runs-on-host', 'protected-path', 'checks-removed', 'dependency'] as const)
      for (const effect of [exec, edit])
        assert.ok(goesBeyond(effect, assessed({ categories: [category] }), workspace, sandbox));
  });

  it('is asked about that by its first reason, with the place, and no rule of the person lifts anything', () => {
    const allow = { id: 'mine', decision: 'allow', layer: 'user', when: {}, file: 'p', line: 1 } as const;
    const policy = { outcome: 'allow', by: { ...allow }, matched: [] } as unknown as Parameters<
      typeof decide
    >[2]['policy'];
    const around = { mode: 'auto', containment: sandbox, terms: workspace, policy } as const;
    const reaching = assessed({ categories: ['network'] }, ['trusted.example']);
    assert.equal(decide(exec, reaching, around).verdict, 'allow');
    const asked = decide(exec, reaching, { ...around, taint });
    assert.deepEqual([asked.verdict, asked.reasons[0]], ['ask', { code: 'run.tainted', args: taint }]);
    const medium = assessed({ tier: 'medium', categories: ['unknown-program'] });
    assert.equal(decide(exec, medium, around).verdict, 'allow');
    assert.equal(decide(exec, medium, { ...around, taint }).verdict, 'review');
  });

  it('is asked about every category, or that is a decision: a new one has to be sorted in', () => {
    const kept = categories.filter(
      category => !goesBeyond(exec, assessed({ categories: [category] }), workspace, sandbox),
    );
    assert.deepEqual(kept, [
      'read',
      'edit',
      'deletion',
      'test-run',
      'build',
      'package-script',
      'discards-work',
      'unheld-by-checkpoint',
      'lock-file',
      'auth',
      'payments',
      'migration',
      'secret',
      'inline-code',
      'obscure',
      'unknown-program',
      'large',
      'public-interface',
    ]);
  });
});
