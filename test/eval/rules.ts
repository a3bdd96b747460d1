import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EvalResult, EvalSuite } from './suite.ts';

const corpus = join(import.meta.dirname, '../corpus/probe');

/** A file of the corpus of texts and tasks, as it stands. */
export function corpusFile(name: string): unknown {
  return JSON.parse(readFileSync(join(corpus, name), 'utf8'));
}

/** One text, what should come of it, and why that is so. */
export interface RuleRow {
  id: string;
  text: string;
  because: string;
}

/** A suite that rules judge: nobody is asked and nothing is paid. `judge` gives what is said against a text, or null. */
export function ruleSuite(
  name: string,
  rows: Record<EvalResult['wanted'], readonly RuleRow[]>,
  judge: (text: string) => string | null,
): EvalSuite {
  const casesOf = (wanted: EvalResult['wanted']): EvalSuite['cases'] =>
    rows[wanted].map(({ id, text, because }) => ({
      id,
      run: async () => {
        const said = judge(text);
        return { id, wanted, got: said === null ? 'pass' : 'stop', said: said ?? 'nothing', because, usd: 0 };
      },
    }));
  return { name, needsModel: false, cases: [...casesOf('pass'), ...casesOf('stop')] };
}
