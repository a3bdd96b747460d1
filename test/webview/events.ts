import type { Assessment } from '../../src/protocol/assessment.ts';
import type { EditEffect, ExecEffect } from '../../src/protocol/effect.ts';
import type { EventBody, Live, OutcomeRecord, RunEvent } from '../../src/protocol/event.ts';
import type { Told } from '../../src/protocol/panel.ts';

const zeros = '0'.repeat(64);
export const digest = 'a'.repeat(64);
export const workspace = '/home/ada/spell';
export const usage = { input: 1200, output: 80, cacheRead: 5000, cacheWrite: 300 };

/** Numbers events as a journal would, a second apart. */
export function createScript(): {
  event: (body: EventBody, ...said: string[]) => Told;
  live: (live: Live) => Told;
} {
  let seq = 0;
  return {
    event(body, ...said) {
      const event = { v: 1, seq, at: 1_760_000_000_000 + seq * 1000, prev: zeros, hash: zeros, ...body } as RunEvent;
      seq += 1;
      return { type: 'event', event, ...(said.length > 0 ? { said } : {}) };
    },
    live: live => ({ type: 'live', live }),
  };
}

export const started: EventBody = {
  kind: 'run.started',
  run: 'run-1',
  gatehouse: '0.1.0',
  workspace,
  prompt: 'The tests fail. Find out why, mend it, and run them again.',
  mode: 'ask',
  model: 'rehearsal',
  scripted: true,
  limits: { turns: 100 },
  systemDigest: digest,
};

export const harmless: Assessment = {
  tier: 'low',
  categories: [],
  findings: [],
  footprint: {
    reads: [],
    writes: [],
    deletes: [],
    hosts: [],
    unknownPaths: false,
    unknownHosts: false,
    reversible: true,
    secrets: false,
  },
  floor: 'none',
  understood: true,
  parts: [{ program: 'npm', text: 'npm test', from: null }],
};

export function answered(
  turn: number,
  ...content: Extract<EventBody, { kind: 'model.answered' }>['content']
): EventBody {
  return {
    kind: 'model.answered',
    turn,
    model: 'rehearsal',
    content,
    stopReason: 'tool_use',
    usage,
    usd: 0.0123,
    requestBytes: 20_000,
    repeatedBytes: 19_000,
    durationMs: 900,
  };
}

export function exec(command: string): ExecEffect {
  return { kind: 'exec', command, cwd: workspace, timeoutMs: 120_000, background: false };
}

export const execOutcome: Extract<OutcomeRecord, { kind: 'exec' }> = {
  kind: 'exec',
  exitCode: 0,
  signal: null,
  timedOut: false,
  stopped: false,
  durationMs: 840,
  outputBytes: 2000,
  survivors: [],
};

export function execDone(effect: string, exitCode: number): Extract<EventBody, { kind: 'effect.done' }> {
  return { kind: 'effect.done', effect, durationMs: 840, outcome: { ...execOutcome, exitCode } };
}

export const patch = [
  '--- a/src/format.js',
  '+++ b/src/format.js',
  '@@ -8,6 +8,7 @@',
  ' export function format(duration) {',
  '-  const days = Math.floor(duration / units.d);',
  '-  const hours = Math.floor((duration % units.d) / units.h);',
  '+  // Rounded before it is split, so that a rest that rounds up carries into every larger unit.',
  '+  const rounded = Math.round(duration / units.s) * units.s;',
  '+  const days = Math.floor(rounded / units.d);',
  '+  const hours = Math.floor((rounded % units.d) / units.h);',
  '   return join(days, hours);',
  ' }',
  '',
].join('\n');

export const edit: EditEffect = {
  kind: 'edit',
  path: `${workspace}/src/format.js`,
  base: { sha256: digest, bytes: 800 },
  next: { sha256: 'b'.repeat(64), bytes: 900 },
  patch,
  added: 4,
  removed: 2,
};
