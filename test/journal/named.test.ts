import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Home, journalPath, openHome } from '../../src/journal/home.ts';
import { namedIn } from '../../src/journal/named.ts';

const run = '20261120-082001-bw7f3kq2m9x4';
const digest = (letter: string): string => letter.repeat(64);

describe('the blobs that a journal names', () => {
  let base: string;
  let home: Home;
  beforeEach(async () => {
    base = mkdtempSync(join(tmpdir(), 'gatehouse-named-'));
    home = await openHome({ env: { GATEHOUSE_HOME: join(base, 'state') } });
    mkdirSync(dirname(journalPath(home, run)), { recursive: true });
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  it('are found whatever the records are, and also in what a crash or damage left of one', async () => {
    const lines = [
      { kind: 'later.thing', anything: [{ name: digest('a') }], v: 9 },
      { base: { sha256: digest('b'), bytes: 12 }, next: null },
      { before: { manifest: { sha256: digest('c'), bytes: 300 }, files: 1 } },
      { after: { manifest: { sha256: digest('c'), bytes: 300 }, files: 1 } },
    ];
    writeFileSync(journalPath(home, run), lines.map(line => `${JSON.stringify(line)}\n`).join(''));
    appendFileSync(journalPath(home, run), `not json {"sha256":"${digest('d')}","bytes":4}`);
    const { digests, bytes, manifests } = await namedIn(home, run);
    assert.deepEqual([...digests].sort(), ['a', 'b', 'c', 'd'].map(digest));
    assert.deepEqual(
      [...bytes],
      [
        [digest('b'), 12],
        [digest('c'), 300],
        [digest('d'), 4],
      ],
    );
    assert.deepEqual([...manifests], [[digest('c'), 2]]);
  });

  it('are none without a journal, and no part of a longer number is one', async () => {
    assert.equal((await namedIn(home, run)).digests.size, 0);
    writeFileSync(journalPath(home, run), `{"x":"${'e'.repeat(65)}"}\n`);
    assert.equal((await namedIn(home, run)).digests.size, 0);
  });
});
