import { once } from 'node:events';
import { resolve } from 'node:path';
import { readText } from '../../effects/files.ts';
import { parseScript } from '../../models/rehearsal/script.ts';
import { type RehearsalServer, serveRehearsal } from '../../models/rehearsal/server.ts';
import { usageError } from './args.ts';
import { defineCommand } from './command.ts';
import { type Io, printJson, printLine } from './io.ts';
import { paintFor } from './paint.ts';

export const rehearse = defineCommand(
  {
    name: 'rehearse',
    summary: 'serve a scripted model, a Messages API on loopback',
    positionals: [{ name: 'SCRIPT', about: 'a YAML file with what the model says, turn by turn', required: true }],
    options: {
      port: { kind: 'count', value: 'n', most: 65_535, about: 'the port (default: any that is free)' },
      output: { kind: 'choice', choices: ['text', 'json'], about: 'text, or one JSON line (default: text)' },
    },
    notes: ['It serves until Ctrl-C. Only who shows the token is answered. A script plays the model; this is no AI.'],
  },
  async ({ positionals, options }, io) => {
    const file = positionals[0] ?? '';
    const script = parseScript(await scriptAt(resolve(io.cwd, file), file), file);
    const server = await listen(script, options.port);
    try {
      if (options.output === 'json') {
        const { url, port, token } = server;
        printJson(io.stdout, { url, port, token, script: file });
      } else explain(server, io);
      if (!io.interrupt.aborted) await once(io.interrupt, 'abort');
    } finally {
      await server.close();
    }
    return 0;
  },
);

async function scriptAt(path: string, file: string): Promise<string> {
  const text = await readText(path).catch((error: NodeJS.ErrnoException) => {
    throw usageError(`The script ${file} cannot be read (${error.code ?? error.message})`);
  });
  if (text === null) throw usageError(`There is no script ${file}. Name a YAML file`);
  return text;
}

async function listen(script: ReturnType<typeof parseScript>, port: number | undefined): Promise<RehearsalServer> {
  try {
    return await serveRehearsal({ script, ...(port === undefined ? {} : { port }) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw usageError(
      `Port ${port} is ${code === 'EACCES' ? 'not for you' : 'taken'}. Choose another, or leave --port out`,
    );
  }
}

function explain(server: RehearsalServer, io: Io): void {
  const paint = paintFor(io.stdout, io.env);
  printLine(io.stdout, paint(['bold', 'yellow'], 'Rehearsal: a script plays the model; this is no AI.'));
  printLine(io.stdout, `It listens at ${server.url} until Ctrl-C. To use it, in another terminal:`);
  printLine(io.stdout);
  printLine(io.stdout, `export ANTHROPIC_BASE_URL=${server.url}`);
  printLine(io.stdout, `export ANTHROPIC_API_KEY=${server.token}`);
}
