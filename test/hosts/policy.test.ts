import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPolicy } from '../../src/hosts/policy.ts';
import type { Subject } from '../../src/policy/subject.ts';
import { programs } from '../../src/risk/shell/programs/table.ts';
import { parseBash } from '../risk/shell/support.ts';

const listing: Subject = {
  kind: 'exec',
  parts: [{ program: 'ls', text: 'ls', from: null }],
  paths: [],
  folders: [],
  hosts: [],
  unknownPaths: false,
  unknownHosts: false,
  categories: [],
  tier: 'low',
  tool: null,
  understood: true,
};

describe('a repository\u2019s policy that cannot be read', () => {
  let base: string;
  let file: string;
  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-policy-')));
    mkdirSync(join(base, 'work/.gatehouse'), { recursive: true });
    file = join(base, 'work/.gatehouse/policy.yaml');
  });
  afterEach(() => rmSync(base, { recursive: true }));

  const opened = () =>
    openPolicy(
      { user: join(base, 'user.yaml'), workspace: join(base, 'work'), home: base, platform: 'linux' },
      async () => ({
        parse: parseBash,
        table: programs,
      }),
    );

  const ways: Record<string, () => void> = {
    'a link': () => {
      writeFileSync(join(base, 'elsewhere.yaml'), 'version: 1\nrules: []\n');
      symlinkSync('../../elsewhere.yaml', file);
    },
    'a link to nothing': () => symlinkSync('nowhere.yaml', file),
    'a folder': () => mkdirSync(file),
    'far too large': () => {
      writeFileSync(file, 'version: 1\nrules:\n  - { decision: deny, when: { program: eslint } }\n');
      truncateSync(file, 9 * 1024 * 1024);
    },
  };
  for (const [what, make] of Object.entries(ways))
    it(`is told, and everything is asked about: ${what}`, async () => {
      make();
      const { diagnostics, judge } = await opened();
      assert.deepEqual(
        diagnostics.map(({ code, severity }) => [code, severity]),
        [['policy.unreadable', 'error']],
      );
      assert.equal(judge.decide(listing).outcome, 'ask');
    });

  it('is another matter than none', async () => {
    const { diagnostics, judge } = await opened();
    assert.deepEqual(diagnostics, []);
    assert.equal(judge.decide(listing).outcome, null);
    rmSync(join(base, 'work/.gatehouse'), { recursive: true });
    assert.deepEqual((await opened()).diagnostics, []);
  });

  it('is another matter than one that can be read', async () => {
    writeFileSync(file, 'version: 1\nrules:\n  - { decision: deny, when: { program: ls } }\n');
    const { diagnostics, judge } = await opened();
    assert.deepEqual(diagnostics, []);
    assert.equal(judge.decide(listing).outcome, 'deny');
  });
});
