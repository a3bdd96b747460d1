import type { OutcomeRecord } from '../protocol/event.ts';

/** Said by us, not by the person, where part of the conversation was taken back. */
export const rewoundNote =
  'The person took the conversation back to this point: what was said and done after it is not shown. Files may have been taken back too, so read them again before you rely on them.';

/** The result of a call that was taken back before it had one. */
export const rewoundCall = 'The person took the run back to before this was done.';

/** Said by us when a run goes on. `processes` are the commands of background processes that were alive before. */
export function resumedNote(processes: readonly string[]): string {
  const ended =
    processes.length === 0
      ? ''
      : ` These background commands have ended; start again what is still needed: ${processes.map(each => `\`${each}\``).join(', ')}.`;
  return `The run was interrupted and goes on now. Files may have changed meanwhile: read them again where it matters.${ended}`;
}

const notAgain = 'It was not done again.';

/** The result of an effect that was done and whose own result was lost, from what is written down of it. */
export function lostResult(outcome: OutcomeRecord): string {
  switch (outcome.kind) {
    case 'exec': {
      if (outcome.process !== undefined)
        return 'It was started in the background, and ended when the run was interrupted. Start it again if it is still needed.';
      const seconds = (outcome.durationMs / 1000).toFixed(1);
      const end = outcome.timedOut
        ? `It was ended at its timeout after ${seconds} s.`
        : outcome.signal !== null
          ? `It was ended by ${outcome.signal} after ${seconds} s.`
          : `It ended with exit code ${outcome.exitCode ?? 'unknown'} after ${seconds} s.`;
      return `${end} Its output was lost when the run was interrupted. ${notAgain}`;
    }
    case 'push':
      return `It was pushed: ${outcome.refs.map(({ ref, change }) => `${ref} (${change})`).join(', ')}. ${notAgain}`;
    case 'restore':
      return `It was restored: ${outcome.files} files. This is checkpoint ${outcome.checkpoint}. ${notAgain}`;
    case 'read':
    case 'search':
    case 'fetch':
    case 'edit':
    case 'diagnostics':
      return 'It was done; its result was lost when the run was interrupted.';
  }
}

/** The result of an effect that was cut off and is left as it is. `changed` are paths; null where nothing is held. */
export function skippedResult(changed: readonly string[] | null): string {
  const what =
    changed === null
      ? 'What it changed is not known.'
      : changed.length === 0
        ? 'No file of the workspace had changed.'
        : `Changed since it began: ${listed(changed)}.`;
  return `The run was interrupted while this was being done, so its outcome is unknown and its output was lost. ${what} The person decided not to do it again. Look at what is there before you go on.`;
}

const maxListed = 30;

function listed(paths: readonly string[]): string {
  const more = paths.length > maxListed ? ` and ${paths.length - maxListed} more` : '';
  return paths.slice(0, maxListed).join(', ') + more;
}
