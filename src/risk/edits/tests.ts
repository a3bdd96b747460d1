import type { Finding } from '../assessment.ts';
import type { Tier } from '../tier.ts';
import { addedLines, count, removedLines } from './lines.ts';

const cases =
  /\b(?:it|test|specify|scenario)(?:\.\w+)*\s*\(|^\s*(?:async\s+)?def test_?\w*|^func (?:\([^)]*\) )?(?:Test|Fuzz)\w*\(|#\[(?:tokio::)?test\b|@(?:Parameterized)?Test\b|^\s*(?:it|specify|test)\s+["']|\[(?:Fact|Theory|Test|TestMethod)\b|public function test\w+/gm;
const skips =
  /\b(?:it|test|describe|context|suite|specify)\.(?:skip|todo|fixme|fails|failing|skipIf|runIf)\b|\b(?:xit|xdescribe|xtest|xcontext|xspecify)\s*\(|@(?:pytest\.mark\.(?:skip|skipif|xfail)|unittest\.(?:skip\w*|expectedFailure)|Disabled|Ignore|Ignored)\b|\bpytest\.(?:skip|xfail)\s*\(|\bself\.skipTest\s*\(|\bt\.Skip(?:f|Now)?\s*\(|#\[ignore\b|\bthis\.skip\s*\(|\bpending\s*\(|markTest(?:Skipped|Incomplete)\s*\(|\bSkip\s*=\s*"|\bskip\s*:\s*true\b|^\s*(?:skip|xit|pending)\s+["']/gm;
const only =
  /\b(?:it|test|describe|context|suite)\.only\b|\b(?:fit|fdescribe|fcontext)\s*\(|\bonly\s*:\s*true\b|:focus\b/gm;
const asserts =
  /\bexpect(?:\.\w+)?\s*\(|\bassert\w*(?:[.!]\w+)*[!]?\s*[( ]|\bself\.assert\w+\s*\(|\bshould\b|\brequire\.\w+\(t\b|\bt\.(?:Error|Fatal|Errorf|Fatalf|Fail)\w*\(|\bAssert\.\w+\s*\(|\bverify\s*\(/g;
const trivial =
  /\bexpect\s*\(\s*(?:true|1)\s*\)\s*\.(?:to(?:Be|Equal|StrictEqual)\s*\(\s*(?:true|1)|toBeTruthy|to\.be\.true)|\bassert(?:\.ok|\.equal|\.strictEqual|True|_true)?\s*\(\s*(?:true|True|1)\s*[),]|^\s*assert (?:True|1)\s*(?:#.*)?$|\bassert!\s*\(\s*true\s*\)/gm;
const loose =
  /\.(?:toBeTruthy|toBeDefined|toBeFalsy|not\.toThrow|resolves\.not\.toThrow|toBeInstanceOf|toMatchObject)\b|expect\.(?:anything|any)\b|assertIsNotNone|assert\.ok\(|assertNotNull/g;
const strict =
  /\.(?:toBe|toEqual|toStrictEqual|toHaveBeenCalledWith|toThrow|toMatchInlineSnapshot)\s*\(|assertEqual|assertEquals|assert\.(?:equal|deepEqual|strictEqual|deepStrictEqual|throws)\b|assert_eq!/g;
const tolerance =
  /toBeCloseTo|toleran|epsilon|\bdelta\b|\batol\b|\brtol\b|approx|\bplaces\b|threshold|timeout|retries|retry|closeTo/i;

/** The run ends early and well, or what follows is never reached. */
const bypasses =
  /\b(?:process|Deno)\.exit\s*\(\s*0?\s*\)|\bprocess\.exitCode\s*=\s*0\b|\bos\._exit\s*\(\s*0|\bsys\.exit\s*\(\s*0?\s*\)|\bos\.Exit\s*\(\s*0\s*\)|\bSystem\.exit\s*\(\s*0\s*\)|\bif\s*\(\s*(?:0|false|!1|!true|null|undefined|""|'')\s*\)|\bif\s+(?:0|False|None|false)\s*[:{]|^#if 0\b|\bwhile\s*\(\s*(?:0|false)\s*\)|#\[cfg\(any\(\)\)\]|\b(?:0|false)\s*&&\s*(?:expect|assert)/gm;
const emptyCatch =
  /\btry\s*\{[^{}]*\b(?:expect|assert)\w*\b[^{}]*\}\s*catch\s*(?:\([^)\n]*\))?\s*\{\s*(?:\/\/[^\n]*\s*)?\}|\bexcept\b[^:\n]*:\s*(?:\n\s*)?(?:pass|\.\.\.)(?:\s|$)/g;
const catches = /\bcatch\b|\bexcept\b[^:\n]*:|\brescue\b|\bsuppress\s*\(/g;
const vague = /\bexpect\.(?:anything|any|stringContaining\s*\(\s*["'`]{2}|arrayContaining\s*\(\s*\[\s*\])/g;

/** What a change takes away from what tests prove. `after` null: the file goes. */
export function testChanges(path: string, before: string | null, after: string | null): Finding[] {
  const findings: Finding[] = [];
  const say = (tier: Tier, code: string): number =>
    findings.push({ tier, category: 'tests-weakened', code, args: { path } });
  if (before !== null && before.trim() !== '' && (after === null || after.trim() === '')) {
    say('high', 'tests.deleted');
    return findings;
  }
  if (after === null) return findings;
  const old = before ?? '';
  if (/\.snap$|(^|\/)__snapshots__\//.test(path)) {
    if (old !== '') say('medium', 'tests.snapshot');
    return findings;
  }
  const fewer = (pattern: RegExp): boolean => count(pattern, after) < count(pattern, old);
  const more = (pattern: RegExp): boolean => count(pattern, after) > count(pattern, old);
  if (more(skips)) say('high', 'tests.skipped');
  if (more(only)) say('high', 'tests.only');
  if (more(trivial)) say('high', 'tests.trivial');
  if (fewer(cases) || commentedOut(old, after)) say('high', 'tests.casesRemoved');
  else if (fewer(asserts)) say('high', 'tests.assertionsRemoved');
  if ((more(loose) && fewer(strict)) || (before !== null && more(vague))) say('medium', 'tests.looser');
  if (more(bypasses)) say(before === null ? 'medium' : 'high', 'tests.bypassed');
  else if (before !== null && addedLines(old, after).some(line => /^return;?$|^return\b.*;?\s*\/\/ *skip/.test(line)))
    say('medium', 'tests.bypassed');
  if (before !== null && more(emptyCatch)) say('high', 'tests.swallowed');
  else if (before !== null && more(catches)) say('medium', 'tests.swallowed');
  if (expectationChanged(old, after)) say('medium', 'tests.expectation');
  if (numbersChanged(old, after)) say('medium', 'tests.tolerance');
  return findings;
}

/** A case or an expectation that now stands in a comment. */
function commentedOut(before: string, after: string): boolean {
  const removed = new Set(removedLines(before, after));
  return addedLines(before, after).some(line => {
    const bare = /^(?:\/\/|#|\/\*|--)\s*(.*?)(?:\s*\*\/)?$/.exec(line)?.[1];
    return bare !== undefined && removed.has(bare) && (count(cases, bare) > 0 || count(asserts, bare) > 0);
  });
}

/** The same line with another number, where the number says how exact a test is. */
function numbersChanged(before: string, after: string): boolean {
  const shape = (line: string): string => line.replace(/\d+(?:[._]\d+)*(?:e[+-]?\d+)?/gi, '#');
  const removed = new Set(
    removedLines(before, after)
      .filter(line => tolerance.test(line))
      .map(shape),
  );
  return removed.size > 0 && addedLines(before, after).some(line => tolerance.test(line) && removed.has(shape(line)));
}

/** The same line with another literal, where it says what is expected: on a line with an assertion, or in a table of values. */
function expectationChanged(before: string, after: string): boolean {
  const shape = (line: string): string =>
    line
      .replace(/(["'`])(?:\\.|(?!\1)[^\\\n])*\1/g, '#')
      .replace(/-?\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\b|\b(?:true|false|null|undefined|None|True|False|nil)\b/gi, '#');
  const expects = (line: string): boolean =>
    count(asserts, line) > 0 || /\b(?:expected|want|wanted)\b|^\)?\.to\w*\(/i.test(line) || isTable(shape(line));
  const removed = new Set(removedLines(before, after).filter(expects).map(shape));
  return removed.size > 0 && addedLines(before, after).some(line => removed.has(shape(line)));
}

/** Nothing but literals, with a name for one of them at most. */
function isTable(shape: string): boolean {
  return shape.includes('#') && /^(?:[\w#]+:\s*)?[#\s,[\](){}]*[,;)]?$/.test(shape);
}
