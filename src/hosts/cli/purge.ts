import { asFailure } from '../../protocol/failure.ts';
import { lookAtPurge, type Purge, purgeRun } from '../housekeeping/purging.ts';
import type { RestoringSetup } from '../restoring.ts';
import { usageError } from './args.ts';
import { defineCommand } from './command.ts';
import { confirm } from './confirm.ts';
import { counted, sized } from './describe.ts';
import { leftWords } from './gc.ts';
import { type Io, printJson, printLine } from './io.ts';
import { mendRun } from './mending.ts';
import { visible } from './plain.ts';
import { runHere, runHereAbout } from './runHere.ts';
import { homeOf } from './state.ts';

export const purge = defineCommand(
  {
    name: 'purge',
    summary: 'delete all that is kept of a run, for good',
    positionals: [{ name: 'RUN', about: runHereAbout, required: true }],
    options: {
      yes: { kind: 'flag', about: 'do it without asking' },
      output: { kind: 'choice', choices: ['text', 'json'], about: 'text, or one JSON object (default: text)' },
    },
    notes: [
      'Journal, anchor, checkpoints, and the contents that no other run names are deleted. Afterwards the run cannot be\n' +
        'listed, reported, verified or undone. The files of the workspace stay as they are.',
      'The exit code is 0 when it was done, 1 when it was not, 2 when --yes is missing where nobody can be asked.',
    ],
  },
  async ({ positionals: [wanted = ''], options }, io) => {
    const home = await homeOf(io.env);
    const run = await runHere(home, wanted, io);
    const found = await lookAtPurge(home, run);
    if (found.worktree?.state === 'open')
      throw usageError(
        `Its worktree is still there: ${found.worktree.path}. First merge, keep or discard it: \`gatehouse worktree ${run}\``,
      );
    if (!options.yes) {
      tell('Would delete', found, io);
      if (!(await confirm('Delete all of this for good?', io))) {
        printLine(io.stderr, 'Nothing was changed.');
        return 1;
      }
    }
    await mendFirst({ home, run, env: io.env, version: io.version }, io);
    const purged = await purgeRun(home, run, io.env);
    const { recordBytes, blobs, checkpointBytes } = purged;
    if (options.output === 'json') {
      printJson(io.stdout, { run, recordBytes, blobs, checkpointBytes });
      return 0;
    }
    tell('Deleted', purged, io);
    printLine(
      io.stdout,
      checkpointBytes === null
        ? `Its checkpoints are still there: ${purged.left === null ? 'there is no git on the PATH' : leftWords(purged.left)}. They go with the next \`gatehouse gc\`.`
        : `Its checkpoints: ${sized(checkpointBytes)}.`,
    );
    return 0;
  },
);

/**
 * Afterwards nobody could take back what a killed restore has done by half. Where the journal is refused, or the workspace
 * is gone, there is nothing that could be mended.
 */
async function mendFirst(setup: RestoringSetup, io: Io): Promise<void> {
  try {
    await mendRun(setup, io);
  } catch (error) {
    const { code } = asFailure(error);
    if (code.startsWith('journal.') && code !== 'journal.unwritable') return;
    if (code !== 'workspace.missing' && code !== 'isolation.over') throw error;
  }
}

function tell(verb: string, { run, recordBytes, blobs, worktree }: Purge, io: Io): void {
  const contents = `${counted(blobs.files, 'content')} that no other run names (${sized(blobs.bytes)})`;
  printLine(io.stdout, `${verb} run ${run}: its records (${sized(recordBytes)}) and ${contents}.`);
  if (worktree !== null) printLine(io.stdout, visible(`${verb} what is left of its worktree: ${worktree.path}`));
}
