import type { Question } from '../../ports/approver.ts';
import type { Assessment, Tier } from '../../protocol/assessment.ts';
import type { Effect } from '../../protocol/effect.ts';
import { hidesChange, isOutline } from '../change.ts';
import { explain } from '../explainWords.ts';
import { fetchFooting, fetchLasting, hostWords } from '../fetchWords.ts';
import { branchesOf, pushFooting, pushLines } from '../gitWords.ts';
import { fewerWrites, termsSentence } from '../permitWords.ts';
import { leftLine, restoredLine } from '../restoreWords.ts';
import { reasonSentence, tellingReasons } from '../sentences.ts';
import { counted, duration, shortPath, subjectOf } from './describe.ts';
import { diffExcerpt, type Excerpt, gutter, whole } from './excerpt.ts';
import type { Paint } from './paint.ts';
import { visible } from './plain.ts';
import { wrapped } from './prose.ts';

export interface Asked {
  /** What, up to `most` lines of it, and why. */
  lines: string[];
  /** Whether there is more of it to see than `lines` show. */
  more: boolean;
}

/** The question as a person reads it. `most` bounds the lines of the command or diff. */
export function askedOf(question: Question, root: string, paint: Paint, width: number, most: number): Asked {
  const { value, decision } = question;
  const body = bodyOf(value, root, paint, width, most);
  const { named, more } = fewerWrites(tellingReasons(decision.reasons));
  const rest = more === 0 ? [] : [`It tried ${counted(more, 'more write')}, of what is named above.`];
  const why = [...named.map(reasonSentence), ...rest].flatMap(sentence => wrapped(sentence, '  ', width));
  const lines = [
    '',
    paint(['bold', 'cyan'], `? ${titleOf(value, root)}`),
    ...body.lines,
    ...hidden(value, width),
    ...footing(question, root, width),
    ...riskOf(question, paint, width),
    ...why,
  ];
  return { lines, more: body.hidden > 0 || (value.kind === 'edit' && hidesChange(value.patch)) };
}

/** All of what the question is about, as safe lines; `patch` is the whole change where the effect's own is not. */
export function subjectLines(
  effect: Effect,
  patch: string | null,
  paint: Paint,
  width: number,
  root?: string,
): string[] {
  if (effect.kind === 'edit' && patch !== null) return diffExcerpt(patch, paint, width, Number.POSITIVE_INFINITY).lines;
  return bodyOf(effect, root, paint, width, Number.POSITIVE_INFINITY).lines;
}

/** What the effect's own patch does not show, in words. */
function hidden(effect: Effect, width: number): string[] {
  if (effect.kind !== 'edit' || !hidesChange(effect.patch)) return [];
  const what = isOutline(effect.patch)
    ? 'The change is too large to be shown here at once; these are the places where it changes the file.'
    : 'Secrets in it are hidden here.';
  return wrapped(`${what} Answer v to see all of it as it is.`, '  ', width);
}

/** The tier, and for a command what the sandbox would hold it to. */
function riskOf({ value, assessment, terms }: Question, paint: Paint, width: number): string[] {
  const tier = assessment === null ? [] : [`  ${paint(tierColours[assessment.tier], `Risk: ${assessment.tier}`)}`];
  if (value.kind !== 'exec') return tier;
  return [...tier, ...wrapped(visible(termsSentence(terms)), '  ', width)];
}

const tierColours: Record<Tier, 'green' | 'yellow' | 'red'> = {
  low: 'green',
  medium: 'yellow',
  high: 'red',
  critical: 'red',
};

function titleOf(effect: Effect, root: string): string {
  switch (effect.kind) {
    case 'exec':
      return effect.background ? 'Start this command and leave it running?' : 'Run this command?';
    case 'edit':
      return effect.base === null
        ? `Create ${subjectOf(effect, root)}?  ${counts(effect)}`
        : `Change ${subjectOf(effect, root)}?  ${counts(effect)}`;
    case 'read':
      return `Read ${subjectOf(effect, root)}?`;
    case 'search':
      return `${effect.by === 'name' ? 'List' : 'Search'} ${subjectOf(effect, root)}?`;
    case 'push':
      return `Push ${visible(branchesOf(effect))} to ${visible(effect.remote)}?`;
    case 'fetch':
      return `Read this page of ${visible(hostWords(effect.url))}?`;
    case 'restore':
      return `Restore ${subjectOf(effect, root)}?  ${counted(effect.files.length, 'file')}`;
    case 'diagnostics':
      return `Ask the editor for the problems ${subjectOf(effect, root)}?`;
  }
}

const counts = (edit: { added: number; removed: number }): string => `+${edit.added} −${edit.removed}`;

function bodyOf(effect: Effect, root: string | undefined, paint: Paint, width: number, most: number): Excerpt {
  if (effect.kind === 'exec') return whole(effect.command, paint, width, most);
  if (effect.kind === 'push') return whole([effect.command, ...pushLines(effect)].join('\n'), paint, width, most);
  if (effect.kind === 'fetch') return whole(effect.url, paint, width, most);
  if (effect.kind === 'edit') return diffExcerpt(effect.patch, paint, width, most);
  if (effect.kind === 'restore') return restoreBody(effect, root, paint, width, most);
  return { lines: [], hidden: 0 };
}

/** Each file that would change, with its diff below it, and those that are left. */
function restoreBody(
  effect: Extract<Effect, { kind: 'restore' }>,
  root: string | undefined,
  paint: Paint,
  width: number,
  most: number,
): Excerpt {
  const short = (path: string): string => (root === undefined ? path : shortPath(path, root));
  const all = Number.POSITIVE_INFINITY;
  const lines = [
    ...effect.files.flatMap(file => [
      ...whole(restoredLine(file, short), paint, width, all).lines,
      ...(file.patch === null ? [] : diffExcerpt(file.patch, paint, width, all).lines),
    ]),
    ...effect.conflicts.flatMap(path => whole(leftLine(path, short), paint, width, all).lines),
  ];
  const hidden = Math.max(0, lines.length - most);
  const more = hidden === 0 ? [] : [paint('dim', `${gutter}… ${hidden} more lines`)];
  return { lines: [...lines.slice(0, most), ...more], hidden };
}

function footing({ value: effect, lasting }: Question, root: string, width: number): string[] {
  if (effect.kind === 'push') return wrapped(pushFooting, '  ', width);
  if (effect.kind === 'fetch') return wrapped(lasting ? `${fetchFooting} ${fetchLasting}` : fetchFooting, '  ', width);
  if (effect.kind === 'restore') return wrapped(visible(`The agent says: ${effect.reason}`), '  ', width);
  if (effect.kind !== 'exec') return [];
  const where = shortPath(effect.cwd, root);
  const folder = where === '.' ? 'in the workspace' : `in ${visible(where)}`;
  const until = effect.background ? 'until the run ends' : `for at most ${duration(effect.timeoutMs)}`;
  return wrapped(`It runs ${folder}, ${until}.`, '  ', width);
}

/** What a question can be answered with beside yes and no. */
export interface Offered {
  lasting: boolean;
  /** For later runs in the folder as well. */
  folder: boolean;
  rule: boolean;
  explain: boolean;
}

/** The keys, in as many lines as the width wants; `view` is what v does, null where there is no more to see. */
export function keysFor(
  view: string | null,
  { lasting, folder, rule, explain: parts }: Offered,
  width: number,
): string {
  const keys = [
    '[y] allow once',
    ...(lasting ? ['[r] for this run'] : []),
    ...(folder ? ['[f] in this folder'] : []),
    ...(rule ? ['[p] always…'] : []),
    '[n] deny',
    '[w] and say why',
    '[k] and keep it',
    '[m] mode',
    ...(parts ? ['[e] explain'] : []),
    ...(view === null ? [] : [`[v] ${view}`]),
  ];
  return `${wrapped(keys.join('  '), '', width - 4).join('\n')}  > `;
}

/** The same as a list of letters. */
export function letters({ lasting, folder, rule }: Offered): string {
  return `y, ${lasting ? 'r, ' : ''}${folder ? 'f, ' : ''}${rule ? 'p, ' : ''}n, w or k`;
}

/** Each program of a command with what it does, below the one that leads to it. */
export function explainLines(assessment: Assessment, root: string, paint: Paint, width: number): string[] {
  return explain(assessment, root).flatMap(({ text, depth, says }) => {
    const indent = ' '.repeat(2 + 2 * Math.min(depth, 6));
    return [
      ...wrapped(visible(text), `${indent}  `, width).map((line, row) =>
        row === 0 ? `${indent}• ${line.trimStart()}` : line,
      ),
      ...says.flatMap(sentence => wrapped(visible(sentence), `${indent}    `, width)).map(line => paint('dim', line)),
    ];
  });
}
