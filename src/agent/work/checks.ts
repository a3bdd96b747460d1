import { randomBytes } from 'node:crypto';
import { workOf } from '../../journal/work.ts';
import type { AcceptanceResult, AcceptanceWhen } from '../../protocol/acceptance.ts';
import type { Mode } from '../../protocol/command.ts';
import type { ToolUseBlock } from '../../protocol/message.ts';
import { type CallDeps, performOwn } from '../call.ts';
import type { Figures } from './tests.ts';

/** As long as a check may take, in ms: the longest that a command of the agent may. */
const timeoutMs = 600_000;
/** Of a check that failed, so many characters of its output's end are told to the model. */
const toldOutput = 2_000;

export interface ChecksDeps {
  call: CallDeps;
  /** The mode that the person chose. In Plan nothing is run. */
  mode(): Mode;
  /** What a check that began at `since` (Unix ms) says of itself, by its output and the reports that it wrote. */
  read(output: string, since: number): Promise<Figures>;
  /** Whether the person gave this very command, or accepted it with a plan: then it is held as in Auto. */
  vouched(command: string): boolean;
  /** Runs `work` while effects are judged as in Auto. */
  asAuto<T>(work: () => Promise<T>): Promise<T>;
}

/** A check with what the model is told of it, masked and framed as any output is. */
export interface Checked {
  result: AcceptanceResult;
  told: string;
}

/** Runs commands that tell how things stand, as effects through the gate, and writes down what they came to. */
export interface Checks {
  /** One command; what comes of it is the caller's to write down. null in Plan, where it is not run. */
  run(command: string, signal: AbortSignal): Promise<Checked | null>;
  /**
   * The commands that measure the run, those of a plan once it is accepted, and those of the baseline only where they were
   * not run before; what was run just now (`fresh`) is not run again.
   */
  acceptance(when: AcceptanceWhen, signal: AbortSignal, fresh?: readonly Checked[]): Promise<Checked[]>;
}

export function createChecks(deps: ChecksDeps): Checks {
  const { recorder } = deps.call;

  async function run(command: string, signal: AbortSignal): Promise<Checked | null> {
    if (deps.mode() === 'plan') return null;
    const perform = (): Promise<Checked> => runOne(command, deps, signal);
    return deps.vouched(command) ? deps.asAuto(perform) : perform();
  }

  return {
    run,
    async acceptance(when, signal, fresh = []) {
      const { due, baseline } = workOf(recorder.events());
      const known = when === 'baseline' ? (baseline ?? []).map(({ command }) => command) : [];
      const checked: Checked[] = [];
      for (const command of due) {
        if (known.includes(command) || signal.aborted) continue;
        const again = fresh.find(({ result }) => result.command === command);
        const now = again ?? (await run(command, signal));
        if (now !== null) checked.push(now);
      }
      if (checked.length > 0 && !signal.aborted)
        await recorder.append({ kind: 'acceptance.checked', when, results: checked.map(({ result }) => result) });
      return checked;
    },
  };
}

async function runOne(command: string, deps: ChecksDeps, signal: AbortSignal): Promise<Checked> {
  const block: ToolUseBlock = {
    type: 'tool_use',
    id: `check-${randomBytes(12).toString('hex')}`,
    name: 'Bash',
    input: { command, timeout: timeoutMs },
  };
  const since = deps.call.clock.now();
  const { text, outcome } = await performOwn(block, deps.call, signal);
  if (outcome?.kind !== 'exec') {
    const result: AcceptanceResult = { command, exitCode: null, passed: false, refused: true };
    return { result, told: `${command}: not run. ${text}` };
  }
  const { exitCode } = outcome;
  const result: AcceptanceResult = {
    command,
    exitCode,
    passed: exitCode === 0,
    ...(await deps.read(outcome.output, since).catch(() => ({}))),
  };
  if (result.passed) return { result, told: `${command}: passes.` };
  const end = text.length > toldOutput ? `…${text.slice(-toldOutput)}` : text;
  return { result, told: `${command}: fails${exitCode === null ? '' : ` (exit code ${exitCode})`}.\n${end}` };
}
