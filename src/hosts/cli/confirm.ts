import { usageError } from './args.ts';
import type { Io } from './io.ts';
import { printLine } from './io.ts';
import { createLineReader } from './lines.ts';

/**
 * Asks the person at the terminal; only y or yes, typed after the question, is one. Throws `usage` where nobody can be
 * asked.
 */
export async function confirm(question: string, io: Io): Promise<boolean> {
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true)
    throw usageError('Nobody can be asked here, so nothing was changed. Add --yes to do it without being asked');
  const lines = createLineReader(io.stdin);
  try {
    await lines.claim();
    for (;;) {
      io.stderr.write(`${question} [y/n] `);
      const line = await lines.next(io.interrupt);
      if (line === null) printLine(io.stderr);
      const answer = line?.trim().toLowerCase() ?? 'n';
      if (answer === 'y' || answer === 'yes') return true;
      if (answer === 'n' || answer === 'no') return false;
    }
  } finally {
    lines.release();
    lines.close();
  }
}
