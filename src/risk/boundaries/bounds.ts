import type { Category } from '../../protocol/assessment.ts';
import { boundariesIn } from './sentences.ts';

/**
 * What a sentence of the person keeps an effect from: acts, by category or by how a program's words begin; and paths
 * below the workspace, as globs, outside of which (`only`) or at which (`not`) nothing is to be changed.
 */
export interface Bound {
  sentence: string;
  categories: readonly Category[];
  commands: readonly string[];
  only: readonly string[];
  not: readonly string[];
}

interface Act {
  verb: string;
  categories: readonly Category[];
  commands?: readonly string[];
}

const acts: readonly Act[] = [
  { verb: 'push(?:ing|es)?', categories: ['push'], commands: ['git push'] },
  {
    verb: 'commit(?:s|ting)?',
    categories: ['push', 'git-history'],
    commands: ['git commit', 'git merge', 'git rebase', 'git cherry-pick', 'git revert', 'git am'],
  },
  { verb: '(?:publish|releas)(?:e|es|ing)?', categories: ['publish'] },
  { verb: 'deploy(?:s|ing|ments?)?', categories: ['production', 'infrastructure'] },
  {
    verb: '(?:install(?:s|ing)?|(?:(?:add|introduce|upgrade|update|change)\\w* )?(?:any |new |further |more |the )*(?:dependenc(?:y|ies)|packages|librar(?:y|ies)))',
    categories: ['dependency', 'lock-file'],
  },
  { verb: '(?:delet|remov)(?:e|es|ing) (?:any |the |other |my )*files', categories: ['deletion'] },
  {
    verb: '(?:(?:access|use|go to|touch|reach)\\w* )?(?:the |any )*(?:network|internet)',
    categories: ['network', 'download', 'upload', 'unusual-network'],
  },
  {
    verb: '(?:(?:run|touch|apply|add|change)\\w* )?(?:any |the |new |database )*migrations?',
    categories: ['migration'],
  },
];

const no = `(?:do not|don['’]?t|never|must not|mustn['’]t|may not|shall not|should not|shouldn['’]t|cannot|can['’]t|without|avoid|no|nor|or|refrain from)`;
/** A few words may stand between: "do not, under any circumstances, push"; "never commit or push". */
const between = `(?:[ ,]+(?!only\\b)[\\w'’]+){0,6}?[ ,]+`;

const patterns = acts.map(act => ({
  ...act,
  pattern: new RegExp(`\\b${no}${between.replace('{0,6}', '{0,4}')}${act.verb}\\b`, 'i'),
}));

const change = `(?:touch|chang|edit|modif|alter|writ|rewrit|work|updat|delet|remov|creat)\\w*`;
const onlyPaths = new RegExp(
  `\\bonly\\b(?:[ ,]+\\w+){0,3}?[ ]+(?:${change}[ ]+)?(?:(?:to|in|on|within|inside|under|below|at|files|the|code)[ ]+){0,4}|\\b(?:stay|remain|work|keep)[ ]+(?:only[ ]+)?(?:in|within|inside|below|under)[ ]+|\\b${change}[ ]+(?:nothing|no(?:thing)? (?:other )?files?)[ ]+(?:outside|except|but)(?:[ ]+(?:of|in|the))*[ ]+`,
  'i',
);
const notPaths = new RegExp(
  `\\b(?:do not|don['’]?t|never|must not|mustn['’]t|may not|without|avoid)[ ]+(?:ever[ ]+)?${change}[ ]+`,
  'i',
);
const leavePaths = /\b(?:leave|keep)[ ]+/i;

/**
 * What the person's words keep effects from, as far as they say it plainly. It only ever makes the gate ask, so that a
 * sentence which is understood too broadly costs a question, and one that is not understood is still told to the model.
 */
export function boundsOf(text: string): Bound[] {
  return boundariesIn(text).flatMap(sentence => {
    const found = patterns.filter(({ pattern }) => pattern.test(sentence));
    const only = pathsAfter(sentence, onlyPaths);
    const not =
      only.length > 0
        ? []
        : [...pathsAfter(sentence, notPaths), ...(left(sentence) ? pathsAfter(sentence, leavePaths) : [])];
    if (found.length === 0 && only.length === 0 && not.length === 0) return [];
    return [
      {
        sentence,
        categories: [...new Set(found.flatMap(({ categories }) => categories))],
        commands: [...new Set(found.flatMap(({ commands = [] }) => commands))],
        only,
        not,
      },
    ];
  });
}

function left(sentence: string): boolean {
  return /\b(?:alone|untouched|unchanged|intact|as (?:it|they) (?:is|are)|as is)\b/i.test(sentence);
}

/** A word that can only be a path: it has a slash, an extension, or stands between backquotes or quotes. */
const pathWord = /^(?:`[^`\s]+`|"[^"\s]+"|'[^'\s]+'|(?:\.{0,2}[\w@*.-]*\/)[\w@*./-]*|[\w@*-]+\.[a-z]\w{0,9})$/i;

/** The paths that stand right after the words: "only change src/ and test/". A path outside the workspace is none. */
function pathsAfter(sentence: string, words: RegExp): string[] {
  const at = words.exec(sentence);
  if (at === null) return [];
  const paths: string[] = [];
  for (const raw of sentence.slice(at.index + at[0].length).split(/[\s,]+/)) {
    const word = raw.replace(/[.;:!?)]+$/, '').replace(/^\(/, '');
    if (/^(?:and|or|the|folder|directory|files?|in|under|nor|anything|everything|any|all|of|at)$/i.test(word)) continue;
    if (!pathWord.test(word)) break;
    const path = word.replace(/^[`"']|[`"']$/g, '').replace(/^\.\//, '');
    if (path !== '' && !path.startsWith('/') && !path.split('/').includes('..')) paths.push(path);
  }
  return paths;
}
