import { type Listed, listRuns } from '../../journal/list.ts';
import { sentenceFor } from '../sentences.ts';
import { defineCommand } from './command.ts';
import { counted } from './describe.ts';
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
        'refused is `damaged`; `gatehouse verify RUN` says where.',
    ],
  },
  async ({ options }, io) => {
    const home = await homeOf(io.env);
    const listed = await listRuns(home, options.limit);
    if (options.output === 'json') printJson(io.stdout, listed.map(asData));
    else if (listed.length === 0) printLine(io.stdout, 'No runs yet. `gatehouse run "TASK"` starts one.');
    else for (const line of tableOf(listed, io)) printLine(io.stdout, line);
    return 0;
  },
);

function asData(entry: Listed): object {
  return entry.ok ? entry.run : { run: entry.run, status: 'damaged', failure: entry.failure };
}

function tableOf(listed: readonly Listed[], io: Io): string[] {
  const paint: Paint = paintFor(io.stdout, io.env);
  const rows = listed.map(entry => {
    if (!entry.ok) return [entry.run, '', 'damaged', '', '', visible(sentenceFor(entry.failure))];
    const { run, startedAt, status, turns, filesChanged, workspace, prompt } = entry.run;
    const when = localTime(startedAt);
    const what = visible(`${prompt}  (${workspace})`);
    return [run, when, status, counted(turns, 'turn'), counted(filesChanged, 'file'), what];
  });
  const widths = [0, 1, 2, 3, 4].map(column => Math.max(...rows.map(row => widthOf(row[column] ?? ''))));
  return rows.map(row => {
    const [run = '', ...rest] = row.slice(0, 5).map((cell, column) => cell.padEnd(widths[column] ?? 0));
    const room = widthOfOutput(io.stdout) - [run, ...rest].join('  ').length - 2;
    return [paint('bold', run), ...rest, fit(row[5] ?? '', Math.max(10, room))].join('  ');
  });
}

/** `2026-11-20 04:29`, in this machine's time zone. */
function localTime(ms: number): string {
  const time = new Date(ms);
  const two = (value: number): string => value.toString().padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
