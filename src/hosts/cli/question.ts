import type { Question } from '../../ports/approver.ts';
import type { Effect } from '../../protocol/effect.ts';
import { reasonSentence } from '../sentences.ts';
import { duration, shortPath, subjectOf } from './describe.ts';
import { diffExcerpt, type Excerpt, whole } from './excerpt.ts';
import type { Paint } from './paint.ts';
import { visible } from './plain.ts';
import { wrapped } from './prose.ts';

export interface Asked {
  /** What, in full or up to `most` lines, and why. */
  lines: string[];
  /** Lines that were left out; the person is offered to see them. */
  hidden: number;
  /** The keys, in as many lines as the width wants. */
  keys: string;
}

/** The question as a person reads it. `most` bounds the lines of the command or diff. */
export function askedOf(question: Question, root: string, paint: Paint, width: number, most: number): Asked {
  const { value, decision } = question;
  const body = bodyOf(value, paint, width, most);
  const why = decision.reasons.flatMap(reason => wrapped(reasonSentence(reason), '  ', width));
  const lines = [
    '',
    paint(['bold', 'cyan'], `? ${titleOf(value, root)}`),
    ...body.lines,
    ...footing(value, root, width),
    ...why,
  ];
  return { lines, hidden: body.hidden, keys: keysFor(body.hidden, width) };
}

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
    case 'diagnostics':
      return `Ask the editor for the problems ${subjectOf(effect, root)}?`;
  }
}

const counts = (edit: { added: number; removed: number }): string => `+${edit.added} −${edit.removed}`;

function bodyOf(effect: Effect, paint: Paint, width: number, most: number): Excerpt {
  if (effect.kind === 'exec') return whole(effect.command, paint, width, most);
  if (effect.kind === 'edit') return diffExcerpt(effect.patch, paint, width, most);
  return { lines: [], hidden: 0 };
}

function footing(effect: Effect, root: string, width: number): string[] {
  if (effect.kind !== 'exec') return [];
  const where = shortPath(effect.cwd, root);
  const folder = where === '.' ? 'in the workspace' : `in ${visible(where)}`;
  const until = effect.background ? 'until the run ends' : `for at most ${duration(effect.timeoutMs)}`;
  return wrapped(`It runs ${folder}, ${until}.`, '  ', width);
}

function keysFor(hidden: number, width: number): string {
  const keys = `[y] allow once  [n] deny  [w] deny and say why${hidden > 0 ? '  [v] view it all' : ''}`;
  return `${wrapped(keys, '', width - 4).join('\n')}  > `;
}
