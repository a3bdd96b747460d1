import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Run } from '../../agent/run.ts';
import { createBlobs } from '../../journal/blobs.ts';
import { type Home, journalPath } from '../../journal/home.ts';
import type { Approver } from '../../ports/approver.ts';
import type { Limits } from '../../protocol/budget.ts';
import { Mode } from '../../protocol/command.ts';
import { realChange } from '../change.ts';
import { composeRun, defaultLimits, defaultModel } from '../compose.ts';
import { diagnosticLine } from '../policySentences.ts';
import { usageError } from './args.ts';
import { defineCommand } from './command.ts';
import { endpointFrom } from './endpoint.ts';
import { type Io, widthOfOutput } from './io.ts';
import { createLineReader, type LineReader } from './lines.ts';
import { reportAsData, reportAsText } from './output.ts';
import { paintFor } from './paint.ts';
import { visible } from './plain.ts';
import { createTerminalApprover, nobody } from './prompt.ts';
import { sandboxFrom } from './sandbox.ts';
import { sayTo } from './say.ts';
import { homeOf } from './state.ts';
import { createTerminal, type Terminal } from './terminal.ts';

const outputs = ['text', 'json', 'ndjson'] as const;
const onAsk = ['deny', 'prompt'] as const;

export const run = defineCommand(
  {
    name: 'run',
    summary: 'do one task in a folder',
    positionals: [{ name: 'TASK', about: 'what to do, in words; `-` reads it from stdin', required: true }],
    options: {
      cwd: { kind: 'text', value: 'folder', about: 'the workspace (default: the current folder)' },
      mode: {
        kind: 'choice',
        choices: Mode.options,
        about: 'plan looks only; ask asks for all but looking; auto asks less (default: ask)',
      },
      'no-plan': { kind: 'flag', about: 'go to work without a plan (this version never makes one)' },
      model: { kind: 'text', value: 'model', about: `the model that works (default: ${defaultModel})` },
      'base-url': {
        kind: 'text',
        value: 'url',
        about: 'another address that speaks the Messages API; the key is sent to it',
      },
      'max-turns': { kind: 'count', value: 'n', about: `stop after N turns (default: ${defaultLimits.turns})` },
      'max-minutes': { kind: 'amount', value: 'n', about: `stop after N minutes (default: ${defaultLimits.minutes})` },
      policy: { kind: 'text', value: 'file', about: 'a policy beside your own; it cannot lift the managed one' },
      output: {
        kind: 'choice',
        choices: outputs,
        about: 'text to read, one JSON object at the end, or every event as a line (default: text)',
      },
      'on-ask': {
        kind: 'choice',
        choices: onAsk,
        about: 'questions are refused, or asked at the terminal (default: prompt on a terminal, else deny)',
      },
    },
    notes: [
      'With --output json, stdout holds one object and nothing else; with ndjson, one event per line and that object last.\n' +
        '`filesChanged` in it lists paths relative to the workspace, `journal` is the path of the run’s journal. A run that\n' +
        'could not start prints no object: the exit code is 2 (or 1) and stderr says why.',
      'At a terminal, a line typed while the run works is told to the model at its next turn (with --output text).',
      'With --on-ask prompt, answers are lines of stdin, also where it is a pipe: y, n, or w and a sentence. The end of\n' +
        'stdin means that nobody is there, and what would be asked is refused.',
    ],
  },
  async ({ positionals, options }, io) => {
    const output = options.output ?? 'text';
    const fromStdin = positionals[0] === '-';
    if (fromStdin && options['on-ask'] === 'prompt')
      throw usageError(
        'The task is read from stdin, so answers cannot be. Give the task as an argument, or leave --on-ask prompt out',
      );
    const endpoint = endpointFrom(io.env, options['base-url']);
    const workspace = resolve(io.cwd, options.cwd ?? '.');
    const home = await homeOf(io.env, workspace);
    const prompt = fromStdin ? (await text(io.stdin)).trim() : (positionals[0] ?? '');
    if (prompt === '') throw usageError('The task on stdin is empty. Write what is to be done');

    const animate = output === 'text' && io.stderr.isTTY === true && io.env['TERM'] !== 'dumb';
    const terminal = createTerminal(io.stdout, io.stderr, animate, paintFor(io.stderr, io.env));
    const asks = (options['on-ask'] ?? (canPrompt(io, output, fromStdin) ? 'prompt' : 'deny')) === 'prompt';
    const started = Promise.withResolvers<Run>();
    const typed = output === 'text' && !fromStdin && io.stdin.isTTY === true;
    const lines =
      asks || typed
        ? createLineReader(io.stdin, {
            onLine: line => void started.promise.then(begun => sayTo(begun, line, terminal)),
            ...(animate ? { onTyping: (text, at) => terminal.typing(text, at), onInterrupt: () => io.ctrlC() } : {}),
          })
        : null;
    // A second Ctrl-C ends the process at once, and what was drawn must not be left behind.
    const tidy = (): void => terminal.close();
    process.once('exit', tidy);
    let running: Run | null = null;
    const root = (): string => rootOf(running) ?? workspace;
    try {
      const begun = await composeRun({
        prompt,
        workspace,
        mode: options.mode ?? 'ask',
        ...(options.model === undefined ? {} : { model: options.model }),
        limits: limitsFrom(options['max-turns'], options['max-minutes']),
        home,
        approver: lines === null || !asks ? nobody : approverAt(io, terminal, lines, animate, root, home),
        editor: null,
        endpoint,
        env: io.env,
        version: io.version,
        sandbox: sandboxFrom(io.env),
        ...(options.policy === undefined ? {} : { policy: resolve(io.cwd, options.policy) }),
        onPolicy(diagnostics) {
          if (output === 'text') for (const each of diagnostics) terminal.note([visible(diagnosticLine(each))]);
        },
      });
      running = begun;
      started.resolve(begun);
      stopOnInterrupt(begun, io.interrupt);
      const journal = journalPath(home, begun.id);
      const result =
        output === 'text'
          ? await reportAsText(begun, io, terminal)
          : await reportAsData(begun, io, output === 'ndjson', journal);
      return result.exitCode;
    } finally {
      lines?.close();
      terminal.close();
      process.off('exit', tidy);
    }
  },
);

function canPrompt(io: Io, output: string, stdinUsed: boolean): boolean {
  return !stdinUsed && output === 'text' && io.stdin.isTTY === true && io.stderr.isTTY === true;
}

function approverAt(
  io: Io,
  terminal: Terminal,
  lines: LineReader,
  animate: boolean,
  root: () => string,
  home: Home,
): Approver {
  const blobs = createBlobs(home);
  return createTerminalApprover({
    lines,
    terminal,
    paint: paintFor(io.stderr, io.env),
    width: widthOfOutput(io.stderr),
    root,
    change: effect => realChange(effect, root(), blobs),
    echoes: io.stdin.isTTY === true && !animate,
  });
}

function limitsFrom(turns: number | undefined, minutes: number | undefined): Limits {
  return { ...(turns === undefined ? {} : { turns }), ...(minutes === undefined ? {} : { minutes }) };
}

function stopOnInterrupt(running: Run, interrupt: AbortSignal): void {
  const stop = (): unknown => running.send({ type: 'stop', by: 'signal' });
  if (interrupt.aborted) stop();
  else interrupt.addEventListener('abort', stop, { once: true });
}

/** The workspace with its links resolved, as the run's effects name it. */
function rootOf(running: Run | null): string | undefined {
  const started = running?.events().find(event => event.kind === 'run.started');
  return started?.workspace;
}
