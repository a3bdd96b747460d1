import type { Run, RunCommand } from '../../agent/run.ts';
import { Mode } from '../../protocol/command.ts';
import { visible } from './plain.ts';
import type { Terminal } from './terminal.ts';

/**
 * Tells the run what a person typed while no question was open; the transcript shows it once it is written down. A lone
 * answer key is no word to the model: it was meant for a question, and there is none. `m auto` changes the mode.
 */
export function sayTo(run: Pick<Run, 'send'>, line: string, terminal: Pick<Terminal, 'note'>): void {
  const text = line.trim();
  if (text === '') return;
  if (/^[yrfpnwkmev]$/i.test(text))
    return terminal.note([`No question is open, so "${visible(text)}" answers nothing.`]);
  const mode = Mode.safeParse(/^m\s+(\S+)$/i.exec(text)?.[1]?.toLowerCase()).data;
  const command: RunCommand = mode === undefined ? { type: 'say', text } : { type: 'setMode', mode, by: 'terminal' };
  if (run.send(command) !== 'taken') terminal.note([`The run is over, so this was not told to it: ${visible(text)}`]);
}
