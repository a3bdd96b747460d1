import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { purgeRun } from '../../src/hosts/housekeeping/purging.ts';
import { tidyTraces, tracesOf } from '../../src/hosts/housekeeping/traces.ts';
import { openTaints } from '../../src/hosts/taints.ts';
import { type Home, openHome } from '../../src/journal/home.ts';
import { newRunId } from '../../src/journal/runid.ts';

describe('the traces of runs that are gone', () => {
  let home: Home;
  let base: string;
  const [kept, gone] = [newRunId(1_700_000_000_000), newRunId(1_700_000_001_000)];
  beforeEach(async () => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-traces-')));
    mkdirSync(join(base, 'workspace'));
    home = await openHome({ env: { GATEHOUSE_HOME: join(base, 'state') }, workspace: join(base, 'workspace') });
    for (const workspace of ['/a', '/b'])
      for (const run of [kept, gone])
        await openTaints(home, workspace).keep({
          run,
          source: 's',
          line: 1,
          paths: [],
          everything: false,
          shingles: [],
        });
    mkdirSync(join(home.runs, kept), { recursive: true });
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));
  const runs = async (): Promise<string[]> => (await tracesOf(home)).map(({ run }) => run).sort();

  it('are counted first, and then removed, in every workspace', async () => {
    const before = await tidyTraces(home, true);
    assert.deepEqual([before.files, (await runs()).length], [2, 4]);
    assert.deepEqual(await tidyTraces(home, false), before);
    assert.deepEqual(await runs(), [kept, kept]);
  });

  it('go with the run that is purged', async () => {
    await purgeRun(home, kept, {});
    assert.deepEqual(await runs(), [gone, gone]);
  });
});
