import { type Check, checkSetup } from './checks.ts';
import { defineCommand } from './command.ts';
import { type Io, printJson, printLine } from './io.ts';
import { type Paint, paintFor, type Style } from './paint.ts';
import { visible } from './plain.ts';

export const doctor = defineCommand(
  {
    name: 'doctor',
    summary: 'explain the set-up: what is there, what is missing, what to do',
    positionals: [],
    options: {
      output: { kind: 'choice', choices: ['text', 'json'], about: 'text, or one JSON object (default: text)' },
    },
    notes: ['The exit code is 1 when something that a run needs is missing. Keys are never printed.'],
  },
  async ({ options }, io) => {
    const checks = await checkSetup(io, process.versions.node);
    const fine = checks.every(check => check.state !== 'fail');
    if (options.output === 'json') printJson(io.stdout, { ok: fine, checks });
    else showChecks(checks, fine, io);
    return fine ? 0 : 1;
  },
);

const marks: { [S in Check['state']]: { mark: string; style: Style } } = {
  ok: { mark: 'ok  ', style: 'green' },
  warn: { mark: 'warn', style: 'yellow' },
  fail: { mark: 'fail', style: 'red' },
};

function showChecks(checks: readonly Check[], fine: boolean, io: Io): void {
  const paint: Paint = paintFor(io.stdout, io.env);
  const width = Math.max(...checks.map(check => check.name.length));
  for (const check of checks) {
    const { mark, style } = marks[check.state];
    printLine(io.stdout, `${paint(style, mark)}  ${paint('bold', check.name.padEnd(width))}  ${visible(check.found)}`);
    if (check.todo !== '') printLine(io.stdout, `${' '.repeat(width + 8)}${visible(check.todo)}`);
  }
  printLine(io.stdout);
  printLine(io.stdout, fine ? 'Runs can start.' : 'Runs cannot start until what failed is mended.');
}
