import { randomBytes } from 'node:crypto';
import type { RunDeps, Stage } from '../agent/conduct.ts';
import { runOwnCommand } from '../agent/ownCommand.ts';
import type { Isolated } from './isolation.ts';
import type { IsolationSettings } from './isolationSettings.ts';

/** For a command that installs what a whole project needs. */
const setupTimeoutMs = 15 * 60 * 1000;

/**
 * Begins a run in its worktree: writes down what that is, and runs the person's set-up command there. Resolves with what
 * the model has to know of it.
 */
export async function beginIsolated(
  isolated: Isolated,
  { setup }: IsolationSettings,
  deps: RunDeps,
  { recorder, signal }: Pick<Stage, 'recorder' | 'signal'>,
): Promise<string> {
  const { isolation, prepared, root } = isolated;
  await recorder.append(prepared);
  const words = [
    `This is a git worktree of ${isolation.original} on the branch ${isolation.branch}, made for this task. Work here and not there; stay on this branch. What you change is committed to it at the end.`,
  ];
  const missing = prepared.notCopied.map(({ path }) => path);
  if (prepared.copied.length > 0) words.push(`Copied into it: ${prepared.copied.map(({ path }) => path).join(', ')}.`);
  if (missing.length > 0) words.push(`Not copied into it: ${missing.join(', ')}.`);
  if (prepared.submodules > 0) words.push('The folders of its submodules are empty.');
  if (prepared.lfs) words.push('Large files (LFS) are their pointers.');
  if (setup === null) return words.join('\n');
  const effect = { kind: 'exec', command: setup, cwd: root, timeoutMs: setupTimeoutMs, background: false } as const;
  const gate = {
    assess: deps.assess,
    policy: deps.policy,
    clock: deps.clock,
    root,
    containment: () => deps.containment(),
    newId: () => randomBytes(12).toString('hex'),
  };
  const own = {
    recorder,
    effects: deps.effects,
    gate,
    lineMasker: (onText: (text: string) => void) => deps.lineMasker(onText),
  };
  const came = await runOwnCommand(effect, own, signal);
  const end = 'code' in came ? `was not done (${came.code})` : `ended with exit code ${came.exitCode ?? 'unknown'}`;
  words.push(`The person's set-up command ${JSON.stringify(setup)} ${end}.`);
  return words.join('\n');
}
