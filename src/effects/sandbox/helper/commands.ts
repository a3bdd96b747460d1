import { setTimeout as wait } from 'node:timers/promises';
import { listAll, treeOf } from './processes.ts';

const graceMs = 400;
const pollMs = 20;
/** Programs around a command, which must outlive it to tell of its end. */
const ours = /^(bwrap|apply-seccomp)$/;

/**
 * Ends the command whose outermost process this is: its own first process is killed, and the kernel ends all the others
 * with it before its parent hears of it. `gently` gives them a moment to end by themselves.
 */
export async function killCommand(pid: number, gently: boolean, ended: () => boolean): Promise<void> {
  if (gently) {
    for (const facts of treeOf(pid, listAll())) if (!ours.test(facts.name)) signal(facts.pid, 'SIGTERM');
    const until = performance.now() + graceMs;
    while (!ended() && performance.now() < until) await wait(pollMs);
  }
  for (let round = 0; !ended(); round += 1) {
    const [outermost, first] = treeOf(pid, listAll());
    if (first !== undefined) signal(first.pid, 'SIGKILL');
    // In its first moment it has no child yet; one that never gets any is killed itself.
    else if (outermost !== undefined && round > 10) signal(outermost.pid, 'SIGKILL');
    await wait(pollMs);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
