import { runOwner } from '../../agent/lock.ts';
import { lastUnheld } from '../../checkpoints/cutOff.ts';
import { shownPath } from '../../checkpoints/paths.ts';
import type { Restoring } from '../../checkpoints/restore.ts';
import { buildTimeline } from '../../checkpoints/timeline.ts';
import { readJournal } from '../../journal/read.ts';
import { asFailure } from '../../protocol/failure.ts';
import { openRestoring, type RestoringSetup } from '../restoring.ts';
import { sentenceFor } from '../sentences.ts';
import { counted, subjectOf } from './describe.ts';
import { type Io, printLine } from './io.ts';
import { visible } from './plain.ts';

/** Takes back what a killed restore had done, and tells so on stderr. */
export async function mend(restoring: Restoring, io: Io): Promise<void> {
  const found = await restoring.mend();
  if (found === null) return;
  const back = counted(found.back.length, 'file was', 'files were');
  printLine(io.stderr, `A restore was cut off before. ${back} put back as before it.`);
  for (const path of found.left)
    printLine(io.stderr, `  ${visible(shownPath(path))} was changed since, so it was left as it is.`);
}

/** Makes what the last effect left a checkpoint where nothing was held after it, and tells so on stderr. */
export async function holdCutOff(restoring: Restoring, io: Io): Promise<void> {
  const cut = await restoring.holdCutOff();
  if (cut === null) return;
  printLine(
    io.stderr,
    `What the last effect of this run changed was not held yet: ${subjectOf(cut.value, restoring.root)}\n` +
      `All that differs since it began is checkpoint ${cut.checkpoint} now, what you changed yourself meanwhile too.`,
  );
}

/** As `mend`, of a run that is only looked at; nothing is done where it is going on. */
export async function mendRun(setup: RestoringSetup, io: Io): Promise<void> {
  const { events } = await readJournal(setup.home, setup.run);
  if (buildTimeline(events).broken !== null) await whereOver(setup, restoring => mend(restoring, io));
}

/** As `holdCutOff`, of a run that is only looked at. Where there is no room for it, that is told and nothing is done. */
export async function holdCutOffOf(setup: RestoringSetup, io: Io): Promise<void> {
  const { events } = await readJournal(setup.home, setup.run);
  if (lastUnheld(events) === null) return;
  try {
    await whereOver(setup, restoring => holdCutOff(restoring, io));
  } catch (error) {
    const failure = asFailure(error);
    if (!['checkpoint.full', 'checkpoint.failed', 'workspace.missing', 'isolation.over'].includes(failure.code))
      throw error;
    printLine(io.stderr, `What the last effect of this run changed is not held. ${visible(sentenceFor(failure))}`);
  }
}

async function whereOver(setup: RestoringSetup, act: (restoring: Restoring) => Promise<void>): Promise<void> {
  if ((await runOwner(setup.home, setup.run)) !== null) return;
  const restoring = await openRestoring(setup);
  try {
    await act(restoring);
  } finally {
    await restoring.close();
  }
}
