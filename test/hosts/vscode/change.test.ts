import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../../src/agent/run.ts';
import { changeOf } from '../../../src/hosts/vscode/change.ts';
import { createBlobs } from '../../../src/journal/blobs.ts';
import { openHome } from '../../../src/journal/home.ts';
import { Command } from '../../../src/protocol/command.ts';
import type { Effect } from '../../../src/protocol/effect.ts';
import type { EventBody, RunEvent } from '../../../src/protocol/event.ts';
import { unifiedPatch } from '../../../src/tools/patch.ts';

const zeros = '0'.repeat(64);

describe('all of a change, for the panel', () => {
  let base = '';
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'gatehouse-change-'));
  });
  afterEach(() => rmSync(base, { recursive: true }));

  function runOf(value: Effect): Run {
    const bodies: EventBody[] = [
      {
        kind: 'run.started',
        run: 'r',
        gatehouse: '0',
        workspace: '/w',
        prompt: 'x',
        mode: 'ask',
        model: 'm',
        scripted: true,
        limits: {},
        systemDigest: zeros,
      },
      { kind: 'effect.proposed', effect: 'e1', call: 'c1', tool: 'Edit', value, digest: zeros },
      { kind: 'question.asked', question: 'q1', effect: 'e1' },
    ];
    const events: RunEvent[] = bodies.map((body, seq) => ({ v: 1, seq, at: 0, prev: zeros, hash: zeros, ...body }));
    return {
      id: 'r',
      earlier: 0,
      events: () => events,
      send: () => 'late',
      observe: () => () => undefined,
      processes: () => [],
      processEnded: () => undefined,
      result: new Promise(() => undefined),
    };
  }

  it('is made of the bytes that the question is about', async () => {
    const env = { GATEHOUSE_HOME: join(base, 'state') };
    const blobs = createBlobs(await openHome({ env }));
    const lines = (word: string): string => Array.from({ length: 20_000 }, (_, at) => `l${at} ${word}\n`).join('');
    const [before, after] = [lines('foo'), lines('evil')];
    const put = (text: string) => blobs.put(new TextEncoder().encode(text));
    const made = unifiedPatch('a.ts', before, after);
    const run = runOf({ kind: 'edit', path: '/w/a.ts', base: await put(before), next: await put(after), ...made });
    assert.doesNotMatch(made.patch, /evil/);
    const change = await changeOf(run.events(), 'q1', env);
    assert.equal(change?.match(/^\+l\d+ evil$/gm)?.length, 20_000);
    assert.equal(await changeOf(run.events(), 'q2', env), null);
  });

  it('is none where the question is about something else', async () => {
    const run = runOf({ kind: 'exec', command: 'x', cwd: '/w', timeoutMs: 1, background: false });
    assert.equal(await changeOf(run.events(), 'q1', {}), null);
  });
});

describe('what a person says', () => {
  it('is something, without the blanks around it', () => {
    for (const text of ['', ' ', ' \n'])
      for (const command of [
        { type: 'say', text },
        { type: 'start', prompt: text },
      ])
        assert.equal(Command.safeParse(command).success, false);
    assert.deepEqual(Command.parse({ type: 'say', text: ' go on\n' }), { type: 'say', text: 'go on' });
  });
});
