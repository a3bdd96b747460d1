import { z } from 'zod';
import type { Outcome } from '../effects/outcome.ts';
import type { Effects } from '../effects/run.ts';
import type { Bounds } from '../gate/bounds.ts';
import { digestOf } from '../gate/digest.ts';
import type { Gate } from '../gate/gate.ts';
import { canBeWidened } from '../gate/observed.ts';
import type { Permit } from '../gate/permit.ts';
import type { Clock } from '../ports/clock.ts';
import type { Masker } from '../ports/masker.ts';
import type { Revise } from '../ports/reviser.ts';
import type { Violation } from '../protocol/containment.ts';
import type { Effect } from '../protocol/effect.ts';
import { asFailure, type Failure, failures, GatehouseError } from '../protocol/failure.ts';
import type { ToolUseBlock } from '../protocol/message.ts';
import type { PreparedCall } from '../tools/table.ts';
import { framed } from './framing.ts';
import type { Holding } from './holding.ts';
import type { Learn } from './learning.ts';
import { heldIn } from './masking.ts';
import { recordOf } from './record.ts';
import type { Recorder } from './recorder.ts';
import { withRevision } from './revisionWords.ts';
import { strayNote, takeBackFor } from './strays.ts';
import type { Tainting } from './taint.ts';

export interface CallDeps {
  recorder: Recorder;
  gate: Gate;
  /** What the run is kept to; without it, to nothing. */
  bounds?(): Bounds;
  holding: Holding;
  tainting: Tainting;
  effects: Effects;
  masker: Masker;
  clock: Clock;
  prepare(name: string, input: unknown): Promise<PreparedCall>;
  revise: Revise;
  sayFailure(failure: Failure): string;
  lineMasker(onText: (text: string) => void): { write(text: string): void; end(): void };
  newId(): string;
  learn: Learn;
  /** One effect at a time is done, however many are asked about. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Why an effect may not be, before it is proposed: it would cross a limit. */
  mayChange?(value: Effect, signal: AbortSignal): Promise<Failure | null>;
  /** The same without a question; false where it has to be asked about first. */
  fits?(value: Effect): boolean;
}

type Prepared = { type: 'prepared'; call: PreparedCall } | { type: 'immediate'; failure: Failure };
interface Finished {
  text: string;
  isError: boolean;
  halt: boolean;
  /** The person's own words are in it, and they may give orders. */
  byPerson?: boolean;
  from?: { effect: string; value: Effect; outcome: Outcome | null };
}

/**
 * One tool call from the model's arguments to the text that it reads: prepare, execute, finalize. Each step is written
 * down before the next one acts on it. Rejects only where that, or the workspace's state, cannot be kept: then nothing
 * more may be done. Everything else is a result, of which `halt` says that a rule of the policy ends the run.
 */
export async function performCall(block: ToolUseBlock, deps: CallDeps, signal: AbortSignal): Promise<'done' | 'halt'> {
  const prepared = await prepare(block, deps, signal);
  const finished =
    prepared.type === 'immediate'
      ? { text: deps.sayFailure(prepared.failure), isError: true, halt: false }
      : await execute(block, prepared.call, deps, signal);
  await finalize(block, await withinBounds(block, finished, deps, signal), deps);
  return finished.halt ? 'halt' : 'done';
}

/** What a command changed outside of the run's bounds is taken back before anything else happens. */
async function withinBounds(
  block: ToolUseBlock,
  finished: Finished,
  deps: CallDeps,
  signal: AbortSignal,
): Promise<Finished> {
  const { from } = finished;
  if (deps.bounds === undefined || from?.value.kind !== 'exec') return finished;
  const back = takeBackFor(from.effect, block.id, deps.recorder.events(), deps.bounds());
  if (back === null) return finished;
  const { outcome } = await performOwn(back.block, deps, signal);
  return { ...finished, text: `${finished.text}\n\n${strayNote(back.paths, outcome !== null)}` };
}

/** Gives a call that will not run the result that the API wants for it. */
export async function skipCall(block: ToolUseBlock, failure: Failure, deps: CallDeps): Promise<'done'> {
  await finalize(block, { text: deps.sayFailure(failure), isError: true, halt: false }, deps);
  return 'done';
}

/** Gives a call the result that is known of it without doing anything. */
export async function answerCall(
  block: ToolUseBlock,
  text: string,
  isError: boolean,
  deps: CallDeps,
  byPerson = false,
): Promise<void> {
  await finalize(block, { text, isError, halt: false, byPerson }, deps);
}

/**
 * The same way for a call of our own, which the model is given no result for. Resolves with the text that it may be told
 * of it, and the outcome; null where there is none, since it was refused or failed.
 */
export async function performOwn(
  block: ToolUseBlock,
  deps: CallDeps,
  signal: AbortSignal,
): Promise<{ text: string; outcome: Outcome | null }> {
  const prepared = await prepare(block, deps, signal);
  if (prepared.type === 'immediate') return { text: deps.sayFailure(prepared.failure), outcome: null };
  const finished = await execute(block, prepared.call, deps, signal);
  const text = finished.byPerson === true ? finished.text : await received(block, finished, deps);
  return { text, outcome: finished.from?.outcome ?? null };
}

async function prepare(block: ToolUseBlock, deps: CallDeps, signal: AbortSignal): Promise<Prepared> {
  if (signal.aborted) return { type: 'immediate', failure: failures.stopped({}) };
  try {
    const call = await deps.prepare(block.name, block.input);
    // The journal must hold the very effect that runs, so one that carries a secret of the person cannot be. What the
    // model made up by itself, such as a password for a test database, is no such secret and stands as it is.
    const placeholder = heldIn(call.effect, deps.masker);
    if (placeholder !== null) return { type: 'immediate', failure: failures.secretInCommand({ placeholder }) };
    return { type: 'prepared', call };
  } catch (error) {
    return { type: 'immediate', failure: asFailure(error) };
  }
}

async function execute(
  block: ToolUseBlock,
  call: PreparedCall,
  deps: CallDeps,
  signal: AbortSignal,
): Promise<Finished> {
  const value: Effect = call.effect;
  const held = await canBeHeld(value, deps);
  if (held !== null) return { text: deps.sayFailure(held), isError: true, halt: false };
  const crossed = (await deps.mayChange?.(value, signal)) ?? null;
  if (crossed !== null) return { text: deps.sayFailure(crossed), isError: true, halt: false };
  const effect = deps.newId();
  const digest = digestOf(value);
  const proposal = { kind: 'effect.proposed', effect, call: block.id, tool: block.name } as const;
  await deps.recorder.append({ ...proposal, value, digest });
  let told = call;
  const revise: Revise = async (edit, amended) => {
    const revision = await deps.revise(edit, amended);
    if (!('bytes' in revision)) return revision;
    const { bytes, revised } = revision;
    const now: Effect = { ...edit, ...bytes };
    await deps.recorder.append({ ...proposal, value: now, digest: digestOf(now), revised });
    told = { ...call, present: outcome => withRevision(call.present(outcome), revised) };
    return revision;
  };
  let admission = await deps.gate.admit(effect, value, signal, revise);
  for (;;) {
    if (admission.type === 'refused') return refused(effect, admission, deps);
    const { permit } = admission;
    const made = { ...told, effect: admission.value };
    const attempt = await deps.inTurn(() =>
      attemptOnce({ effect, call: made, asked: askedPath(block.input) }, permit, deps, signal),
    );
    if (attempt === 'full') {
      // However long the person takes for it, no permit and no state before the effect waits for them.
      const full = (await deps.mayChange?.(made.effect, signal)) ?? null;
      if (full !== null) return { text: deps.sayFailure(full), isError: true, halt: false };
      admission = await deps.gate.renew(effect, admission, signal);
      continue;
    }
    if (!canBeWidened(attempt.violations) || signal.aborted) return attempt.finished;
    // What it tried beyond its permit is asked about by name. A no leaves what it did within it.
    const wider = await deps.gate.widen(effect, value, permit.terms, attempt.violations, signal);
    if (wider.type === 'refused') {
      const { text } = refused(effect, wider, deps);
      const told = await received(block, attempt.finished, deps);
      return { text: `${told}\n\n${text}`, isError: attempt.finished.isError, halt: wider.halt, byPerson: true };
    }
    admission = wider;
  }
}

interface Attempt {
  finished: Finished;
  violations: readonly Violation[];
}

/** One run of the effect under one permit, written down before and after. `full`: it did not begin, at a limit. */
async function attemptOnce(
  { effect, call, asked }: { effect: string; call: PreparedCall; asked: string },
  permit: Permit,
  deps: CallDeps,
  signal: AbortSignal,
): Promise<Attempt | 'full'> {
  await deps.holding.before(effect, call.effect, permit.terms);
  // What was done meanwhile counts too, by others of this turn or by a process in the background.
  if (deps.fits?.(call.effect) === false) {
    deps.holding.drop(effect);
    return 'full';
  }
  await deps.recorder.append({ kind: 'effect.intended', effect, digest: permit.digest });
  await deps.tainting.settle();
  const output = deps.lineMasker(text => deps.recorder.emit({ type: 'output', effect, text }));
  const since = deps.clock.now();
  const elapsed = (): number => Math.max(0, Math.round(deps.clock.now() - since));
  let outcome: Outcome;
  try {
    outcome = await deps.effects.run(permit, { signal, onOutput: text => output.write(text) });
    output.end();
    await deps.learn(call.effect, outcome, asked);
    await deps.recorder.append({ kind: 'effect.done', effect, outcome: recordOf(outcome), durationMs: elapsed() });
  } catch (error) {
    if (error instanceof GatehouseError && error.failure.code === 'journal.unwritable') throw error;
    output.end();
    const failure = asFailure(error);
    await deps.recorder.append({ kind: 'effect.failed', effect, failure, durationMs: elapsed() });
    const made = await deps.holding.after(effect, call.effect, null);
    const text = withCheckpoint(deps.sayFailure(failure), made);
    await deps.tainting.settle();
    const from = { effect, value: call.effect, outcome: null };
    return { finished: { text, isError: true, halt: false, from }, violations: [] };
  }
  const made = await deps.holding.after(effect, call.effect, outcome);
  await deps.tainting.settle();
  const violations = outcome.kind === 'exec' ? outcome.violations : [];
  if (violations.length > 0) await deps.recorder.append({ kind: 'effect.violated', effect, violations });
  const text = withCheckpoint(call.present(outcome), made);
  const from = { effect, value: call.effect, outcome };
  return { finished: { text, isError: false, halt: false, from }, violations };
}

/** The model goes back to a checkpoint by its number, so it is told of each. */
export function withCheckpoint(text: string, checkpoint: number | null): string {
  return checkpoint === null ? text : `${text}\n[checkpoint ${checkpoint}]`;
}

/** Without git nothing can be held: the model is told. Any other failure to hold the state ends the run. */
async function canBeHeld(value: Effect, deps: CallDeps): Promise<Failure | null> {
  try {
    await deps.holding.ready(value);
    return null;
  } catch (error) {
    if (error instanceof GatehouseError && error.failure.code === 'checkpoint.gitMissing') return error.failure;
    throw error;
  }
}

function refused(effect: string, { failure, halt }: { failure: Failure; halt: boolean }, deps: CallDeps): Finished {
  // By who decided, not by the rule's name: a repository's policy may call a rule what it likes.
  const last = deps.recorder.events().findLast(event => event.kind === 'effect.decided' && event.effect === effect);
  const byPerson = last?.kind === 'effect.decided' && last.decision.by.type === 'person';
  return { text: deps.sayFailure(failure), isError: true, halt, byPerson };
}

async function finalize(block: ToolUseBlock, finished: Finished, deps: CallDeps): Promise<void> {
  const { isError } = finished;
  const text = finished.byPerson === true ? finished.text : await received(block, finished, deps);
  await deps.recorder.append({ kind: 'tool.answered', call: block.id, tool: block.name, text, isError, masked: 0 });
}

/** The text as the model may be given it: one that reads like orders is written down as such first, and framed. */
async function received(block: ToolUseBlock, { text, from }: Finished, deps: CallDeps): Promise<string> {
  const { text: masked } = deps.masker.mask(text);
  const { effect = null, value = null, outcome = null } = from ?? {};
  const found = await deps.tainting.look({ text: masked, value, outcome, reads: readsOf(effect, deps) });
  if (found === null) return text;
  await deps.recorder.append({ kind: 'result.flagged', call: block.id, effect, ...found });
  return framed(text, found.source, found.marks);
}

/** What a command was found to read, by its text. */
function readsOf(effect: string | null, { recorder }: CallDeps): readonly string[] {
  if (effect === null) return [];
  const assessed = recorder.events().findLast(event => event.kind === 'effect.assessed' && event.effect === effect);
  return assessed?.kind === 'effect.assessed' ? assessed.assessment.footprint.reads : [];
}

const Asked = z.object({ file_path: z.string() });

/** The path as the model named it: a link's name says what its target's does not. */
function askedPath(input: unknown): string {
  return Asked.safeParse(input).data?.file_path ?? '';
}
