import type { CommandSpec, OptionSpec } from './args.ts';

const about = 'Gatehouse: an agent that works by itself, and whose every effect passes one gate.';

const environment: readonly [string, string][] = [
  ['ANTHROPIC_API_KEY', 'the key for the model'],
  ['ANTHROPIC_BASE_URL', 'another address that speaks the Messages API'],
  ['GATEHOUSE_HOME', 'where state lives (default: your state folder)'],
  ['GATEHOUSE_SANDBOX', 'auto (default), require, or container-is-the-boundary'],
  ['GATEHOUSE_ISOLATION_SETUP', 'a command that makes a worktree ready, such as `npm ci`'],
  ['GATEHOUSE_ISOLATION_COPY', 'more ignored files that a worktree is given, as in PATH'],
  ['GATEHOUSE_ISOLATION_MAX_COPY_MIB', 'how much it is given (default: 2048)'],
  ['NO_COLOR, FORCE_COLOR', 'colour off, colour on'],
  ['GATEHOUSE_DEBUG', 'set to 1: stack traces for unexpected errors'],
];

const exitCodes: readonly [string, string][] = [
  ['0', 'done, or what was asked for was printed'],
  ['1', 'ended without acceptance; damage found; an error'],
  ['2', 'usage: arguments or set-up are wrong, nothing was started'],
  ['3', 'a limit stopped the run'],
  ['4', 'the run waits for an answer that nobody could give'],
  ['5', 'the model could not be reached'],
  ['130', 'interrupted'],
];

/** What `gatehouse help` prints. */
export function generalHelp(commands: readonly CommandSpec[]): string {
  const rows = commands.map((spec): [string, string] => [`gatehouse ${call(spec)}`, spec.summary]);
  rows.push(['gatehouse help [COMMAND]', 'explain a command'], ['gatehouse version', 'print the version']);
  return paragraphs([
    about,
    columns(rows),
    `Environment\n${columns(environment)}`,
    `Exit codes\n${columns(exitCodes)}`,
    '`gatehouse COMMAND --help` lists the options of a command.',
  ]);
}

/** What `gatehouse COMMAND --help` prints. */
export function commandHelp(spec: CommandSpec): string {
  const options = Object.entries(spec.options).map(([name, option]): [string, string] => [
    `--${name}${placeholder(option)}`,
    option.about,
  ]);
  return paragraphs([
    `${spec.summary[0]?.toUpperCase()}${spec.summary.slice(1)}.`,
    `Usage: gatehouse ${call(spec)} [options]`,
    columns(spec.positionals.map(positional => [positional.name, positional.about])),
    columns([...options, ['--help', 'print this']]),
    ...(spec.notes ?? []),
  ]);
}

function call(spec: CommandSpec): string {
  return [
    spec.name,
    ...spec.positionals.map(({ name, required, many }) => `${required ? name : `[${name}]`}${many ? '…' : ''}`),
  ].join(' ');
}

function placeholder(option: OptionSpec): string {
  switch (option.kind) {
    case 'flag':
      return '';
    case 'choice':
      return ` ${option.choices.join('|')}`;
    case 'text':
    case 'texts':
    case 'count':
    case 'amount':
      return ` ${option.value.toUpperCase().replaceAll(/\s+/g, '_')}`;
  }
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

function paragraphs(parts: readonly string[]): string {
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}
