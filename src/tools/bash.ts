import { z } from 'zod';
import type { ExecOutcome } from '../effects/outcome.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { presentPush, signingNotes } from './gitNotes.ts';
import { expectKind } from './outcome.ts';
import { firstPlaceholder } from './placeholders.ts';
import { argument } from './schema.ts';
import type { Tool } from './tool.ts';
import { violationNotes } from './violationNotes.ts';

export const defaultTimeoutMs = 120_000;
export const maxTimeoutMs = 600_000;

const input = z.strictObject({
  command: argument.describe('One or more commands for bash.'),
  description: z.string().optional().describe('What it does, in five to ten words, for the person who watches.'),
  timeout: z.int().positive().max(maxTimeoutMs).optional().describe(`In ms; ${defaultTimeoutMs} if left out.`),
  run_in_background: z
    .boolean()
    .optional()
    .describe('For servers and watchers: answers at once, output goes to a log.'),
});

export const bashTool: Tool<z.infer<typeof input>> = {
  name: 'Bash',
  description: `Run a command in bash, in the workspace's folder. Every call is a new shell: cd and variables do not carry over. Nobody can answer a prompt: standard input is empty and editors and pagers are off, so pass flags such as --yes or -m.

- The answer is standard output and error together; of long output the first 8 KiB and the last 24 KiB, with a mark where the middle was left out. Filter at the source when you need a part.
- A command is ended, with everything that it started, at its timeout (default ${defaultTimeoutMs / 1000} s, at most ${maxTimeoutMs / 1000} s). What it leaves running when it exits is ended too: use run_in_background for what must go on, not & or nohup.
- A background command answers at once with the path of its log: Read that to see what it printed and whether it has ended. Later commands reach its ports at 127.0.0.1. It ends by itself, with the run, or when the person ends it: put \`timeout 300\` before one that should end sooner.
- Keys and tokens were taken out of the environment. Never write a masked secret ([secret:…]) into a command: it is refused. Let the program read it from where it is.
- Use Read, Glob, Grep, Edit and Write for files rather than cat, find, grep, sed or echo.
- Push with a plain git push, a remote and a branch, as a command of its own: only that can be allowed to use the person's credentials.
- Some commands are asked about or refused. A refusal names its rule: choose a safer way, never the same thing in other words.`,
  input,
  prepare: async (given, { workspace, masker, git }) => {
    const { restored, unknown } = masker.unmask(given.command);
    if (restored > 0 || unknown.length > 0) {
      const placeholder = firstPlaceholder(given.command) ?? unknown[0] ?? '[secret]';
      throw new GatehouseError(failures.secretInCommand({ placeholder }));
    }
    const { command, run_in_background: background = false } = given;
    const push = background ? null : await git?.readPush(command);
    if (push) return { kind: 'push', command, cwd: workspace.root, ...push };
    return {
      kind: 'exec',
      command,
      cwd: workspace.root,
      timeoutMs: given.timeout ?? defaultTimeoutMs,
      background,
      ...(given.description !== undefined && { description: given.description }),
    };
  },
  present: (outcome, { command }) => {
    if (outcome.kind === 'push') return presentPush(outcome, command);
    const exec = expectKind('exec', outcome);
    if (exec.background !== null) {
      const { process, pid, log } = exec.background;
      const started = `Running in the background as ${process} (pid ${pid}). Its output goes to ${log}: Read that. It ends with the run.`;
      return [started, ...signingNotes(exec.signing)].join('\n');
    }
    const output = exec.output.replace(/\n+$/, '');
    const told = [...violationNotes(exec.violations), ...signingNotes(exec.signing)];
    return [output, ...notesOn(exec, output !== ''), ...told].filter(line => line !== '').join('\n');
  },
};

function notesOn(exec: ExecOutcome, hasOutput: boolean): string[] {
  const notes = [endOf(exec)];
  if (notes[0] === '' && !hasOutput) notes[0] = '(No output.)';
  if (exec.survivors.length > 0) {
    const names = exec.survivors.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ');
    notes.push(`(Still running although it was killed: ${names}.)`);
  }
  return notes;
}

function endOf(exec: ExecOutcome): string {
  const seconds = (exec.durationMs / 1000).toFixed(1);
  if (exec.stopped) return `(Stopped with the run after ${seconds} s, and everything that it started.)`;
  if (exec.timedOut) return `(Timed out after ${seconds} s and was ended. Raise timeout or use run_in_background.)`;
  if (exec.signal !== null) return `(Ended by ${exec.signal}.)`;
  return exec.exitCode === 0 ? '' : `(Exit code ${exec.exitCode ?? 'unknown'}.)`;
}
