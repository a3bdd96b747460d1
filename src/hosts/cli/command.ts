import { type CommandSpec, type Parsed, parseCommand } from './args.ts';
import { commandHelp } from './help.ts';
import type { Io } from './io.ts';

/** A command of the command line. `execute` resolves with the exit code, or rejects with a GatehouseError. */
export interface CliCommand {
  spec: CommandSpec;
  execute(argv: readonly string[], io: Io): Promise<number>;
}

/** Binds a command's table to what it does: arguments are parsed, and `--help` answered, from the table. */
export function defineCommand<const S extends CommandSpec>(
  spec: S,
  act: (parsed: Parsed<S>, io: Io) => Promise<number>,
): CliCommand {
  return {
    spec,
    async execute(argv, io) {
      const parsed = parseCommand(spec, argv);
      if (!parsed.help) return act(parsed, io);
      io.stdout.write(commandHelp(spec));
      return 0;
    },
  };
}
