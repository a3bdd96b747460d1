import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';
import type { Terms } from '../protocol/containment.ts';
import type { ExecEffect } from '../protocol/effect.ts';
import type { Survivor } from '../protocol/event.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { watchCpu } from './cpu.ts';
import type { CommandEnvironment } from './environment.ts';
import type { ExecOutcome } from './outcome.ts';
import { OutputKeeper } from './output.ts';
import type { Tree } from './processTree.ts';
import type { RefGuard } from './refGuard.ts';
import type { EffectIo } from './run.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { type Spawned, startShell } from './shell.ts';

export interface ExecContext {
  env: CommandEnvironment;
  clock: Clock;
  /** A folder of ours, outside the workspace. */
  outDir: string;
  /** The trees that are alive, for the host's last resort. */
  trees: Set<Tree>;
  /** Holds the commands whose terms name a profile; without it all of them run as they are. */
  sandbox: Sandbox | null;
  /** Watches over the repository's refs, where there is one. */
  refs: RefGuard | null;
}

/** After the shell's end, output may still be on its way: wait until it was silent for so long, and never longer than … */
const quietMs = 80;
const maxDrainMs = 1_000;

/**
 * Runs a command to its end, its time-out or the signal, and ends whatever it left behind. Rejects only where it was
 * not started; a stop or a time-out is an outcome.
 */
export async function exec(effect: ExecEffect, context: ExecContext, io: EffectIo, terms: Terms): Promise<ExecOutcome> {
  const startedAt = context.clock.now();
  const cpu = watchCpu();
  const shell = await startCommand(effect, context, terms, io.signal);
  context.trees.add(shell.tree);
  const output = collect(shell, io);
  const ended = await firstEnd(shell, effect.timeoutMs, io.signal);
  if (ended === 'exited') await output.drain();
  const survivors = await shell.tree.end();
  await output.drain();
  const kept = output.finish();
  const violations = survivors.length === 0 ? await shell.settled : [];
  if (survivors.length === 0) context.trees.delete(shell.tree);
  return {
    kind: 'exec',
    ...(await exitUnlessSurvived(shell, survivors)),
    timedOut: ended === 'timedOut',
    stopped: ended === 'stopped',
    durationMs: Math.max(0, Math.round(context.clock.now() - startedAt)),
    // A sandbox has its own process to take it over.
    cpuMs: shell.cpuMs === undefined ? cpu() : shell.cpuMs(),
    output: kept.text,
    outputBytes: kept.bytes,
    droppedBytes: kept.dropped,
    survivors,
    violations,
    background: null,
  };
}

/** Starts the command where its terms say. Terms with a profile are never let go without the sandbox. */
export function startCommand(
  { command, cwd, background }: ExecEffect,
  { env, outDir, sandbox, refs }: ExecContext,
  terms: Terms,
  signal: AbortSignal,
): Promise<Spawned> {
  if (terms.profile === 'uncontained') return startShell(command, cwd, env, outDir, signal);
  if (sandbox === null) return Promise.reject(new GatehouseError(failures.sandboxUnavailable({ why: 'notOpened' })));
  const start = () => sandbox.start({ command, cwd, env, terms, background }, signal);
  return refs === null ? start() : refs.hold(terms, start);
}

type End = 'exited' | 'timedOut' | 'stopped';

function firstEnd(shell: Spawned, timeoutMs: number, signal: AbortSignal): Promise<End> {
  return new Promise(resolve => {
    const settle = (end: End) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(end);
    };
    const stop = () => settle('stopped');
    const timer = setTimeout(() => settle('timedOut'), timeoutMs);
    void shell.exited.then(() => settle('exited'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

async function exitUnlessSurvived(shell: Spawned, survivors: readonly Survivor[]) {
  if (survivors.some(({ pid }) => pid === shell.pid)) return { exitCode: null, signal: null };
  return shell.exited;
}

function collect(shell: Spawned, io: EffectIo) {
  const keeper = new OutputKeeper(text => io.onOutput(text));
  let lastByteAt = 0;
  const closed = Promise.all(
    shell.output.map(stream => {
      stream.on('data', (chunk: Buffer) => {
        lastByteAt = performance.now();
        keeper.push(chunk);
      });
      stream.on('error', () => undefined);
      return new Promise<void>(resolve => {
        stream.once('close', () => resolve());
      });
    }),
  );
  return {
    /** Resolves at the end of the output, or when it has been silent for a moment, as with a pipe that a stranger holds. */
    drain: async () => {
      const from = performance.now();
      lastByteAt = from;
      const isQuiet = () => performance.now() - lastByteAt >= quietMs || performance.now() - from >= maxDrainMs;
      const ended = closed.then(() => true);
      while (!(await Promise.race([ended, wait(quietMs / 4, false)]))) if (isQuiet()) return;
    },
    finish: () => {
      for (const stream of shell.output) stream.destroy();
      return keeper.finish();
    },
  };
}
