import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type ResumeOptions, resumeRun } from '../../src/agent/resume.ts';
import type { DoubtVerdict } from '../../src/ports/doubter.ts';
import type { Model } from '../../src/ports/model.ts';
import { noUsage } from '../../src/protocol/budget.ts';
import type { EditEffect, Effect } from '../../src/protocol/effect.ts';
import type { EventBody, OutcomeRecord } from '../../src/protocol/event.ts';
import { failures } from '../../src/protocol/failure.ts';
import type { AssistantBlock } from '../../src/protocol/message.ts';
import { Plan as PlanValue } from '../../src/protocol/plan.ts';
import { MemoryBlobs, wordMasker } from '../effects/setup.ts';
import { handClock, memoryJournal, noJudging, scriptedApprover, stillSnapshots } from '../support/fakes.ts';

const zeros = '0'.repeat(64);
const minute = 60_000;
const state = { manifest: { sha256: zeros, bytes: 0 }, files: 0, notHeld: 0 };
const refOf = (text: string) => ({
  sha256: createHash('sha256').update(text).digest('hex'),
  bytes: Buffer.byteLength(text),
});
const started: EventBody = {
  kind: 'run.started',
  run: 'r',
  gatehouse: '0',
  workspace: '/w',
  prompt: 'Go.',
  mode: 'auto',
  model: 'm',
  scripted: true,
  limits: { minutes: 10 },
  systemDigest: zeros,
  policyDigest: zeros,
};
const turn = (n: number): EventBody => ({ kind: 'turn.started', turn: n });
const answered = (content: AssistantBlock[]): EventBody => ({
  kind: 'model.answered',
  turn: 1,
  model: 'm',
  content,
  stopReason: content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn',
  usage: noUsage,
  usd: 0,
  requestBytes: 0,
  repeatedBytes: 0,
  durationMs: 0,
});
const command: Effect = { kind: 'exec', command: 'make', cwd: '/w', timeoutMs: 1, background: false };
const edit: EditEffect = {
  kind: 'edit',
  path: '/w/a',
  base: refOf('one'),
  next: refOf('two'),
  patch: '',
  added: 1,
  removed: 1,
};
/** A turn with one call, whose effect was begun. */
const begun = (tool: string, input: object, value: Effect): EventBody[] => [
  started,
  turn(1),
  answered([{ type: 'tool_use', id: 'c', name: tool, input }]),
  { kind: 'effect.proposed', effect: 'e', call: 'c', tool, value, digest: zeros },
  ...(value.kind === 'exec'
    ? [{ kind: 'snapshot.taken', snapshot: state, phase: 'before', effect: 'e', durationMs: 0 } as const]
    : []),
  { kind: 'effect.intended', effect: 'e', digest: zeros },
];
const bash = begun('Bash', { command: 'make' }, command);
const edited = begun('Edit', { file_path: 'a', old_string: 'one', new_string: 'two' }, edit);
const done = (outcome: OutcomeRecord): EventBody => ({ kind: 'effect.done', effect: 'e', outcome, durationMs: 0 });

interface World extends Partial<Pick<ResumeOptions, 'onDoubt' | 'words' | 'limits' | 'acceptPlan' | 'mode'>> {
  file?: string;
  decides?: DoubtVerdict | null;
  /** What the model answers first. */
  says?: AssistantBlock[];
  /** Before the run is resumed, and how long each event took. */
  eventMs?: number;
}

/** Resumes a run whose journal holds these facts; the model ends as soon as it is asked, and no effect is to be done. */
async function resume(
  bodies: readonly EventBody[],
  { file = '', decides = null, eventMs = 0, says, ...more }: World = {},
) {
  const journal = memoryJournal();
  for (const body of bodies) await journal.append(body);
  const earlier = journal.events.map((event, at) => ({ ...event, at: at * eventMs }));
  const requests: string[] = [];
  const model: Model = {
    async respond(request) {
      requests.push(JSON.stringify(request.messages));
      const content: AssistantBlock[] = (requests.length === 1 ? says : undefined) ?? [{ type: 'text', text: 'Done.' }];
      const stopReason = content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn';
      return { content, stopReason, model: 'm', usage: noUsage, usd: 0, requestBytes: 0, repeatedBytes: 0 };
    },
  };
  const bytes = Buffer.from(file);
  const doubts: unknown[] = [];
  const run = resumeRun(
    {
      id: 'r',
      journal,
      blobs: new MemoryBlobs(),
      model,
      effects: {
        run: () => assert.fail('an effect was done'),
        processes: () => [],
        endProcess: async () => [],
        endAll: async () => [],
        restCpuMs: async () => 0,
      },
      workspace: {
        root: '/w',
        locate: () => assert.fail('a path'),
        look: async () => ({ ref: refOf(file), bytes, mode: 0o644 }),
      },
      snapshots: stillSnapshots(),
      masker: wordMasker({}),
      lineMasker: () => ({ write: () => undefined, end: () => undefined }),
      clock: handClock(),
      approver: scriptedApprover(() => null),
      ...noJudging(),
      learn: async () => undefined,
    },
    {
      version: '0',
      earlier,
      cutBytes: 0,
      policyDigest: zeros,
      grants: [],
      doubter: {
        async decide(doubt) {
          doubts.push(doubt);
          return decides;
        },
      },
      clean: async () => undefined,
      sweep: async () => undefined,
      ...more,
    },
  );
  const result = await run.result;
  const added = journal.events.slice(bodies.length);
  const told = added.flatMap(event => (event.kind === 'tool.answered' ? [event.text] : []));
  const verdicts = added.flatMap(event => (event.kind === 'effect.doubted' ? [`${event.verdict} ${event.by}`] : []));
  const modes = added.flatMap(event => (event.kind === 'mode.changed' ? [`${event.mode} ${event.by}`] : []));
  return { result, modes, added: added.map(({ kind }) => kind), told, verdicts, doubts, requests };
}

describe('a run that goes on', () => {
  describe('with a plan', () => {
    const plan = {
      fit: 'no',
      fitReason: 'Nobody knows',
      objective: 'x',
      constraints: [],
      acceptance: ['node check.cjs'],
      steps: [
        { title: 'One', detail: 'd' },
        { title: 'Two', detail: 'd' },
      ],
      risks: [],
    };
    const planned: EventBody = { ...started, mode: 'ask', planning: { acceptSteps: 0, acceptAny: false } };
    const submits: AssistantBlock[] = [{ type: 'tool_use', id: 'p', name: 'SubmitPlan', input: plan }];
    const verdictOf = async (bodies: readonly EventBody[], more: World) => {
      const { result, added } = await resume(bodies, more);
      return [result.failure?.code ?? result.status, added.includes('plan.accepted')];
    };

    it('takes a yes for the plan that it waits with, and for none that comes later', async () => {
      const waits = [planned, turn(1), answered(submits)];
      const submitted: EventBody = { kind: 'plan.submitted', plan: 1, call: 'p', value: PlanValue.parse(plan) };
      assert.deepEqual(await verdictOf([...waits, submitted], { acceptPlan: true }), ['done', true]);
      assert.deepEqual(await verdictOf(waits, { acceptPlan: true }), ['plan.unanswered', false]);
      assert.deepEqual(await verdictOf([planned, turn(1)], { acceptPlan: true, says: submits }), [
        'plan.unanswered',
        false,
      ]);
    });
  });

  it('goes on in the mode that the person has now, and says so', async () => {
    const { modes } = await resume([started, turn(1)], { mode: { mode: 'ask', by: 'editor' } });
    assert.deepEqual(modes, ['ask editor']);
    assert.deepEqual((await resume([started, turn(1)], { mode: { mode: 'auto', by: 'editor' } })).modes, []);
    assert.deepEqual((await resume([started, turn(1)])).modes, []);
  });

  it('asks the model again where that had not answered', async () => {
    const { result, requests } = await resume([started, turn(1)]);
    assert.deepEqual([result.status, result.turns], ['done', 2]);
    assert.match(requests[0] ?? '', /Go\..*goes on now/s);
  });

  it('ends without another turn where only its end had not been written down', async () => {
    const { result, requests } = await resume([started, turn(1), answered([{ type: 'text', text: 'Done.' }])]);
    assert.deepEqual([result.status, requests.length], ['done', 0]);
  });

  it('goes on with the words of the person instead, without saying that it was cut off', async () => {
    const ended: EventBody = { kind: 'run.ended', status: 'done', exitCode: 0, failure: null, survivors: [] };
    const bodies = [started, turn(1), answered([{ type: 'text', text: 'Done.' }]), ended];
    const { requests } = await resume(bodies, { words: 'And b.' });
    assert.match(requests[0] ?? '', /And b\./);
    assert.doesNotMatch(requests[0] ?? '', /interrupted/);
  });

  it('does not do again what is known to be done, and says what is known of it', async () => {
    const outcome: OutcomeRecord = {
      kind: 'exec',
      exitCode: 3,
      signal: null,
      timedOut: false,
      stopped: false,
      durationMs: 1500,
      outputBytes: 9,
      survivors: [],
    };
    const { told, verdicts, result } = await resume([...bash, done(outcome)]);
    assert.equal(result.status, 'done');
    assert.match(told[0] ?? '', /exit code 3 after 1\.5 s\. Its output was lost/);
    assert.deepEqual(verdicts, []);
  });

  describe('after a crash in the middle of a restore', () => {
    const value: Effect = {
      kind: 'restore',
      checkpoint: 0,
      reason: 'It failed.',
      own: true,
      person: false,
      files: [{ path: '/w/a', change: 'changed', merged: false, added: 1, removed: 1, patch: null }],
      conflicts: [],
      plan: zeros,
    };
    const input = { checkpoint: 0, why: 'It failed.' };
    const cut = begun('Restore', input, value);
    const restoring = {
      kind: 'restore.intended' as const,
      restore: 'x',
      to: 0,
      by: 'agent' as const,
      before: state,
      paths: ['a'],
    };
    const restored = {
      kind: 'restore.done' as const,
      restore: 'x',
      checkpoint: 3,
      to: 0,
      whole: true,
      by: 'agent' as const,
      before: state,
      after: state,
      files: 1,
      conflicts: [],
    };
    const takenBack = {
      kind: 'restore.failed' as const,
      restore: 'x',
      failure: failures.restoreFailed({ path: 'a', problem: 'interrupted', rolledBack: true }),
    };

    it('does it again where it had not begun, and where it was taken back', async () => {
      for (const events of [cut, [...cut, restoring, takenBack]]) {
        const { told, verdicts } = await resume(events);
        assert.deepEqual(verdicts, ['undone evidence']);
        // It was begun again: nothing is held in this test, and that is what is said then.
        assert.match(told[0] ?? '', /^There is no git here/);
      }
    });

    it('answers as usual where it was done, whatever the person took back since', async () => {
      const byPerson: EventBody[] = [
        { ...restoring, restore: 'y', by: 'person' },
        { ...takenBack, restore: 'y' },
      ];
      for (const more of [[], byPerson]) {
        const { told, verdicts, added } = await resume([...cut, restoring, restored, ...more]);
        assert.deepEqual(verdicts, ['done evidence']);
        assert.deepEqual(told, ['Restored 1 file to the start of the run.\n[checkpoint 3]']);
        assert.ok(added.includes('effect.done'));
      }
    });

    it('asks the person where nobody knows how far it came', async () => {
      const { doubts, result } = await resume([...cut, restoring]);
      assert.deepEqual([doubts.length, result.status], [1, 'waiting']);
    });
  });

  it('finds by the file that an edit was done, answers it as usual, and makes its checkpoint', async () => {
    const { told, verdicts, added, result } = await resume(edited, { file: 'two' });
    assert.deepEqual(verdicts, ['done evidence']);
    assert.deepEqual(told, ['Edited a.\n[checkpoint 1]']);
    assert.ok(added.includes('effect.done'));
    assert.equal(result.checkpoints, 1);
  });

  it('asks about an edit whose file is neither what it was nor what it was to be', async () => {
    const { told, verdicts, doubts } = await resume(edited, { file: 'three', decides: 'skip' });
    assert.equal(doubts.length, 1);
    assert.deepEqual(verdicts, ['skip person']);
    assert.match(told[0] ?? '', /outcome is unknown/);
  });

  it('waits where nobody decides, and nothing was changed or answered', async () => {
    const { result, told, verdicts } = await resume(bash);
    assert.deepEqual([result.status, result.exitCode], ['waiting', 4]);
    assert.deepEqual(result.failure, failures.runUndecided({ run: 'r', effect: 'make' }));
    assert.deepEqual([told, verdicts], [[], []]);
  });

  for (const [onDoubt, status] of [
    ['skip', 'done'],
    ['stop', 'stopped'],
  ] as const)
    it(`asks nobody where it was said before: ${onDoubt}`, async () => {
      const { result, doubts, verdicts } = await resume(bash, { onDoubt });
      assert.equal(result.status, status);
      assert.deepEqual([doubts, verdicts], [[], [`${onDoubt} option`]]);
    });

  it('counts the minutes that it was at work, and those alone', async () => {
    const bodies = [started, turn(1)];
    const over = await resume(bodies, { eventMs: 11 * minute });
    assert.deepEqual([over.result.status, over.requests.length], ['limit', 0]);
    assert.equal((await resume(bodies, { eventMs: 9 * minute })).result.status, 'done');
    const raised = await resume(bodies, { eventMs: 11 * minute, limits: { minutes: 12 } });
    assert.equal(raised.result.status, 'done');
  });
});
