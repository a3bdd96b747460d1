import type { Suspicion } from '../../protocol/suspicion.ts';

export interface Wishes {
  /** Where they stand. */
  source: string;
  text: string;
  /** The person says it, whose word comes first. */
  byPerson?: boolean;
}

/** Choices of which a project makes one. */
const choices: readonly { about: string; options: readonly { name: string; says: RegExp }[] }[] = [
  {
    about: 'indentation',
    options: [
      { name: 'tabs', says: /\b(?:indent with|use) tabs\b|\btabs,? (?:not|never|instead of) spaces\b/ },
      {
        name: 'spaces',
        says: /\b(?:indent with|use) (?:\w+ )?spaces\b|\bspaces,? (?:not|never|instead of) tabs\b|\b(?:never|do not|don't) use tabs\b/,
      },
    ],
  },
  {
    about: 'quotes',
    options: [
      { name: 'single quotes', says: /\b(?:use|prefer|always) single quotes?\b/ },
      { name: 'double quotes', says: /\b(?:use|prefer|always) double quotes?\b/ },
    ],
  },
  {
    about: 'semicolons',
    options: [
      { name: 'with semicolons', says: /\b(?:always )?(?:use|end \w+ with|add) semicolons\b/ },
      { name: 'without semicolons', says: /\b(?:no|without|omit|avoid|never use|do not use|don't use) semicolons\b/ },
    ],
  },
  {
    about: 'the package manager',
    options: ['npm', 'yarn', 'pnpm', 'bun'].map(name => ({
      name,
      says: new RegExp(`\\b(?:always use|use|only use|install with|use only) ${name}\\b(?! (?:test|run) )`),
    })),
  },
  {
    about: 'the test runner',
    options: ['jest', 'vitest', 'mocha', 'ava', 'node:test'].map(name => ({
      name,
      says: new RegExp(`\\b(?:(?:write|run) (?:the |all )?tests (?:with|in|using)|always use|use|only use) ${name}\\b`),
    })),
  },
  {
    about: 'modules',
    options: [
      { name: 'CommonJS', says: /\b(?:use|prefer|only) (?:commonjs|require\(\))/ },
      { name: 'ES modules', says: /\b(?:use|prefer|only) (?:esm\b|es modules|ecmascript modules)/ },
    ],
  },
];

const directive =
  /(?:^|[\n.;!:,*-]\s*|\b(?:but|and|please|then)\s+)(always|must|never|do not|don't|you must not|must not|please|make sure to)?\s*((?:run|commit|push|edit|change|modify|delete|add|write|create|update|use|install|format|rename|rewrite|touch|refactor|deploy|publish|upgrade)\s+(?:[\w./@-]+\s*){0,4})/g;
const filler = new Set([
  'the',
  'a',
  'an',
  'any',
  'all',
  'your',
  'this',
  'that',
  'to',
  'in',
  'of',
  'and',
  'it',
  'anything',
  'for',
  'or',
  'with',
  'before',
  'after',
  'when',
  'but',
  'so',
  'if',
  'unless',
  'until',
  'without',
]);

/**
 * Wishes that cannot all be granted: two of one choice, and what is asked for in one place and forbidden in another.
 * Plain wordings only; what it does not find may still contradict.
 */
export function conflictsIn(all: readonly Wishes[]): Suspicion[] {
  return [...choiceConflicts(all), ...orderConflicts(all)].slice(0, 8);
}

function choiceConflicts(all: readonly Wishes[]): Suspicion[] {
  return choices.flatMap(({ about, options }) => {
    const made = options.flatMap(({ name, says }) => {
      const from = all.find(({ text }) => says.test(text.toLowerCase()));
      return from === undefined ? [] : [{ name, from }];
    });
    const [first, second] = made;
    if (first === undefined || second === undefined) return [];
    return [conflict(about, `${first.name} (${first.from.source}), ${second.name} (${second.from.source})`)];
  });
}

function orderConflicts(all: readonly Wishes[]): Suspicion[] {
  const wanted = new Map<string, { source: string; said: string; byPerson: boolean }>();
  const forbidden = new Map<string, { source: string; said: string; byPerson: boolean }>();
  for (const { source, text, byPerson = false } of all)
    for (const [, polarity = '', said = ''] of text.toLowerCase().slice(0, 64_000).matchAll(directive)) {
      const words = said
        .trim()
        .split(/\s+/)
        .filter(each => !filler.has(each.replace(/[.,;]$/, '')))
        .slice(0, 2);
      if (words.length < 2) continue;
      const key = words.join(' ').replace(/[.,;]/g, '');
      const into = /never|not|don't/.test(polarity) ? forbidden : wanted;
      if (!into.has(key)) into.set(key, { source, said: key, byPerson });
    }
  return [...forbidden].flatMap(([key, no]) => {
    const yes = wanted.get(key);
    if (yes === undefined) return [];
    const found = conflict('an order', `“${yes.said}” (${yes.source}), and not to (${no.source})`);
    // Where the person takes a side, that holds; between two files nobody has.
    return [yes.byPerson || no.byPerson ? found : { ...found, code: 'contradiction' }];
  });
}

function conflict(about: string, what: string): Suspicion {
  return { code: 'conflict', line: 0, excerpt: `${about}: ${what}`.slice(0, 200) };
}
