import { readFigures, type StatsRow, statsOf } from '../../journal/stats.ts';
import { defineCommand } from './command.ts';
import { counted } from './describe.ts';
import { type Io, printJson, printLine } from './io.ts';
import { paintFor } from './paint.ts';
import { visible, widthOf } from './plain.ts';
import { homeOf } from './state.ts';

const dayMs = 24 * 60 * 60 * 1000;

export const stats = defineCommand(
  {
    name: 'stats',
    summary: 'what past runs achieved and cost, by task class and user',
    positionals: [],
    options: {
      days: { kind: 'amount', value: 'n', about: 'only runs of the last N days (default: all)' },
      format: { kind: 'choice', choices: ['table', 'csv', 'json'], about: 'how it is printed (default: table)' },
      rehearsals: { kind: 'flag', about: 'also count runs in which a script played the model' },
    },
    notes: [
      'A run is a success when it is done and its acceptance criteria, where it has any, did not fail. Undone is a run that\n' +
        'a person took back, whole or in part. Time is time at work. A `+` after the dollars says that runs without a known\n' +
        'price are not in them.',
    ],
  },
  async ({ options }, io) => {
    const since = options.days === undefined ? 0 : Date.now() - options.days * dayMs;
    const { figures, refused } = await readFigures(await homeOf(io.env), since);
    const counts = figures.filter(({ scripted }) => options.rehearsals || !scripted);
    const rows = statsOf(counts);
    if (options.format === 'json') printJson(io.stdout, { rows, runs: counts });
    else if (options.format === 'csv') for (const line of csv(rows)) printLine(io.stdout, line);
    else if (rows.length === 0) printLine(io.stdout, 'No runs to count yet.');
    else for (const line of table(rows, io)) printLine(io.stdout, line);
    const scripted = figures.length - counts.length;
    if (scripted > 0)
      printLine(io.stderr, `${counted(scripted, 'rehearsal')} not counted; --rehearsals counts them too.`);
    if (refused > 0)
      printLine(io.stderr, `${counted(refused, 'journal')} could not be read; \`gatehouse runs\` says which.`);
    return 0;
  },
);

const columns = ['task', 'user', 'runs', 'success', 'asks', 'undone', 'time', 'dollars'] as const;

function table(rows: readonly StatsRow[], io: Io): string[] {
  const paint = paintFor(io.stdout, io.env);
  const cells = rows.map(row => [
    visible(row.task ?? '(free text)'),
    visible(row.user ?? '(not told)'),
    String(row.runs),
    `${Math.round((100 * row.successes) / row.runs)} %`,
    (row.asks / row.runs).toFixed(1),
    String(row.undone),
    minutes(row.activeMs / row.runs),
    `${(row.usd / Math.max(1, row.runs - row.unpriced)).toFixed(4)}${row.unpriced > 0 ? '+' : ''}`,
  ]);
  const heads = ['task', 'user', 'runs', 'success', 'asks/run', 'undone', 'time/run', '$/run'];
  const widths = heads.map((head, at) => Math.max(widthOf(head), ...cells.map(row => widthOf(row[at] ?? ''))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => {
        const gap = ' '.repeat((widths[at] ?? 0) - widthOf(cell));
        return at < 2 ? cell + gap : gap + cell;
      })
      .join('  ')
      .trimEnd();
  return [paint('bold', line(heads)), ...cells.map(line)];
}

function minutes(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1000)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

/** Sums in plain units: seconds and dollars. */
function csv(rows: readonly StatsRow[]): string[] {
  return [
    columns.join(','),
    ...rows.map(row =>
      [
        cell(row.task ?? ''),
        cell(row.user ?? ''),
        row.runs,
        row.successes,
        row.asks,
        row.undone,
        Math.round(row.activeMs / 1000),
        row.usd.toFixed(6),
      ].join(','),
    ),
  ];
}

/** Quoted where it must be; text that a spreadsheet would run as a formula begins with an apostrophe. */
function cell(text: string): string {
  const plain = text.replaceAll(/[\r\n]+/g, ' ').replace(/^[=+\-@\t]/, "'$&");
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
