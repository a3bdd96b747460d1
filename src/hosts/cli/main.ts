import './memory.ts';
import { getEventListeners } from 'node:events';
import manifest from '../../../package.json' with { type: 'json' };
import { complain, main } from './cli.ts';
import type { Io, Output } from './io.ts';

const interrupt = new AbortController();
const io: Io = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  version: manifest.version,
  ...(process.argv[1] === undefined ? {} : { program: process.argv[1] }),
  interrupt: interrupt.signal,
  ctrlC: onSignal,
};

/** The first signal ends a run in good order; the second, or one that nothing waits for, ends all at once. */
function onSignal(): void {
  if (interrupt.signal.aborted || getEventListeners(interrupt.signal, 'abort').length === 0) process.exit(130);
  interrupt.abort();
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, onSignal);

/** Nobody reads any more (`gatehouse … | head`, or the terminal is gone): stop in good order; what is still written goes nowhere. */
for (const out of [process.stdout, process.stderr] satisfies Output[])
  out.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    if (out === process.stdout) interrupt.abort();
  });

for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => {
    complain(error, io);
    process.exit(1);
  });

process.exitCode = await main(process.argv.slice(2), io);
