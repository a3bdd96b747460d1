import { asFailure, failures, GatehouseError } from '../../protocol/failure.ts';
import { sentenceFor } from '../sentences.ts';
import { usageError } from './args.ts';
import { checkpoints } from './checkpoints.ts';
import { classify } from './classify.ts';
import type { CliCommand } from './command.ts';
import { doctor } from './doctor.ts';
import { drill } from './drill.ts';
import { gc } from './gc.ts';
import { grants } from './grants.ts';
import { commandHelp, generalHelp } from './help.ts';
import { type Io, printLine } from './io.ts';
import { nearest } from './nearest.ts';
import { visible, visibleLines } from './plain.ts';
import { policy } from './policy.ts';
import { purge } from './purge.ts';
import { rehearse } from './rehearse.ts';
import { report } from './report.ts';
import { resume } from './resume.ts';
import { review } from './review.ts';
import { run } from './run.ts';
import { runs } from './runs.ts';
import { stats } from './stats.ts';
import { tasks } from './tasks.ts';
import { redo, undo } from './undo.ts';
import { verify } from './verify.ts';
import { waive } from './waive.ts';
import { why } from './why.ts';
import { worktree } from './worktree.ts';

const commands: readonly CliCommand[] = [
  run,
  resume,
  tasks,
  runs,
  review,
  waive,
  report,
  verify,
  why,
  stats,
  checkpoints,
  undo,
  redo,
  worktree,
  grants,
  gc,
  purge,
  classify,
  policy,
  rehearse,
  drill,
  doctor,
];
const names = [...commands.map(command => command.spec.name), 'help', 'version'];

/** The command line from its arguments (without the program's name) to its exit code. Never rejects. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    return complain(error, io);
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    io.stderr.write(generalHelp(commands.map(command => command.spec)));
    return exitCodeFor(failures.usage({ problem: '' }).code);
  }
  if (name === 'version' || name === '--version' || name === '-V') {
    printLine(io.stdout, io.version);
    return 0;
  }
  if (name === 'help' || name === '--help' || name === '-h') {
    const asked = rest[0];
    io.stdout.write(
      asked === undefined ? generalHelp(commands.map(command => command.spec)) : commandHelp(find(asked).spec),
    );
    return 0;
  }
  return find(name).execute(rest, io);
}

function find(name: string): CliCommand {
  const command = commands.find(candidate => candidate.spec.name === name);
  if (command !== undefined) return command;
  const meant = nearest(name, names);
  const hint = meant === null ? '`gatehouse help` lists them' : `Did you mean ${meant}? See \`gatehouse help\``;
  const what = name.startsWith('-') ? 'option' : 'command';
  throw usageError(`There is no ${what} ${name}. ${hint}`);
}

/** Says what went wrong, without a stack trace unless GATEHOUSE_DEBUG asks for one. */
export function complain(error: unknown, io: Pick<Io, 'stderr' | 'env'>): number {
  const failure = asFailure(error);
  printLine(io.stderr, `gatehouse: ${visible(sentenceFor(failure))}`);
  if (io.env['GATEHOUSE_DEBUG']) for (const line of visibleLines(traceOf(error))) printLine(io.stderr, line);
  return exitCodeFor(failure.code);
}

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause =
    error instanceof GatehouseError && error.cause !== undefined ? `\ncaused by ${traceOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

/** Failures that were there before anything was begun: what was typed, or how the machine is set up. */
const usageCodes = new Set([
  'usage',
  'model.noKey',
  'workspace.missing',
  'state.unsafe',
  'rehearsal.scriptInvalid',
  'prices.invalid',
  'model.priceUnknown',
  'retention.invalid',
  'policy.invalid',
  'sandbox.unavailable',
  'run.unknown',
  'task.unknown',
  'task.needs',
  'task.flagged',
  'run.ambiguous',
  'run.over',
  'checkpoint.unknown',
  'isolation.unavailable',
  'isolation.none',
  'review.noDiff',
]);

function exitCodeFor(code: string): number {
  return usageCodes.has(code) ? 2 : 1;
}
