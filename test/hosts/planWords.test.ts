import assert from 'node:assert/strict';
import { historyCommands } from '../../src/hosts/planWords.ts';
import type { EventBody, RunEvent } from '../../src/protocol/event.ts';

const digest = 'b'.repeat(64);

function events(bodies: readonly EventBody[]): RunEvent[] {
  return bodies.map((body, seq) => ({ v: 1, prev: digest, hash: digest, ...body, seq, at: 1000 + seq }));
}

function command(effect: string, text: string, violated: string | null): EventBody[] {
  const value = { kind: 'exec', command: text, cwd: '/w', timeoutMs: 1, background: false } as const;
  const outcome = { kind: 'exec', exitCode: 0, signal: null, timedOut: false, stopped: false } as const;
  const more = { durationMs: 1, outputBytes: 0, survivors: [], background: null };
  const bodies: EventBody[] = [
    { kind: 'effect.proposed', effect, call: 'c', tool: 'Bash', value, digest },
    { kind: 'effect.done', effect, outcome: { ...outcome, ...more }, durationMs: 1 },
  ];
  if (violated !== null)
    bodies.push({ kind: 'effect.violated', effect, violations: [{ type: 'restored', path: violated }] });
  return bodies;
}

describe('the commands whose commits stay', () => {
  it('are those that changed what git keeps, unless that was put back', () => {
    const run = events([
      ...command('1', 'git commit -qm one', null),
      ...command('2', 'git init -q made && git -C made commit -qm two', '/w/made/.git'),
      ...command('3', 'git commit -qm three', '/w/.envrc'),
      ...command('4', 'echo four', null),
    ]);
    assert.deepEqual(historyCommands(run, 0), ['git commit -qm one', 'git commit -qm three']);
    assert.deepEqual(historyCommands(run, 2), ['git commit -qm three']);
  });
});
