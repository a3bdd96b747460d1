import { errnoOf } from '../effects/errno.ts';
import { GitProblem, probeWriting, removeDrafts } from '../effects/snapshots/gitStore.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';

const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** As much as a snapshot may well need at once: with less than this left, a git that failed has run out of room. */
const probeBytes = 16 * 1024 * 1024;

/**
 * Why a store did not do its work, as a failure: `checkpoint.full` where nothing more can be written there, else
 * `checkpoint.failed` with the system's code or git's first line. Other failures and the signal's reason stay as they are.
 */
export async function explain(store: string, error: unknown): Promise<unknown> {
  if (error instanceof GatehouseError || isAbort(error)) return error;
  const code = errnoOf(error) ?? (error instanceof GitProblem ? await probeWriting(store, probeBytes) : null);
  if (code !== null && noRoom.has(code)) {
    await removeDrafts(store);
    return new GatehouseError(failures.checkpointFull({ path: store }), error);
  }
  const problem = error instanceof GitProblem ? (code ?? error.first) : (code ?? String(error));
  return new GatehouseError(failures.checkpointFailed({ problem }), error);
}

/** Whether another look may go better: git failed, and not for want of a place to write. */
export async function isRetryable(store: string, error: unknown): Promise<boolean> {
  return error instanceof GitProblem && (await probeWriting(store, probeBytes)) === null;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
