import { z } from 'zod';
import { probe } from '../../src/risk/probe/probe.ts';
import { corpusFile, type RuleRow, ruleSuite } from './rules.ts';
import type { EvalSuite } from './suite.ts';

const Samples = z.array(z.object({ kind: z.string(), text: z.string() }));

function rowsOf(file: string): RuleRow[] {
  const samples = Samples.parse(corpusFile(`${file}.json`));
  return samples.map(({ kind, text }, index) => ({ id: `${file} ${index + 1}`, text, because: kind }));
}

/** The probe on two files of texts. */
export function probeSuite(name: string, harmless: string, poisoned: string): EvalSuite {
  return ruleSuite(name, { pass: rowsOf(harmless), stop: rowsOf(poisoned) }, text => {
    const [first] = probe(text).marks;
    return first === undefined ? null : `${first.code}: ${first.excerpt}`;
  });
}
