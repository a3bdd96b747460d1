import { isDeepStrictEqual } from 'node:util';
import type { Git, PlannedPush } from '../../ports/git.ts';
import type { PushEffect } from '../../protocol/effect.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import type { PushOutcome } from '../outcome.ts';
import type { GitHands } from './committing.ts';
import type { GitReader } from './neutral.ts';
import { type Push, push, readPush, transportOf } from './push.ts';

/** Reads pushes for tools: without addresses' secrets, and none to a path on this machine unless that is allowed. */
export function pushReader({ reader, allowFile }: Pick<GitHands, 'reader' | 'allowFile'>): Git {
  return {
    async readPush(command) {
      const what = await readCommand(command, reader);
      if (what === null || (transportOf(what.url) === 'file' && allowFile !== true)) return null;
      return planned(what);
    },
  };
}

/**
 * Makes the push that was permitted, outside the sandbox. It is read again from its command: where it would now go
 * elsewhere or carry other commits than was shown, nothing happens (`git.pushChanged`). Rejects with a `git.…` failure.
 */
export async function pushAsShown(
  effect: PushEffect,
  hands: GitHands | null,
  signal: AbortSignal,
): Promise<PushOutcome> {
  const { kind: _, command, cwd: _cwd, ...shown } = effect;
  const what = hands === null ? null : await readCommand(command, hands.reader);
  if (hands === null || what === null || !isDeepStrictEqual(planned(what), shown))
    throw new GatehouseError(failures.pushChanged({ remote: effect.remote }));
  const { reader, scratch, allowFile = false } = hands;
  const pushed = await push(what, { git: reader, scratch, allowFile, signal });
  if (pushed.type === 'pushed') return { kind: 'push', remote: effect.remote, shown: effect.shown, refs: pushed.refs };
  if (signal.aborted) throw new GatehouseError(failures.stopped({}));
  const { problem } = pushed;
  switch (pushed.because) {
    case 'git.pushAddress':
      throw new GatehouseError(failures.pushAddress({ address: effect.shown }));
    case 'git.borrowedObjects':
      throw new GatehouseError(failures.borrowedObjects({}));
    case 'git.pushRejected':
      throw new GatehouseError(failures.pushRejected({ address: effect.shown, problem }));
    case 'git.pushFailed':
      throw new GatehouseError(failures.pushFailed({ address: effect.shown, problem }));
  }
}

function planned({ remote, shown, refspecs, force, lease, setUpstream }: Push): PlannedPush {
  return { remote, shown, refspecs, force, lease, setUpstream };
}

/** Words that mean nothing to a shell, and at most one stream joined to the other at the end. */
const plainWords = /^[\w./@=+:,-]+(?: +[\w./@=+:,-]+)*$/;

async function readCommand(command: string, reader: GitReader): Promise<Push | null> {
  const text = command.trim().replace(/ +2>&1$/, '');
  return plainWords.test(text) ? readPush(text.split(/ +/), reader) : null;
}
