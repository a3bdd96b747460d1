import type { Doubt, Doubter, DoubtVerdict } from '../../ports/doubter.ts';
import { subjectOf } from './describe.ts';
import type { LineReader } from './lines.ts';
import type { Paint } from './paint.ts';
import { visible } from './plain.ts';
import { wrapped } from './prose.ts';
import { subjectLines } from './question.ts';
import type { Terminal } from './terminal.ts';

export interface DoubtSetup {
  lines: LineReader;
  terminal: Terminal;
  paint: Paint;
  width: number;
  /** The workspace's root, links resolved. */
  root: () => string;
}

/** How many of the changed files are named. */
const shownFiles = 20;

/** Nobody is there to decide: the run waits. */
export const nobodyDecides: Doubter = { decide: () => Promise.resolve(null) };

/** Asks at the terminal; only a line read after the question was shown decides, and there is no default. */
export function createTerminalDoubter(setup: DoubtSetup): Doubter {
  const { lines, terminal } = setup;
  return {
    async decide(doubt, signal) {
      await lines.claim();
      try {
        terminal.note(doubtLines(doubt, setup));
        for (;;) {
          terminal.prompt('[r] do it again  [s] leave it and go on  [x] stop here  > ');
          const line = await lines.next(signal);
          if (line === null) {
            terminal.note([signal.aborted ? '(withdrawn)' : '(nobody there)']);
            return null;
          }
          terminal.note([]);
          const verdict = verdictOf(line);
          if (verdict !== null) return verdict;
          terminal.note(['  Please answer r, s or x.']);
        }
      } finally {
        lines.release();
      }
    },
  };
}

export function doubtLines({ value, changed }: Doubt, { paint, width, root }: DoubtSetup): string[] {
  const what =
    changed === null
      ? 'What it changed is not known.'
      : changed.length === 0
        ? 'No file of the workspace has changed since it began; what it did elsewhere is not known.'
        : 'Changed since it began:';
  const files = (changed ?? []).slice(0, shownFiles).map(path => `    ${visible(path)}`);
  const more = (changed?.length ?? 0) - files.length;
  return [
    '',
    paint(['bold', 'cyan'], `? The run was cut off in the middle of this: ${subjectOf(value, root())}`),
    ...subjectLines(value, null, paint, width),
    ...wrapped(what, '  ', width),
    ...files,
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

function verdictOf(line: string): DoubtVerdict | null {
  switch (line.trim().toLowerCase()) {
    case 'r':
    case 'redo':
      return 'redo';
    case 's':
    case 'skip':
      return 'skip';
    case 'x':
    case 'stop':
      return 'stop';
    default:
      return null;
  }
}
