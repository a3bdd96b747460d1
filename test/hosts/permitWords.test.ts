import assert from 'node:assert/strict';
import { fewerWrites, termsSentence, violationSentence, violationSentences } from '../../src/hosts/permitWords.ts';
import { ProfileName, type Violation } from '../../src/protocol/containment.ts';

describe('a permit in words', () => {
  const said: [profile: ProfileName, bare: string, wide: string][] = [
    [
      'read-only',
      'It can look at the workspace and change nothing; no network.',
      'It can look at the workspace and change nothing; no network.',
    ],
    [
      'workspace',
      'It can change files in the workspace, but not git’s data or protected files; no network.',
      'It can change files in the workspace, but not git’s data or protected files; no network. It can also write to /w/.envrc, /srv/out.',
    ],
    [
      'workspace-hosts',
      'It can change files in the workspace, but not git’s data or protected files; no network.',
      'It can change files in the workspace, but not git’s data or protected files. It can reach a.example, b.example, which can also receive data. It can also write to /w/.envrc, /srv/out.',
    ],
    [
      'git',
      'It can change files in the workspace and commit, but not git’s configuration or hooks; no network.',
      'It can change files in the workspace and commit, but not git’s configuration or hooks. It can reach a.example, b.example, which can also receive data. It can also write to /w/.envrc, /srv/out.',
    ],
    [
      'package-install',
      'It can change files in the workspace and fetch packages; their scripts run afterwards, without network; no network.',
      'It can change files in the workspace and fetch packages; their scripts run afterwards, without network. It can reach a.example, b.example, which can also receive data. It can also write to /w/.envrc, /srv/out.',
    ],
    [
      'uncontained',
      'Nothing holds it: it can do whatever you can do on this machine.',
      'Nothing holds it: it can do whatever you can do on this machine.',
    ],
  ];
  for (const [profile, bare, wide] of said)
    it(`says what ${profile} lets a command do, and what was added`, () => {
      assert.equal(termsSentence({ profile, hosts: [], writes: [] }), bare);
      const added = { hosts: ['a.example', 'b.example'], writes: ['/w/.envrc', '/srv/out'] };
      assert.equal(termsSentence({ profile, ...(profile === 'workspace' ? { ...added, hosts: [] } : added) }), wide);
    });

  it('has words for every profile', () =>
    assert.deepEqual(said.map(([profile]) => profile).toSorted(), ProfileName.options.toSorted()));
});

describe('what a command tried', () => {
  const tried: [violation: Violation, says: string][] = [
    [{ type: 'host', host: 'a.example', port: 443 }, 'It tried to reach a.example:443 and was stopped.'],
    [{ type: 'write', path: '/etc/x' }, 'It tried to write /etc/x; nothing of that was kept.'],
    [{ type: 'limit', limit: 'memory' }, 'It used more memory than a command may, and was ended.'],
    [{ type: 'restored', path: '/w/.envrc' }, 'It changed /w/.envrc, which is protected; the change was undone.'],
  ];
  for (const [violation, says] of tried)
    it(`is told by its name: ${violation.type}`, () => assert.equal(violationSentence(violation), says));

  it('is told by the first five of many writes, and by all else', () => {
    const writes = Array.from({ length: 12 }, (_, at): Violation => ({ type: 'write', path: `/w/${at}` }));
    const said = violationSentences([...writes, { type: 'host', host: 'a.example', port: 443 }]);
    assert.deepEqual([said.length, said[4]], [7, 'It tried to write /w/4; nothing of that was kept.']);
    assert.deepEqual(said.slice(5), [
      'It tried to reach a.example:443 and was stopped.',
      'It tried 7 more writes; nothing of that was kept.',
    ]);
    const reasons = writes.map(() => ({ code: 'observed.write' }));
    const { named, more } = fewerWrites([...reasons, { code: 'observed.host' }]);
    assert.deepEqual([named.length, more], [6, 7]);
  });
});
