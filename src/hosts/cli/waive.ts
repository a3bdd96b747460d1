import { emptySummary, fold } from '../../journal/fold.ts';
import { readJournal } from '../../journal/read.ts';
import { type ReportedFinding, reviewsOf } from '../../journal/report/reviews.ts';
import { whyOver } from '../../journal/resumable.ts';
import { waivePast } from '../waiving.ts';
import { usageError } from './args.ts';
import { defineCommand } from './command.ts';
import { confirm } from './confirm.ts';
import { counted } from './describe.ts';
import { type Io, printJson, printLine, widthOfOutput } from './io.ts';
import { paintFor } from './paint.ts';
import { visible } from './plain.ts';
import { findingLines } from './reviewLines.ts';
import { runHere, runHereAbout } from './runHere.ts';
import { homeOf } from './state.ts';

/** So much of a finding's id is shown; the beginning of it names one. */
const idLength = 8;

/** So much of an id has to be given at least, so that a slip names none. */
const leastOfId = 4;

export const waive = defineCommand(
  {
    name: 'waive',
    summary: 'let a finding of the review be, so that the run it holds can end',
    positionals: [
      { name: 'RUN', about: runHereAbout, required: true },
      {
        name: 'FINDING',
        about: 'its id, or the beginning of it (default: list what is open)',
        required: false,
        many: true,
      },
    ],
    options: {
      reason: { kind: 'text', value: 'text', about: 'why it may stay as it is; kept in the run’s report' },
      yes: { kind: 'flag', about: 'do it without asking; it is written down that nobody was asked' },
      output: { kind: 'choice', choices: ['text', 'json'], about: 'text, or one JSON object (default: text)' },
    },
    notes: [
      'For a run that has ended or was cut off; one that goes on asks you itself. Afterwards `gatehouse resume RUN` looks\n' +
        'at the diff again and ends the run, if nothing else blocks. A run that is done stays so.',
      'The exit code is 0 when it was done, 1 when it was not, 2 when --yes is missing where nobody can be asked.',
    ],
  },
  async ({ positionals: [wanted = '', ...ids], options }, io) => {
    const home = await homeOf(io.env);
    const run = await runHere(home, wanted, io);
    const { events } = await readJournal(home, run);
    const { findings } = reviewsOf(events);
    const open = findings.filter(({ state }) => state === 'open');
    if (ids.length === 0) {
      if (options.reason !== undefined || options.yes) throw usageError('Name the finding that is meant, by its id');
      list(run, open, options.output, io);
      return 0;
    }
    const reason = options.reason?.trim() ?? '';
    if (reason === '') throw usageError('Waiving takes a reason: --reason "The input is ours"');
    const meant = [...new Set(ids.map(id => named(id, open, findings)))];
    if (!options.yes) {
      for (const each of meant) show(each, io);
      const it = meant.length === 1 ? 'this finding' : `these ${counted(meant.length, 'finding')}`;
      if (!(await confirm(`Waive ${it}? ${visible(reason)}`, io))) {
        printLine(io.stderr, 'Nothing was changed.');
        return 1;
      }
    }
    const surface = options.yes ? 'terminal, --yes' : 'terminal';
    const waived: string[] = [];
    for (const { finding } of meant)
      if (await waivePast({ home, run, finding: finding.id, reason, surface, env: io.env })) waived.push(finding.id);
    const left = open.filter(({ finding }) => finding.severity === 'blocking' && !waived.includes(finding.id)).length;
    if (options.output === 'json') printJson(io.stdout, { run, waived, reason, stillBlocking: left });
    else {
      printLine(io.stdout, `Waived ${counted(waived.length, 'finding')} of run ${run}.`);
      if (left > 0) printLine(io.stdout, `Still blocking: ${left}.`);
      else if (whyOver(events.reduce(fold, emptySummary), false) === null)
        printLine(io.stdout, `\`gatehouse resume ${run}\` goes on to its end.`);
    }
    return waived.length === meant.length ? 0 : 1;
  },
);

function list(run: string, open: readonly ReportedFinding[], output: 'text' | 'json' | undefined, io: Io): void {
  if (output === 'json') printJson(io.stdout, { run, open: open.map(({ finding }) => finding) });
  else if (open.length === 0) printLine(io.stdout, `The review of run ${run} has left nothing open.`);
  else for (const each of open) show(each, io);
}

function show({ finding }: ReportedFinding, io: Io): void {
  const [head = '', ...rest] = findingLines(
    finding,
    paintFor(io.stdout, io.env),
    widthOfOutput(io.stdout) - idLength - 2,
  );
  printLine(io.stdout, `${finding.id.slice(0, idLength)}  ${head}`);
  for (const line of rest) printLine(io.stdout, `${' '.repeat(idLength + 2)}${line}`);
}

function named(id: string, open: readonly ReportedFinding[], all: readonly ReportedFinding[]): ReportedFinding {
  if (id.length < leastOfId)
    throw usageError(`"${id}" is too little of a finding's id. Give ${leastOfId} of its characters or more`);
  const found = open.filter(({ finding }) => finding.id.startsWith(id));
  const [only] = found;
  if (found.length > 1) throw usageError(`More than one open finding begins with ${id}. Give more of its id`);
  if (only !== undefined) return only;
  const settled = all.find(({ finding }) => finding.id.startsWith(id));
  throw usageError(
    settled === undefined
      ? `The run has no finding ${id}. Without one, \`gatehouse waive RUN\` lists what is open`
      : `The finding ${id} is ${settled.state} already`,
  );
}
