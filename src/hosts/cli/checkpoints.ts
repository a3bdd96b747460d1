import { type ListedCheckpoint, listCheckpoints } from '../checkpointList.ts';
import { lookAtRun } from '../restoring.ts';
import { defineCommand } from './command.ts';
import { counted, subjectOf } from './describe.ts';
import { type Io, printJson, printLine, widthOfOutput } from './io.ts';
import { holdCutOffOf, mendRun } from './mending.ts';
import { paintFor } from './paint.ts';
import { fit, visible, widthOf } from './plain.ts';
import { runHere, runHereAbout } from './runHere.ts';
import { homeOf } from './state.ts';

export const checkpoints = defineCommand(
  {
    name: 'checkpoints',
    summary: 'list the states of the workspace that a run can be taken back to',
    positionals: [{ name: 'RUN', about: runHereAbout, required: true }],
    options: {
      output: { kind: 'choice', choices: ['text', 'json'], about: 'a table, or one JSON object (default: text)' },
    },
    notes: [
      'Each checkpoint is the state after one effect that changed files; 0 is the start. `>` marks where the workspace\n' +
        'stands, `-` what is undone, `x` what is not kept any more. `gatehouse undo RUN --to N` goes there.',
    ],
  },
  async ({ positionals, options }, io) => {
    const home = await homeOf(io.env);
    const run = await runHere(home, positionals[0] ?? '', io);
    const setup = { home, run, env: io.env, version: io.version };
    await mendRun(setup, io);
    await holdCutOffOf(setup, io);
    const restoring = await lookAtRun(setup);
    try {
      const listed = await listCheckpoints(restoring);
      const { current, redo } = restoring.timeline();
      if (options.output === 'json') printJson(io.stdout, { run, current, redo, checkpoints: listed });
      else for (const line of tableOf(listed, restoring.root, io)) printLine(io.stdout, line);
      return 0;
    } finally {
      await restoring.close();
    }
  },
);

function tableOf(listed: readonly ListedCheckpoint[], root: string, io: Io): string[] {
  const paint = paintFor(io.stdout, io.env);
  const rows = listed.map(each => {
    const mark = each.current && each.by.type !== 'restore' ? '>' : each.applied ? ' ' : '-';
    const files = each.by.type === 'start' ? '' : counted(each.files, 'file');
    const label = `${labelOf(each, root)}${each.cutOff ? '  (cut off; may hold changes of yours)' : ''}${each.kept ? '' : '  (not kept any more)'}`;
    return [each.kept ? mark : 'x', String(each.checkpoint), timeOf(each.at), files, linesOf(each), label];
  });
  const widths = [0, 1, 2, 3, 4].map(column => Math.max(...rows.map(row => widthOf(row[column] ?? ''))));
  return rows.map(row => {
    const cells = row.slice(0, 5).map((cell, column) => cell.padEnd(widths[column] ?? 0));
    const start = cells.join('  ');
    const line = `${start}  ${fit(row[5] ?? '', Math.max(10, widthOfOutput(io.stdout) - widthOf(start) - 2))}`;
    return row[0] === '>' ? paint('bold', line) : row[0] === '-' ? paint('dim', line) : line;
  });
}

function linesOf({ added, removed }: ListedCheckpoint): string {
  return added === null && removed === null ? '' : `+${added ?? 0} −${removed ?? 0}`;
}

function labelOf({ by }: ListedCheckpoint, root: string): string {
  switch (by.type) {
    case 'start':
      return 'the start';
    case 'effect':
      return `${visible(by.tool)} ${subjectOf(by.value, root)}`;
    case 'restore':
      return `taken to ${by.to}${by.whole ? '' : ' in part'}${by.who === 'agent' ? ' by the agent' : ''}`;
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toTimeString().slice(0, 8);
}
