import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockRun, runOwner } from '../../src/agent/lock.ts';
import { type Home, openHome, runFolder } from '../../src/journal/home.ts';
import { newRunId } from '../../src/journal/runid.ts';
import { asFailure } from '../../src/protocol/failure.ts';

describe('the lock of a run', () => {
  let home: Home;
  const run = newRunId(Date.now());
  beforeEach(async () => {
    home = await openHome({ env: { GATEHOUSE_HOME: mkdtempSync(join(tmpdir(), 'gatehouse-lock-')) } });
  });
  afterEach(() => rmSync(home.root, { recursive: true, force: true }));

  const refusal = async (): Promise<unknown> => {
    const { code, args } = asFailure(await lockRun(home, run).catch((error: unknown) => error));
    return [code, args['path'] ?? args['pid']];
  };

  it('is held by one', async () => {
    const lock = await lockRun(home, run);
    assert.deepEqual(await refusal(), ['run.locked', process.pid]);
    await lock.release();
    assert.equal(await runOwner(home, run), null);
  });

  it('says where nothing can be written', async () => {
    writeFileSync(runFolder(home, run), 'a file');
    assert.deepEqual(await refusal(), ['journal.unwritable', runFolder(home, run)]);
  });
});
