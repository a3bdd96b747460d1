import type { DenialsQuestion } from '../../ports/approver.ts';
import type { DenialsAnswer } from '../../protocol/denials.ts';
import { refusalSentence } from '../sentences.ts';
import { subjectOf } from './describe.ts';
import type { Paint } from './paint.ts';
import { visible } from './plain.ts';
import { wrapped } from './prose.ts';

/** What was refused, numbered from 1, each with the reason. */
export function denialLines({ why, items }: DenialsQuestion, root: string, paint: Paint, width: number): string[] {
  const title =
    why === 'row'
      ? '? Several actions in a row were refused.'
      : '? Many actions were refused since you were last heard.';
  return [
    '',
    ...wrapped(title, '', width).map(line => paint(['bold', 'cyan'], line)),
    ...wrapped('The run waits. What you allow may pass once, if it is tried again exactly so.', '  ', width),
    ...items.flatMap((item, index) => {
      const number = item.askable ? `${index + 1}` : '–';
      const fixed = item.askable ? '' : ' (stays refused: a rule of yours or a limit that no answer lifts)';
      const because = item.reasons
        .slice(0, 1)
        .flatMap(reason => wrapped(visible(refusalSentence(reason)), '       ', width));
      return [
        ...wrapped(`${item.value.kind} ${subjectOf(item.value, root)}${fixed}`, '     ', width).map((line, row) =>
          row === 0 ? `  ${number.padStart(2)} ${line.trimStart()}` : line,
        ),
        ...because.map(line => paint('dim', line)),
      ];
    }),
  ];
}

export function denialKeys({ items }: DenialsQuestion, width: number): string {
  const open = items.filter(({ askable }) => askable).length;
  const some = open > 0 ? '[a] allow all once  [1 3] allow those once  ' : '';
  const keys = `${some}[n] allow none  [w] and say why  [k] and keep it`;
  return `${wrapped(keys, '', width - 4).join('\n')}  > `;
}

/** null for a line that is no answer, or that names what is not there or cannot be allowed. */
export function understandDenials(line: string, { items }: DenialsQuestion): DenialsAnswer | null {
  const text = line.trim();
  const open = items.filter(({ askable }) => askable).map(({ effect }) => effect);
  const [, key = '', why] = /^([wk])\s+(\S.*)$/is.exec(text) ?? [];
  if (why !== undefined) return { allow: [], why, ...(key.toLowerCase() === 'k' ? { keep: true } : {}) };
  if (/^(n|no|none)$/i.test(text)) return { allow: [] };
  if (/^(a|all)$/i.test(text)) return open.length > 0 ? { allow: open } : null;
  const numbers = text.split(/[\s,]+/);
  const chosen = numbers.map(each => (/^\d{1,3}$/.test(each) ? items[Number(each) - 1] : undefined));
  const effects = chosen.flatMap(item => (item?.askable === true ? item.effect : []));
  return effects.length === numbers.length ? { allow: [...new Set(effects)] } : null;
}
