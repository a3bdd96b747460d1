import type { Run } from '../../agent/run.ts';
import { editText } from '../../effects/editText.ts';
import { createBlobs } from '../../journal/blobs.ts';
import { type Home, journalPath } from '../../journal/home.ts';
import type { Diagnostic } from '../../policy/rule.ts';
import type { Approver } from '../../ports/approver.ts';
import type { Confirmer } from '../../ports/confirmer.ts';
import type { Doubter } from '../../ports/doubter.ts';
import { findAssets, lazyReader, type ReaderFor } from '../assets.ts';
import { realChange } from '../change.ts';
import { diagnosticLine } from '../policySentences.ts';
import { checkRule } from '../ruleBook.ts';
import { createTerminalConfirmer } from './confirmTask.ts';
import { createTerminalDoubter, nobodyDecides } from './doubt.ts';
import { type Io, widthOfOutput } from './io.ts';
import { createLineReader } from './lines.ts';
import { reportAsData, reportAsText } from './output.ts';
import { paintFor } from './paint.ts';
import { visible } from './plain.ts';
import { createTerminalApprover, nobody } from './prompt.ts';
import { sayTo } from './say.ts';
import { createTerminal } from './terminal.ts';
import { tidyBehind } from './tidying.ts';

export const outputs = ['text', 'json', 'ndjson'] as const;
export const onAsk = ['deny', 'prompt'] as const;

export interface Attendance {
  home: Home;
  /** The folder that the run works in, as far as it is known before it begins. */
  workspace: string;
  output: (typeof outputs)[number];
  /** Default: at a terminal questions are asked, else refused. */
  onAsk?: (typeof onAsk)[number];
  /** Whether stdin was read for something else. */
  stdinUsed: boolean;
}

/** Who answers for the person, and who is told what is wrong with the policy. */
export interface Attendants {
  approver: Approver;
  doubter: Doubter;
  confirmer?: Confirmer;
  onPolicy: (diagnostics: readonly Diagnostic[]) => void;
}

/** Begins a run and stays with it to its end: shows it, asks the person, tells it what they type. Resolves with its exit code. */
export async function attend(
  io: Io,
  { home, workspace, output, stdinUsed, ...rest }: Attendance,
  begin: (attendants: Attendants) => Promise<Run>,
): Promise<number> {
  const animate = output === 'text' && io.stderr.isTTY === true && io.env['TERM'] !== 'dumb';
  const terminal = createTerminal(io.stdout, io.stderr, animate, paintFor(io.stderr, io.env));
  const asks = (rest.onAsk ?? (canPrompt(io, output, stdinUsed) ? 'prompt' : 'deny')) === 'prompt';
  const started = Promise.withResolvers<Run>();
  const typed = output === 'text' && !stdinUsed && io.stdin.isTTY === true;
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
  let loaded: Promise<ReaderFor> | null = null;
  const reader: ReaderFor = async text => {
    loaded ??= findAssets(import.meta.dirname).then(lazyReader);
    return (await loaded)(text);
  };
  const root = (): string => rootOf(running) ?? workspace;
  try {
    const asked =
      lines === null || !asks
        ? null
        : { lines, terminal, paint: paintFor(io.stderr, io.env), width: widthOfOutput(io.stderr), root };
    const begun = await begin({
      approver:
        asked === null
          ? nobody
          : createTerminalApprover({
              ...asked,
              change: effect => realChange(effect, root(), createBlobs(home)),
              checkRule: (text, about) => checkRule(text, about, { home, root: root(), reader }),
              planSeen: () => output === 'text' && wasShown(running),
              edit: (text, name) => editText(text, name, io.env),
              setMode: mode => void running?.send({ type: 'setMode', mode, by: 'terminal' }),
              echoes: io.stdin.isTTY === true && !animate,
            }),
      doubter: asked === null ? nobodyDecides : createTerminalDoubter(asked),
      ...(asked === null ? {} : { confirmer: createTerminalConfirmer(asked) }),
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
    await tidyBehind(home, io);
    return result.exitCode;
  } finally {
    lines?.close();
    terminal.close();
    process.off('exit', tidy);
  }
}

function canPrompt(io: Io, output: string, stdinUsed: boolean): boolean {
  return !stdinUsed && output === 'text' && io.stdin.isTTY === true && io.stderr.isTTY === true;
}

function stopOnInterrupt(running: Run, interrupt: AbortSignal): void {
  const stop = (): unknown => running.send({ type: 'stop', by: 'signal' });
  if (interrupt.aborted) stop();
  else interrupt.addEventListener('abort', stop, { once: true });
}

/** Whether the plan or question that is open came in this process, and not before the run was resumed. */
function wasShown(running: Run | null): boolean {
  const last = running?.events().findLast(({ kind }) => kind === 'plan.submitted' || kind === 'person.asked');
  return running !== null && last !== undefined && last.seq >= running.earlier;
}

/** The workspace with its links resolved, as the run's effects name it. */
function rootOf(running: Run | null): string | undefined {
  const started = running?.events().find(event => event.kind === 'run.started');
  return started?.workspace;
}
