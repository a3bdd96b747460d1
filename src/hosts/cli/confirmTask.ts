import type { Confirmer } from '../../ports/confirmer.ts';
import { screenQuestion } from '../suspicionWords.ts';
import type { DoubtSetup } from './doubt.ts';
import { visible } from './plain.ts';
import { wrapped } from './prose.ts';

/** Asks at the terminal; only a line read after the question was shown confirms, and there is no default. */
export function createTerminalConfirmer({ lines, terminal, paint, width }: DoubtSetup): Confirmer {
  return {
    async confirm(marks, signal) {
      const [first] = marks;
      if (first === undefined) return true;
      await lines.claim();
      try {
        const rows = wrapped(visible(screenQuestion(first.code, first.excerpt)), '', width);
        terminal.note(['', ...rows.map(row => paint('yellow', row))]);
        for (;;) {
          terminal.prompt('[y] it is meant, and I may  [n] stop here  > ');
          const line = await lines.next(signal);
          if (line === null) {
            terminal.note([signal.aborted ? '(withdrawn)' : '(nobody there)']);
            return null;
          }
          terminal.note([]);
          const said = line.trim().toLowerCase();
          if (said === 'y' || said === 'yes') return true;
          if (said === 'n' || said === 'no') return false;
          terminal.note(['  Please answer y or n.']);
        }
      } finally {
        lines.release();
      }
    },
  };
}
