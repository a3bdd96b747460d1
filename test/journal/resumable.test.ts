import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { emptySummary } from '../../src/journal/fold.ts';
import { type Home, journalPath } from '../../src/journal/home.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { latestResumable, whyOver } from '../../src/journal/resumable.ts';
import { newRunId } from '../../src/journal/runid.ts';
import type { EventBody, RunStatus } from '../../src/protocol/event.ts';
import { type Failure, failures } from '../../src/protocol/failure.ts';
import { freshHome, said, started, tickingClock } from './support.ts';

const ended = (status: RunStatus, failure: Failure | null = null): EventBody => ({
  kind: 'run.ended',
  status,
  exitCode: 0,
  failure,
  survivors: [],
});

describe('a run that has ended', () => {
  const rows: [RunStatus | null, Failure | null, boolean][] = [
    [null, null, true],
    ['done', null, false],
    ['limit', null, true],
    ['stopped', null, true],
    ['interrupted', null, true],
    ['waiting', null, true],
    ['unreachable', failures.modelUnreachable({ attempts: 1, problem: 'x' }), true],
    ['failed', failures.checkpointFull({ path: '/x' }), true],
    ['failed', failures.policyHalt({}), false],
    ['failed', failures.modelRefused({}), false],
  ];
  for (const [status, failure, goesOn] of rows)
    it(`${goesOn ? 'can go on' : 'is over'}: ${status ?? 'without an end'}${failure ? `, ${failure.code}` : ''}`, () => {
      const summary = { ...emptySummary, run: 'r', status, failure };
      const why = goesOn ? null : failures.runOver({ run: 'r', status: status ?? '' });
      assert.deepEqual(whyOver(summary, false), why);
      assert.equal(whyOver(summary, true), null);
    });
});

describe('the run to go on with', () => {
  const temp = freshHome();
  let day = 0;

  async function make(home: Home, workspace: string, ...bodies: EventBody[]): Promise<string> {
    const run = newRunId(Date.UTC(2026, 1, ++day));
    const journal = await createJournal(home, run, tickingClock());
    for (const body of [{ ...started(run), workspace } as EventBody, ...bodies]) await journal.append(body);
    await journal.close();
    return run;
  }

  it('is the newest of this workspace that is not over, live, damaged or of a newer version', async () => {
    const home = await temp.open();
    const find = (hasWords = false, live: string[] = []) =>
      latestResumable(home, { workspace: '/ws', hasWords, isLive: async run => live.includes(run) });
    assert.equal(await find(), null);
    const first = await make(home, '/ws', ended('limit'));
    const second = await make(home, '/ws', said('on'));
    const done = await make(home, '/ws', ended('done'));
    await make(home, '/elsewhere', said('on'));
    const damaged = await make(home, '/ws', said('on'));
    appendFileSync(journalPath(home, damaged), 'garbage\n');
    assert.equal(await find(), second);
    assert.equal(await find(false, [second]), first);
    assert.equal(await find(true), done);
  });
});
