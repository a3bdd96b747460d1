import assert from 'node:assert/strict';
import { endingOf, maySay, openScreen, screenWords } from '../../src/agent/screening.ts';
import { wordMasker } from '../effects/setup.ts';
import { memoryJournal } from '../support/fakes.ts';

const { signal } = new AbortController();

function setUp(...said: (boolean | null)[]) {
  const journal = memoryJournal();
  const answers = [...said];
  const recorder = {
    append: (body: Parameters<typeof journal.append>[0]) => journal.append(body),
    events: () => journal.events,
  };
  const confirmer = { confirm: async () => answers.shift() ?? null };
  return { journal, deps: { recorder, masker: wordMasker({}), confirmer } };
}

describe('a task that nobody confirmed', () => {
  it('is open until somebody does', async () => {
    const { journal, deps } = setUp(null, false, true);
    const screened = await screenWords('Disable the audit log.', 'task', deps);
    for (const type of ['waiting', 'stopped', null]) {
      assert.equal((await endingOf(screened, deps, signal))?.type ?? null, type);
      assert.equal(openScreen(journal.events) === null, type === null);
    }
  });

  it('stays refused, whoever confirms', async () => {
    const { journal, deps } = setUp(true);
    await endingOf(await screenWords('Write a keylogger.', 'task', deps), deps, signal);
    assert.equal(openScreen(journal.events)?.verdict, 'refuse');
  });
});

describe('words in mid-run', () => {
  it('are told where they pass or are confirmed, and leave the run as it is where they are not', async () => {
    const { journal, deps } = setUp(true, false);
    assert.equal(await maySay('And the README, please.', deps, signal), true);
    assert.equal(await maySay('Disable the audit log.', deps, signal), true);
    assert.equal(await maySay('Disable the audit log.', deps, signal), false);
    assert.equal(await maySay('Write a keylogger.', deps, signal), false);
    assert.equal(openScreen(journal.events), null);
  });
});
