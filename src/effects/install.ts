import { join } from 'node:path';
import type { Terms } from '../protocol/containment.ts';
import type { ExecEffect } from '../protocol/effect.ts';
import { type ExecContext, exec } from './exec.ts';
import type { ExecOutcome } from './outcome.ts';
import type { EffectIo } from './run.ts';
import { rebuildCommandFor } from './sandbox/rebuild.ts';

/**
 * A package installation in its two halves: packages are fetched with their scripts off, then the scripts run without
 * network under `workspace`. The second half runs only where the first came to a good end; the outcome tells of both.
 */
export async function install(
  effect: ExecEffect,
  context: ExecContext,
  io: EffectIo,
  terms: Terms,
): Promise<ExecOutcome> {
  const fetched = await exec(effect, context, io, terms);
  const command = rebuildCommandFor(effect.command);
  if (command === null || fetched.exitCode !== 0 || io.signal.aborted) return fetched;
  const rest: ExecEffect = { ...effect, command, timeoutMs: Math.max(1, effect.timeoutMs - fetched.durationMs) };
  // The packages' scripts finish what was installed, and change no more of what runs outside the sandbox.
  const writes = [...terms.writes, join(effect.cwd, 'node_modules')];
  const built = await exec(rest, context, io, { profile: 'workspace', hosts: [], writes });
  return {
    ...built,
    durationMs: fetched.durationMs + built.durationMs,
    output: `${fetched.output}\n$ ${command}\n${built.output}`,
    outputBytes: fetched.outputBytes + built.outputBytes,
    droppedBytes: fetched.droppedBytes + built.droppedBytes,
    violations: [...fetched.violations, ...built.violations],
  };
}
