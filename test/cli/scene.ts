import type { Answer } from '../../src/protocol/command.ts';
import type { Verdict } from '../../src/protocol/decision.ts';
import type { Effect } from '../../src/protocol/effect.ts';
import type { OutcomeRecord } from '../../src/protocol/event.ts';
import { type EventBody, type Observation, parseEvent, type RunEvent } from '../../src/protocol/event.ts';

export const zeros = '0'.repeat(64);
export const root = '/home/ada/shop';

/** Builds what a client of a run would observe. Times are made up: one second passes with each turn. */
export class Scene {
  readonly observations: Observation[] = [];
  #seq = 0;
  #turn = 0;
  #effects = 0;

  event(body: EventBody): this {
    const envelope = { v: 1, seq: this.#seq++, at: 1_000 + this.#turn * 1_000, prev: zeros, hash: zeros };
    this.observations.push({ type: 'event', event: parseEvent({ ...envelope, ...body }) as RunEvent });
    return this;
  }

  start(fields: Partial<Extract<EventBody, { kind: 'run.started' }>> = {}): this {
    return this.event({
      kind: 'run.started',
      run: '20261120-042917-bw7f3kq2m9x4',
      gatehouse: '0.1.0',
      workspace: root,
      prompt: 'Make the failing test pass',
      mode: 'auto',
      model: 'rehearsal',
      scripted: true,
      limits: { turns: 40, minutes: 10 },
      systemDigest: zeros,
      ...fields,
    });
  }

  turn(): this {
    return this.event({ kind: 'turn.started', turn: ++this.#turn });
  }

  /** A model's answer: its text as it streams, cut anywhere, then the whole. */
  say(text: string, ...calls: { id: string; name: string; input: unknown }[]): this {
    for (const piece of text.match(/.{1,5}/gs) ?? [])
      this.observations.push({ type: 'live', live: { type: 'text', turn: this.#turn, text: piece } });
    return this.answered(text, ...calls);
  }

  answered(text: string, ...calls: { id: string; name: string; input: unknown }[]): this {
    return this.event({
      kind: 'model.answered',
      turn: this.#turn,
      model: 'rehearsal',
      content: [{ type: 'text', text }, ...calls.map(call => ({ type: 'tool_use', ...call }))],
      stopReason: 'tool_use',
      usage: { input: 10, output: 20, cacheRead: 1_000, cacheWrite: 100 },
      usd: 0,
      requestBytes: 1,
      repeatedBytes: 1,
      durationMs: 5,
    });
  }

  propose(tool: string, value: Effect, verdict: Verdict = 'allow', code = 'static.look'): this {
    const effect = `e${++this.#effects}`;
    this.event({ kind: 'effect.proposed', effect, call: `c${this.#effects}`, tool, value, digest: zeros });
    return this.event({
      kind: 'effect.decided',
      effect,
      decision: { verdict, by: { type: 'static' }, reasons: [{ code, args: {} }] },
    });
  }

  answer(answer: Answer): this {
    const effect = `e${this.#effects}`;
    this.event({ kind: 'question.asked', question: 'q', effect });
    this.event({ kind: 'question.answered', question: 'q', effect, answer });
    const reasons =
      answer.verdict === 'allow'
        ? [{ code: 'person.allowed', args: {} }]
        : [{ code: 'person.denied', args: answer.why === undefined ? {} : { why: answer.why } }];
    const by = { type: 'person', surface: 'terminal', afterMs: 5 } as const;
    return this.event({ kind: 'effect.decided', effect, decision: { verdict: answer.verdict, by, reasons } });
  }

  done(outcome: OutcomeRecord, ...output: string[]): this {
    const effect = `e${this.#effects}`;
    this.event({ kind: 'effect.intended', effect, digest: zeros });
    for (const text of output) this.observations.push({ type: 'live', live: { type: 'output', effect, text } });
    return this.event({ kind: 'effect.done', effect, outcome, durationMs: 5 });
  }

  fail(code: string, args: Record<string, string | number>): this {
    const effect = `e${this.#effects}`;
    this.event({ kind: 'effect.intended', effect, digest: zeros });
    return this.event({ kind: 'effect.failed', effect, failure: { code, audience: 'model', args }, durationMs: 5 });
  }

  end(body: Partial<Extract<EventBody, { kind: 'run.ended' }>> = {}): this {
    return this.event({ kind: 'run.ended', status: 'done', exitCode: 0, failure: null, survivors: [], ...body });
  }
}

const ref = { sha256: zeros, bytes: 1 };

export const read = (path: string): Effect => ({ kind: 'read', path: `${root}/${path}` });
export const exec = (command: string): Effect => ({
  kind: 'exec',
  command,
  cwd: root,
  timeoutMs: 120_000,
  background: false,
});
export const edit = (path: string, patch: string, added = 1, removed = 1): Effect => ({
  kind: 'edit',
  path: `${root}/${path}`,
  base: ref,
  next: ref,
  patch,
  added,
  removed,
});
export const wasRead = (path: string, lines: number): OutcomeRecord => ({
  kind: 'read',
  path: `${root}/${path}`,
  file: ref,
  lines,
});
export const wasEdited = (path: string): OutcomeRecord => ({ kind: 'edit', path: `${root}/${path}`, file: ref });
export const ended = (exitCode: number, durationMs = 1_234): OutcomeRecord => ({
  kind: 'exec',
  exitCode,
  signal: null,
  timedOut: false,
  stopped: false,
  durationMs,
  outputBytes: 1,
  survivors: [],
});
