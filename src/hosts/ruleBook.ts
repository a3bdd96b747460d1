import { homedir } from 'node:os';
import { join } from 'node:path';
import { readText, writePrivate } from '../effects/files.ts';
import { subjectOf } from '../gate/subject.ts';
import type { Home } from '../journal/home.ts';
import { loadPolicy } from '../policy/load.ts';
import { covers } from '../policy/narrow.ts';
import type { Diagnostic } from '../policy/rule.ts';
import { readRule, withRule } from '../policy/ruleFile.ts';
import type { Question } from '../ports/approver.ts';
import type { RuleBook } from '../ports/ruleBook.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import type { RuleCheck } from '../protocol/panel.ts';
import type { ReaderFor } from './assets.ts';
import { exampleSubject } from './policy.ts';
import { policySentence } from './policySentences.ts';

export interface RuleBookSetup {
  home: Pick<Home, 'root'>;
  /** The folder that the run works in. */
  root: string;
  reader: ReaderFor;
}

/** The person's policy: `policy.yaml` in the state folder. */
export function userPolicy({ root }: Pick<Home, 'root'>): string {
  return join(root, 'policy.yaml');
}

export function openRuleBook(setup: RuleBookSetup): RuleBook {
  const file = userPolicy(setup.home);
  return {
    async add(text) {
      const before = (await readText(file)) ?? '';
      const made = await make(text, before, setup);
      if ('errors' in made) {
        const [problem = ''] = made.errors;
        throw new GatehouseError(failures.policyInvalid({ file, line: made.line, column: 1, problem }));
      }
      await writePrivate(file, made.text);
      return made.id;
    },
  };
}

/** Says what is wrong with what a person made of a proposed rule, by the policy's own diagnostics. Changes nothing. */
export async function checkRule(
  text: string,
  { value, assessment }: Pick<Question, 'value' | 'assessment'>,
  setup: RuleBookSetup,
): Promise<RuleCheck> {
  const made = await make(text, (await readText(userPolicy(setup.home))) ?? '', setup);
  if ('errors' in made) return { text, errors: made.errors, warnings: [] };
  const read = readRule(text);
  const lifts =
    read.type === 'rule' && assessment !== null && covers(read.rule, subjectOf(value, assessment), setup.root);
  const misses = lifts ? [] : ['It does not cover this command, so that you would be asked about it again.'];
  return { text, errors: [], warnings: [...made.warnings, ...misses] };
}

type Made = { text: string; id: string; warnings: string[] } | { errors: string[]; line: number };

async function make(text: string, before: string, setup: RuleBookSetup): Promise<Made> {
  const read = readRule(text);
  if (read.type === 'wrong')
    return {
      errors: read.problems.map(({ line, problem }) => `Line ${line}: ${problem}.`),
      line: read.problems[0]?.line ?? 1,
    };
  const after = withRule(before, read.rule);
  if (after === null)
    return {
      errors: [`Your policy ${userPolicy(setup.home)} is not one that a rule can be added to; mend it first.`],
      line: 1,
    };
  const known = new Set((await diagnose(before, setup)).map(keyOf));
  const found = (await diagnose(after.text, setup)).filter(each => !known.has(keyOf(each)));
  const said = (severity: Diagnostic['severity']): string[] =>
    found.filter(each => each.severity === severity).map(policySentence);
  const errors = said('error');
  return errors.length > 0 ? { errors, line: found[0]?.line ?? 1 } : { ...after, warnings: said('warning') };
}

async function diagnose(text: string, { home, root, reader }: RuleBookSetup): Promise<Diagnostic[]> {
  if (text.trim() === '') return [];
  const subject = exampleSubject(await reader(text), root, homedir());
  return loadPolicy([{ file: userPolicy(home), text, layer: 'user' }], { root, subjectOf: subject }).diagnostics;
}

const keyOf = ({ code, args }: Diagnostic): string => JSON.stringify([code, args]);
