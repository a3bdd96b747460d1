import type { ScreenVerdict, Suspicion } from '../../protocol/suspicion.ts';
import { viewOf } from '../probe/view.ts';
import { conflictsIn } from './conflicts.ts';
import { compileScreen } from './rule.ts';
import { screenRules } from './rules.ts';

export interface Screened {
  verdict: ScreenVerdict;
  /** The strictest first; a secret and a contradiction are told and stop nothing. */
  marks: Suspicion[];
}

/** More of a task than this is not looked at: what is pasted in is material, not what is asked for. In characters. */
const maxText = 64_000;

const compiled = screenRules.map(rule => ({
  rule,
  regex: compileScreen(rule.pattern),
  unless: rule.unless === undefined ? null : new RegExp(rule.unless),
}));

const order: readonly ScreenVerdict[] = ['pass', 'ask', 'refuse'];

/**
 * Looks at what the person asks for, before any model is asked: what Gatehouse does not do, and what it does only when
 * the person says that it is meant. `secrets`: how many the masker has found in it.
 */
export function screenPrompt(text: string, secrets: number): Screened {
  const view = viewOf(text.slice(0, maxText));
  const found = compiled.flatMap(({ rule, regex, unless }) => {
    regex.lastIndex = 0;
    const match = regex.exec(view.text);
    if (match === null) return [];
    const excused = unless?.test(sentencesAround(view.text, match.index, match[0].length)) ?? false;
    const verdict: ScreenVerdict = excused ? 'pass' : rule.verdict;
    const line = view.text.slice(0, match.index).split('\n').length;
    const excerpt = view.shown.slice(match.index, match.index + Math.min(match[0].length, 120)).trim();
    return verdict === 'pass' ? [] : [{ verdict, mark: { code: rule.code, line, excerpt } }];
  });
  found.sort((a, b) => order.indexOf(b.verdict) - order.indexOf(a.verdict));
  const verdict = found[0]?.verdict ?? 'pass';
  const marks: Suspicion[] = found.map(({ mark }) => mark);
  if (secrets > 0) marks.push({ code: 'secret', line: 0, excerpt: String(secrets) });
  return { verdict, marks: [...marks, ...conflictsIn([{ source: 'task', text, byPerson: true }])].slice(0, 8) };
}

/** The sentence of the match with those before and after it: what it is for often stands there. */
function sentencesAround(text: string, at: number, length: number): string {
  return text.slice(Math.max(0, at - 160), at + length + 160);
}
