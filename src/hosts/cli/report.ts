import { resolve } from 'node:path';
import { exists, writePrivate } from '../../effects/files.ts';
import type { Home } from '../../journal/home.ts';
import { readJournal } from '../../journal/read.ts';
import { toMarkdown } from '../../journal/report/markdown.ts';
import { commitMessage, pullRequest } from '../../journal/report/message.ts';
import { buildReport, type Report } from '../../journal/report/report.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { openMasker } from '../masking.ts';
import { diffOfPast, extrasOf } from '../reportExtras.ts';
import { reportWords } from '../reportWords.ts';
import { revertPatch } from '../revertPatch.ts';
import { sentenceFor } from '../sentences.ts';
import { usageError } from './args.ts';
import { defineCommand } from './command.ts';
import { type Io, printJson, printLine } from './io.ts';
import { visible } from './plain.ts';
import { runHere, runHereAbout } from './runHere.ts';
import { homeOf } from './state.ts';

export const report = defineCommand(
  {
    name: 'report',
    summary: 'explain a run: what was asked, what changed, who allowed it',
    positionals: [{ name: 'RUN', about: runHereAbout, required: true }],
    options: {
      format: {
        kind: 'choice',
        choices: ['md', 'json', 'commit', 'pr'],
        about: 'Markdown, one JSON object, a commit message, or a pull request’s title and text (default: md)',
      },
      'revert-script': {
        kind: 'text',
        value: 'file',
        about: 'also write a patch there with which `git apply -R` takes back what the run did',
      },
    },
    notes: [
      'The diff is that from the run’s first state to its last, as long as these are kept; else the edits are shown one by\n' +
        'one. Secrets are masked in the report. The patch of --revert-script holds the very bytes: keep it to yourself.',
    ],
  },
  async ({ positionals, options }, io) => {
    const home = await homeOf(io.env);
    const run = await runHere(home, positionals[0] ?? '', io);
    const { events, unknown, version } = await readJournal(home, run);
    const newer = failures.journalNewer({ run, version });
    if (unknown > 0 && events.length === 0) throw new GatehouseError(newer);
    if (unknown > 0) printLine(io.stderr, `gatehouse: ${visible(sentenceFor(newer))}`);
    const found = await whole({ home, run, events, io, script: options['revert-script'] });
    switch (options.format ?? 'md') {
      case 'json':
        printJson(io.stdout, found);
        return 0;
      case 'commit':
        io.stdout.write(commitMessage(found));
        return 0;
      case 'pr':
        io.stdout.write(pullRequest(found));
        return 0;
      case 'md':
        io.stdout.write(toMarkdown(found, reportWords(sentenceFor)));
        return 0;
    }
  },
);

interface Wanted {
  home: Home;
  run: string;
  events: readonly RunEvent[];
  io: Io;
  script: string | undefined;
}

async function whole({ home, run, events, io, script }: Wanted): Promise<Report> {
  const diff = await diffOfPast({ home, run, env: io.env, version: io.version }, events);
  const root = events.find(event => event.kind === 'run.started')?.workspace ?? '';
  const masker = await openMasker({ home, run, root, env: io.env, endpoint: null });
  const extras = extrasOf(events, diff, masker);
  if (script === undefined) return buildReport(events, extras);
  const file = resolve(io.cwd, script);
  if (diff === null)
    throw new GatehouseError(failures.checkpointGone({ what: `What run ${run} would need to be taken back` }));
  if (await exists(file)) throw usageError(`${script} is there already. Name a file that is not`);
  const { text, left } = revertPatch(run, diff);
  await writePrivate(file, text);
  for (const path of left) printLine(io.stderr, visible(`${path} is no text, so the patch does not hold it.`));
  return buildReport(events, { ...extras, revertScript: script });
}
