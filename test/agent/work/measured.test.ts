import assert from 'node:assert/strict';
import { changedSinceCheck } from '../../../src/agent/work/measured.ts';
import type { EventBody } from '../../../src/protocol/event.ts';
import { memoryJournal } from '../../support/fakes.ts';

const checked: EventBody = { kind: 'acceptance.checked', when: 'end', results: [] };

describe('whether a run has to be measured again', () => {
  it('is told by all that may have changed something since', async () => {
    const undone = { kind: 'change.reviewed', path: 'a', baseline: null, lines: 1, left: 0 } as const;
    const cases: [EventBody, boolean][] = [
      [{ ...undone, how: 'undone' }, true],
      [{ ...undone, how: 'kept' }, false],
      [{ kind: 'process.ended', process: 'p', exitCode: 0, survivors: [] }, true],
      [{ kind: 'person.said', text: 'More' }, true],
      [{ kind: 'context.added', text: 'More' }, false],
    ];
    for (const [event, expected] of cases) {
      const journal = memoryJournal();
      assert.equal(changedSinceCheck(journal.events), true);
      await journal.append(event);
      await journal.append(checked);
      assert.equal(changedSinceCheck(journal.events), false);
      await journal.append(event);
      assert.equal(changedSinceCheck(journal.events), expected, event.kind);
    }
  });
});
