import type { TaskSheet } from '../tasks/sheet.ts';
import type { Paint } from './paint.ts';
import { wrapped } from './prose.ts';

const mark = '│ ';

/** A task's sheet for a terminal. Its own words stand behind a line in each row, whoever wrote them: none gets out of it. */
export function sheetLines({ title, whose, words, facts }: TaskSheet, paint: Paint, width: number): string[] {
  const column = Math.max(0, ...facts.map(([label]) => label.length)) + 4;
  const narrow = width - column < 10;
  const [head = '', ...more] = quoted(title, 4, width);
  return [
    paint('bold', head),
    ...more,
    ...wrapped(whose, '', width),
    '',
    ...words.flatMap(line => behind(line, width)),
    ...(facts.length === 0 ? [] : ['']),
    ...facts.flatMap(([label, values]) => {
      if (narrow) return [`  ${paint('dim', label)} `, ...behind(values.join(', '), width)];
      const [first = '', ...rest] = quoted(values.join(', '), column, width);
      return [`  ${paint('dim', label.padEnd(column - 4))}  ${first}`, ...rest];
    }),
  ];
}

/** Rows of a text that leave `column` columns free; all but the first have the mark before them. */
function quoted(text: string, column: number, width: number): string[] {
  const [first = '', ...rest] = wrapped(text.replaceAll(/[\r\n]+/g, ' '), '', width - column);
  return [first, ...rest.map(row => before(column) + row)];
}

function behind(text: string, width: number): string[] {
  return quoted(text, 4, width).map((row, index) => (index === 0 ? before(4) + row : row));
}

const before = (column: number): string => ' '.repeat(column - mark.length) + mark;
