import assert from 'node:assert/strict';
import { readScript } from '../../../src/risk/shell/read.ts';
import { parseBash } from './support.ts';

/** The words that `p` gets: text, or what is known of its beginning before `…`; `*` behind a pattern, `+` where it may be several. */
function words(command: string): string[] {
  const { invocations } = readScript(parseBash, command, { directory: '/work/app', home: '/home/ann' });
  const last = invocations.findLast(each => each.name.text === 'p');
  assert.ok(last, `p does not run in ${command}`);
  return last.args.map(word => `${word.text ?? `${word.prefix}…`}${word.glob ? '*' : ''}${word.splits ? '+' : ''}`);
}

const table: readonly (readonly [string, readonly string[]])[] = [
  // Quotes and escapes
  ['p \'a b\' "c d" e\\ f', ['a b', 'c d', 'e f']],
  ['p a\'b\'"c"d', ['abcd']],
  ['p "" \'\'', ['', '']],
  ["p 'it'\\''s'", ["it's"]],
  ['p "a\\"b" "\\$x" "\\n" "\\\\"', ['a"b', '$x', '\\n', '\\']],
  ['p \\$x \\"a\\" \\\\', ['$x', '"a"', '\\']],
  ["p '$x' '`a`' '\\n'", ['$x', '`a`', '\\n']],
  ['p {\\,', ['{,']],
  ['p $"a b"c', ['a bc']],
  // ANSI-C strings
  ["p $'a\\tb' $'\\x2f' $'\\057' $'\\u002f'", ['a\tb', '/', '/', '/']],
  ["p $'it\\'s' $'a\\\\b' $'\\e[0m'", ["it's", 'a\\b', '\x1b[0m']],
  ["p $'\\x2Fetc' $'a b'c", ['/etc', 'a bc']],
  // Braces
  ['p {a,b} x{1..3}y', ['a', 'b', 'x1y', 'x2y', 'x3y']],
  ['p {a,{b,c}}{d,e}', ['ad', 'ae', 'bd', 'be', 'cd', 'ce']],
  ['p {a} {} a,b', ['{a}', '{}', 'a,b']],
  ['p \'{a,b}\' "{a,b}" \\{a,b}', ['{a,b}', '{a,b}', '{a,b}']],
  ['x={a,b}; p $x', ['{a,b}']],
  ['p {$y,a}', ['…+']],
  // Tilde
  ['p ~ ~/x', ['/home/ann', '/home/ann/x']],
  ['p "~" \'~/x\' \\~ a~', ['~', '~/x', '~', 'a~']],
  ['p ~"/x" ~$y', ['~/x', '~…+']],
  ['p x=~/y --x=~/y', ['x=/home/ann/y', '--x=~/y']],
  ['p ~+/x', ['/work/app/x']],
  ["x='~'; p $x", ['~']],
  ['x=~/y; p "$x"', ['/home/ann/y']],
  // Patterns
  ['p *.ts a? [ab]', ['*.ts*', 'a?*', '[ab]*']],
  ['p \'*\' "?" \\*', ['*', '?', '*']],
  ['p src/"*".ts "a"*', ['src/*.ts', 'a**']],
  // Variables
  ['p $y "$y" a$y', ['…+', '…', 'a…+']],
  ['p ${y} "${y}/b"', ['…+', '…']],
  ['x=a; p $x "$x" ${x} ${x}b', ['a', 'a', 'a', 'ab']],
  ['x=\'a b\'; p $x "$x"', ['a', 'b', 'a b']],
  ["x='-rf /'; p $x", ['-rf', '/']],
  ["x=' a'; p b$x'c'", ['b', 'ac']],
  ['x=; p $x "$x" a', ['', 'a']],
  ['x=\'*\'; p $x "$x"', ['**', '*']],
  ['IFS=,; x=a,b; p $x', ['…+']],
  ['p "$@" "$1" $#', ['…+', '…', '…+']],
  ['p ${x:-a}', ['…+']],
  ['p $HOME/x "$PWD"', ['/home/ann/x', '/work/app']],
  ['p $(q) "$(q)" a$((1 + 2))', ['…+', '…', 'a…+']],
  ['x=(a b); p $x', ['…+']],
  ['x=a; x+=b; p $x', ['…+']],
];

describe('The words of a command', () => {
  for (const [command, expected] of table)
    it(`reads ${JSON.stringify(command)}`, () => assert.deepEqual(words(command), expected));
});
