import { verifyRun } from '../../journal/read.ts';
import { sentenceFor } from '../sentences.ts';
import { defineCommand } from './command.ts';
import { counted } from './describe.ts';
import { printJson, printLine } from './io.ts';
import { paintFor } from './paint.ts';
import { visible } from './plain.ts';
import { runHere, runHereAbout } from './runHere.ts';
import { homeOf } from './state.ts';

export const verify = defineCommand(
  {
    name: 'verify',
    summary: "check a run's journal: the chain, and its anchor",
    positionals: [{ name: 'RUN', about: runHereAbout, required: true }],
    options: {
      output: { kind: 'choice', choices: ['text', 'json'], about: 'text, or one JSON object (default: text)' },
    },
    notes: ['The exit code is 0 when the journal holds, also with a torn last line, and 1 when it is damaged.'],
  },
  async ({ positionals, options }, io) => {
    const home = await homeOf(io.env);
    const run = await runHere(home, positionals[0] ?? '', io);
    const found = await verifyRun(home, run);
    const paint = paintFor(io.stdout, io.env);
    if (options.output === 'json') printJson(io.stdout, { run, ...found });
    else if (found.failure !== null) printLine(io.stderr, `gatehouse: ${visible(sentenceFor(found.failure))}`);
    else {
      const anchor = found.anchored ? ', and the anchor agrees' : '';
      printLine(io.stdout, `${paint('green', 'ok')}  ${run}: ${counted(found.records, 'record')} hold${anchor}`);
      if (found.head !== null) printLine(io.stdout, `    head ${found.head}`);
    }
    if (options.output !== 'json' && found.unknown > 0) {
      const newer = `${counted(found.unknown, 'record')} of a newer Gatehouse: the chain was checked, what they say was not`;
      printLine(io.stdout, `${paint('yellow', 'note')}  ${newer}`);
    }
    if (options.output !== 'json' && found.tornBytes > 0) {
      const torn = `the last line is torn (${counted(found.tornBytes, 'byte')}): a crash cut it short, and it was never acted on`;
      printLine(io.stdout, `${paint('yellow', 'note')}  ${torn}`);
    }
    return found.ok ? 0 : 1;
  },
);
