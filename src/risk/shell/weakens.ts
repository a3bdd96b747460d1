import { posix } from 'node:path';
import type { Claim } from '../claim.ts';
import { inspectCode, languageOf } from '../code.ts';
import { patternChanges } from '../edits/patterns.ts';
import { testChanges } from '../edits/tests.ts';
import { isTestSource } from '../paths.ts';
import { printed } from './output.ts';
import type { Directories, Invocation } from './script.ts';
import { claimed, note } from './spec.ts';
import type { Word } from './word.ts';

/** Programs that change a file in place by a program of their own. */
const rewriters = /^(g?sed|perl|ruby|g?awk|ex|ed|sd|jq|yq|python[\d.]*|node|comby|ast-grep|rpl|vim?|nvim)$/;

/** Words of an expression that changes what a test proves. */
const ofTests =
  /\b(assert\w*|expect\w*|should|skip\w*|only|todo|xit|xdescribe|xtest|fixme|xfail|toBe\w*|toEqual|toThrow|ignore\w*|Disabled|raises|throws|describe|it|test|threshold\w*)\b/;

/** What an expression silences wherever it is put. */
const silences = new Set(['checks-removed', 'tests-weakened']);

/** What a file holds; null where there is none, or where it is not known. */
type Old = (path: string) => string | null;

/**
 * What a command does to checks by the text that it writes: the same that an edit of that text would be told, as far as the
 * command line holds it.
 */
export function weakening(program: string, invocation: Invocation, claims: readonly Claim[], old: Old): Claim[] {
  const written = claims.flatMap(claim =>
    claim.does === 'write' && claim.somewhere !== true && claim.leads === undefined ? [claim] : [],
  );
  if (written.length === 0) return [];
  const text = program === 'tee' || written.length === invocation.redirects.length ? printed(invocation) : null;
  const empty = empties(program, invocation, text);
  return written.flatMap(({ path, append, into }): Claim[] => {
    const name = nameOf(path, invocation.directories);
    const test = isTestSource(name);
    if (test && empty && append !== true) return [told('tests.deleted', name)];
    if (text !== null)
      return [
        ...changed(name, text),
        ...(test ? [...inTest(name, append === true ? null : old(name), text), ...acts(name, text)] : []),
      ];
    if (rewriters.test(program)) return rewritten(name, test, invocation);
    // Another file takes the place of a test, and nothing tells what it proves.
    const replaces = into !== undefined && into.length === 1 && !isTestSource(into[0]?.text ?? 'x.test.x');
    return test && replaces && posix.extname(name) !== '' ? [told('tests.replaced', name)] : [];
  });
}

const told = (code: string, path: string): Claim => claimed(note('medium', 'tests-weakened', code), { path });

function nameOf(path: Word, directories: Directories): string {
  const text = path.text ?? path.prefix;
  const [directory] = directories ?? [];
  return posix.isAbsolute(text) || directory === undefined ? text : posix.join(directory, text);
}

function empties(program: string, { args, redirects }: Invocation, text: string | null): boolean {
  if (program === 'truncate') return true;
  if (text !== null) return text.trim() === '';
  if (args.some(arg => arg.text === '/dev/null')) return true;
  return redirects.length > 0 && /^(:|true|false)$/.test(program);
}

const claimOf = ({ tier, category, code, args }: ReturnType<typeof patternChanges>[number]): Claim =>
  claimed(note(tier === 'high' && category === 'tests-weakened' ? 'medium' : tier, category, code), args);

function changed(name: string, text: string): Claim[] {
  return patternChanges(name, '', text).map(claimOf);
}

function inTest(name: string, before: string | null, text: string): Claim[] {
  return testChanges(name, before ?? '', text)
    .filter(({ code }) => /skipped|only|trivial|casesRemoved|assertionsRemoved/.test(code))
    .map(claimOf);
}

/** What a test plainly does when the next run of the tests loads it. */
function acts(name: string, text: string): Claim[] {
  return inspectCode(languageOf(name, text), text, 'file').filter(
    claim => claim.does !== 'read' && claim.does !== 'shell',
  );
}

function rewritten(name: string, test: boolean, { args }: Invocation): Claim[] {
  const words = args.filter(arg => !isTestSource(arg.text ?? ''));
  const expression = words.map(arg => arg.text ?? arg.raw).join('\n');
  const silenced = patternChanges(name, '', expression).filter(({ category }) => silences.has(category));
  const deletesLines = /(^|[\s;/$,\d}])d\s*$/m.test(args.filter(arg => !arg.prefix.startsWith('-'))[0]?.text ?? '');
  const weaker = test && (ofTests.test(expression) || deletesLines);
  return [...silenced.map(claimOf), ...(weaker ? [told('tests.rewritten', name)] : [])];
}
