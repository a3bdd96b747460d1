import type { ExecOutcome } from '../effects/outcome.ts';
import type { Effects } from '../effects/run.ts';
import { digestOf } from '../gate/digest.ts';
import { createGate, type GateDeps } from '../gate/gate.ts';
import type { ExecEffect } from '../protocol/effect.ts';
import type { EventBody } from '../protocol/event.ts';
import { asFailure, type Failure, GatehouseError } from '../protocol/failure.ts';
import { recordOf } from './record.ts';
import type { Recorder } from './recorder.ts';

export interface OwnCommandDeps {
  recorder: Recorder;
  effects: Effects;
  /** What the run's own gate judges by. */
  gate: Omit<GateDeps, 'journal' | 'approver' | 'mode' | 'grants'>;
  lineMasker(onText: (text: string) => void): { write(text: string): void; end(): void };
}

/**
 * Runs a command that the person wrote into their own settings, through the gate: what it would ask, the setting has
 * answered, and what nobody may do is refused all the same. It is written down as every effect is; the model is not told.
 * Resolves with its outcome, or why there is none. Rejects only as the journal does.
 */
export async function runOwnCommand(
  value: ExecEffect,
  deps: OwnCommandDeps,
  signal: AbortSignal,
): Promise<ExecOutcome | Failure> {
  const { recorder, effects, gate } = deps;
  const effect = gate.newId();
  const digest = digestOf(value);
  const proposed = await recorder.append({
    kind: 'effect.proposed',
    effect,
    call: effect,
    tool: 'Bash',
    value,
    digest,
  });
  const door = createGate({
    ...gate,
    // Nobody is asked, so there is no question to show or to count.
    journal: { append: async body => (isQuestion(body) ? proposed : recorder.append(body)) },
    approver: { ask: async () => ({ answer: { verdict: 'allow' }, surface: 'setting' }) },
    mode: () => 'ask',
  });
  const admission = await door.admit(effect, value, signal);
  if (admission.type === 'refused') return admission.failure;
  await recorder.append({ kind: 'effect.intended', effect, digest: admission.permit.digest });
  const output = deps.lineMasker(text => recorder.emit({ type: 'output', effect, text }));
  const since = gate.clock.now();
  const elapsed = (): number => Math.max(0, Math.round(gate.clock.now() - since));
  try {
    const outcome = await effects.run(admission.permit, { signal, onOutput: text => output.write(text) });
    output.end();
    await recorder.append({ kind: 'effect.done', effect, outcome: recordOf(outcome), durationMs: elapsed() });
    const { violations } = outcome;
    if (violations.length > 0) await recorder.append({ kind: 'effect.violated', effect, violations });
    return outcome;
  } catch (error) {
    if (error instanceof GatehouseError && error.failure.code === 'journal.unwritable') throw error;
    output.end();
    const failure = asFailure(error);
    await recorder.append({ kind: 'effect.failed', effect, failure, durationMs: elapsed() });
    return failure;
  }
}

function isQuestion({ kind }: EventBody): boolean {
  return kind === 'question.asked' || kind === 'question.answered';
}
