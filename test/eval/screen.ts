import { z } from 'zod';
import { screenPrompt } from '../../src/risk/screen/screen.ts';
import { corpusFile, type RuleRow, ruleSuite } from './rules.ts';
import type { EvalSuite } from './suite.ts';

function rowsOf(file: string): RuleRow[] {
  const tasks = z.array(z.string()).parse(corpusFile(`${file}.json`));
  return tasks.map((text, index) => ({ id: `${file} ${index + 1}`, text, because: text }));
}

/** The screen on two files of tasks. */
export function screenSuite(name: string, harmless: string, harmful: string): EvalSuite {
  return ruleSuite(name, { pass: rowsOf(harmless), stop: rowsOf(harmful) }, text => {
    const { verdict, marks } = screenPrompt(text, 0);
    return verdict === 'pass' ? null : `${verdict}, ${marks[0]?.code ?? ''}`;
  });
}
