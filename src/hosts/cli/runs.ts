import { sizeOf } from '../../checkpoints/gc.ts';
import { type Listed, listRuns } from '../../journal/list.ts';
import type { Failure } from '../../protocol/failure.ts';
import { sentenceFor } from '../sentences.ts';
import { defineCommand } from './command.ts';
import { counted, sized } from './describe.ts';
import { type Io, printJson, printLine, widthOfOutput } from './io.ts';
import { type Paint, paintFor } from './paint.ts';
import { fit, visible, widthOf } from './plain.ts';
import { homeOf } from './state.ts';

export const runs = defineCommand(
  {
    name: 'runs',
    summary: 'list the runs, newest first',
    positionals: [],
    options: {
      limit: { kind: 'count', value: 'n', about: 'at most N of them (default: all)' },
      output: { kind: 'choice', choices: ['text', 'json'], about: 'a table, or one JSON array (default: text)' },
    },
    notes: [
      'A run whose journal has no end is `unfinished`: it still runs, or it was interrupted. One whose journal is\n' +
        'refused is `damaged`; `gatehouse verify RUN` says where. One that a newer Gatehouse wrote is `newer`: what it\n' +
        'did is told as far as this version knows, and nothing can be done with it.',
    ],
  },
  async ({ options }, io) => {
    const home = await homeOf(io.env);
    const listed = await listRuns(home, options.limit);
    if (options.output === 'json') printJson(io.stdout, listed.map(asData));
    else if (listed.length === 0) printLine(io.stdout, 'No runs yet. `gatehouse run "TASK"` starts one.');
    else {
      for (const line of tableOf(listed, io)) printLine(io.stdout, line);
      const size = sized(await sizeOf(home.root));
      printLine(io.stderr, `All runs together take up ${size}. \`gatehouse gc\` removes what is old.`);
    }
    return 0;
  },
);

function asData(entry: Listed): object {
  return entry.ok ? entry.run : { run: entry.run, status: kindOf(entry.failure), failure: entry.failure };
}

function tableOf(listed: readonly Listed[], io: Io): string[] {
  const paint: Paint = paintFor(io.stdout, io.env);
  const rows = listed.map(entry => {
    if (!entry.ok) return [entry.run, '', kindOf(entry.failure), '', '', visible(sentenceFor(entry.failure))];
    const { run, startedAt, status, turns, filesChanged, workspace, prompt, newer } = entry.run;
    const when = localTime(startedAt);
    const what = visible(`${prompt}  (${workspace})`);
    return [
      run,
      when,
      newer ? `${status}, newer` : status,
      counted(turns, 'turn'),
      counted(filesChanged, 'file'),
      what,
    ];
  });
  const widths = [0, 1, 2, 3, 4].map(column => Math.max(...rows.map(row => widthOf(row[column] ?? ''))));
  return rows.map(row => {
    const [run = '', ...rest] = row.slice(0, 5).map((cell, column) => cell.padEnd(widths[column] ?? 0));
    const room = widthOfOutput(io.stdout) - [run, ...rest].join('  ').length - 2;
    return [paint('bold', run), ...rest, fit(row[5] ?? '', Math.max(10, room))].join('  ');
  });
}

function kindOf(failure: Failure): 'newer' | 'damaged' {
  return failure.code === 'journal.newer' ? 'newer' : 'damaged';
}

/** `2026-11-20 04:29`, in this machine's time zone. */
function localTime(ms: number): string {
  const time = new Date(ms);
  const two = (value: number): string => value.toString().padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
