import type { Retention } from '../../checkpoints/retention.ts';
import type { Failure } from '../../protocol/failure.ts';
import { claimDay } from '../housekeeping/daily.ts';
import { readRetention } from '../housekeeping/retention.ts';
import { type Left, type Tidied, tidy } from '../housekeeping/tidy.ts';
import { defineCommand } from './command.ts';
import { counted, sized } from './describe.ts';
import { type Io, printJson, printLine } from './io.ts';
import { visible } from './plain.ts';
import { homeOf } from './state.ts';

export const gc = defineCommand(
  {
    name: 'gc',
    summary: 'remove old checkpoints and what no run needs, and say how much the state takes up',
    positionals: [],
    options: {
      'dry-run': { kind: 'flag', about: 'only say what would go' },
      daily: { kind: 'flag', about: 'do nothing where a day has not passed since the last time' },
      output: { kind: 'choice', choices: ['text', 'json'], about: 'text, or one JSON object (default: text)' },
    },
    notes: [
      'The checkpoints of a run go 30 days after its end, and the oldest first where more than 200 runs have some or all\n' +
        'together take up more than 5 GB. `retention.json` in the state folder says otherwise: {"runs": 200, "days": 30,\n' +
        '"gigabytes": 5}. Such a run cannot be undone any more; its journal and report stay. `gatehouse purge` deletes those.',
      'Nothing of a run that is going on is touched, nor what was written within the last hour. A run does the same at its\n' +
        'end, in the background and once a day.',
    ],
  },
  async ({ options }, io) => {
    const home = await homeOf(io.env);
    const retention = await readRetention(home);
    const dryRun = options['dry-run'];
    if (options.daily && !dryRun && !(await claimDay(home))) {
      if (options.output === 'json') printJson(io.stdout, { done: false });
      else printLine(io.stdout, 'A day has not passed since the last time, so nothing was done.');
      return 0;
    }
    const tidied = await tidy({ home, env: io.env, retention, dryRun, worktrees: !options.daily });
    if (tidied === null) {
      printLine(io.stderr, 'gatehouse: Another process tidies the state at the moment. Try again later.');
      return 1;
    }
    if (options.output === 'json') printJson(io.stdout, { done: !dryRun, retention, state: home.root, ...tidied });
    else tell(tidied, retention, home.root, dryRun, io);
    return tidied.stores.some(({ left }) => left?.why === 'failed') ? 1 : 0;
  },
);

/** Why checkpoints were left as they are, as the end of a sentence without its full stop. */
export function leftWords(left: Left): string {
  switch (left.why) {
    case 'used':
      return 'another run uses them now';
    case 'untold':
      return `run ${left.run} does not tell whose checkpoints are its own. \`gatehouse verify ${left.run}\` says more`;
    case 'failed':
      return failedWords(left.failure);
  }
}

function failedWords({ code, args }: Failure): string {
  return code === 'checkpoint.full'
    ? 'the disk is full, and tidying takes some room itself. Make some'
    : `they could not be changed (${String(args['problem'] ?? code)}). Check the permissions of the state folder`;
}

function tell(tidied: Tidied, retention: Retention, state: string, dryRun: boolean, io: Io): void {
  const { dropped, blobs, stores, worktrees, traces, bytesBefore, bytesAfter } = tidied;
  const [remove, del] = dryRun ? ['Would remove', 'Would delete'] : ['Removed', 'Deleted'];
  const say = (line: string): void => printLine(io.stdout, visible(line));
  if (dropped.length > 0) say(`${remove} the checkpoints of ${counted(dropped.length, 'run')}: ${dropped.join(', ')}`);
  if (blobs.files > 0)
    say(
      `${del} ${counted(blobs.files, 'content')} that no run needs: ${sized(blobs.bytes)}${dryRun ? ', and more with their checkpoints' : ''}`,
    );
  for (const { root, bytesBefore: before, bytesAfter: after, left } of stores) {
    if (after !== null && after < before) say(`Checkpoints of ${root}: ${sized(before)} became ${sized(after)}`);
    else if (left !== null) say(`Checkpoints of ${root}: ${sized(before)}, left as they are: ${leftWords(left)}`);
    else say(`Checkpoints of ${root}: ${sized(before)}`);
  }
  for (const { path, branch } of worktrees)
    say(`${remove} the worktree ${path}, whose run is gone${branch === null ? '' : `; its branch ${branch} stays`}`);
  if (traces.files > 0)
    say(
      `${del} what ${counted(traces.files, 'tainted run')} left to be known by, whose runs are gone: ${sized(traces.bytes)}`,
    );
  const { runs, days, gigabytes } = retention;
  const now = dryRun ? `takes up ${sized(bytesBefore)}` : `takes up ${sized(bytesAfter)}, ${sized(bytesBefore)} before`;
  say(`The state of ${counted(tidied.runs, 'run')} ${now}: ${state}`);
  say(`Checkpoints are kept for ${lasting(days)}, of ${counted(runs, 'run')} and up to ${gigabytes} GB.`);
}

/** A person may set a part of a day. */
function lasting(days: number): string {
  return Number.isInteger(days) ? counted(days, 'day') : `${days} days`;
}
