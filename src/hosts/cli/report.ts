import { findRun } from '../../journal/find.ts';
import { readJournal } from '../../journal/read.ts';
import { toMarkdown } from '../../journal/report/markdown.ts';
import { buildReport } from '../../journal/report/report.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { reasonSentence, sentenceFor } from '../sentences.ts';
import { markWord } from '../suspicionWords.ts';
import { defineCommand } from './command.ts';
import { printJson, printLine } from './io.ts';
import { visible } from './plain.ts';
import { homeOf } from './state.ts';

export const report = defineCommand(
  {
    name: 'report',
    summary: 'explain a run: what was asked, what changed, who allowed it',
    positionals: [{ name: 'RUN', about: 'its id, the beginning of it, or `last`', required: true }],
    options: {
      format: { kind: 'choice', choices: ['md', 'json'], about: 'Markdown, or one JSON object (default: md)' },
    },
  },
  async ({ positionals, options }, io) => {
    const home = await homeOf(io.env);
    const run = await findRun(home, positionals[0] ?? '');
    const { events, unknown, version } = await readJournal(home, run);
    const newer = failures.journalNewer({ run, version });
    if (unknown > 0 && events.length === 0) throw new GatehouseError(newer);
    if (unknown > 0) printLine(io.stderr, `gatehouse: ${visible(sentenceFor(newer))}`);
    const found = buildReport(events);
    if (options.format === 'json') {
      printJson(io.stdout, found);
      return 0;
    }
    const text = toMarkdown(found, {
      reason: (code, args) => reasonSentence({ code, args }),
      failure: sentenceFor,
      mark: markWord,
    });
    io.stdout.write(text);
    return 0;
  },
);
