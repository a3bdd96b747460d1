import assert from 'node:assert/strict';
import { readScript } from '../../../src/risk/shell/read.ts';
import type { Invocation, Stdin } from '../../../src/risk/shell/script.ts';
import { parseBash } from './support.ts';

const read = (command: string) => readScript(parseBash, command, { directory: '/work/app', home: '/home/ann' });

const named = (command: string): string[] =>
  read(command)
    .invocations.map(({ name, args }) => [name, ...args].map(word => word.text ?? '…').join(' '))
    .sort();

/** Folders in which `p` may run, as seen from /work/app. */
function folders(command: string): string {
  const found = read(command).invocations.findLast(each => each.name.text === 'p');
  assert.ok(found, `p does not run in ${command}`);
  return found.directories === null ? '?' : found.directories.join(' ');
}

describe('The programs of a command', () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['a; b && c || d | e & f', ['a', 'b', 'c', 'd', 'e', 'f']],
    ['(a; b) | { c; d; }', ['a', 'b', 'c', 'd']],
    ['! a && ! (b)', ['a', 'b']],
    ['if a; then b; elif c; then d; else e; fi', ['a', 'b', 'c', 'd', 'e']],
    ['for x in $(a); do b; done', ['a', 'b']],
    ['while a; do b; done; until c; do d; done', ['a', 'b', 'c', 'd']],
    ['case $(a) in x) b;; *) c;; esac', ['a', 'b', 'c']],
    ['f() { a; }; f', ['a', 'f']],
    ['a "$(b "$(c)")" `d` <(e)', ['a … … …', 'b …', 'c', 'd', 'e']],
    ['x=$(a) b; y="$(c)"', ['a', 'b', 'c']],
    ['[ -f "$(a)" ] && [[ -n $(b) ]]', ['a', 'b', 'test', 'test']],
    ['a > "$(b)" <<< "$(c)"', ['a', 'b', 'c']],
    ['{ a; } > $(b)', ['a', 'b']],
    ['time a b', ['time a b']],
    // What the grammar takes for more file names are words of the command.
    ['a > f b c', ['a b c']],
    ['> f rm -rf /', ['rm -rf /']],
    ['x=1 > f rm -rf /', ['rm -rf /']],
    ['export x=$(a) y="b c"', ['a', 'export … y=b c']],
    ['dd if=a of="b c"', ['dd if=a of=b c']],
    ['a <<E b\nx\nE', ['a b']],
    ['a <<E | b\nx\nE\nc', ['a', 'b', 'c']],
    ['> f', [':']],
  ];
  for (const [command, expected] of table)
    it(`lists them in ${JSON.stringify(command)}`, () => assert.deepEqual(named(command), expected));
});

describe('The folder of a command', () => {
  const table: readonly (readonly [string, string])[] = [
    ['p', '/work/app'],
    ['cd a && p', '/work/app/a'],
    ['cd a/ && p', '/work/app/a'],
    ['cd a; p', '/work/app/a /work/app'],
    ['cd a || exit 1; p', '/work/app/a'],
    ['cd a || exit; cd b && p', '/work/app/a/b'],
    ['cd a || return; p', '/work/app/a /work/app'],
    ['cd a || p', '/work/app'],
    ['! cd a && p', '/work/app'],
    ['! cd a || p', '/work/app/a'],
    ['if cd a; then p; fi', '/work/app/a'],
    ['if cd a; then :; else p; fi', '/work/app'],
    ['(cd a && q); p', '/work/app'],
    ['cd a | q; p', '/work/app'],
    ['cd a & p', '/work/app'],
    ['{ cd a && q; } && p', '/work/app/a'],
    ['x=$(cd a); p', '/work/app'],
    ['cd && p', '/home/ann'],
    ['cd ~/x && p', '/home/ann/x'],
    ['cd /tmp && p', '/tmp'],
    ['cd .. && p', '/work'],
    ['cd -- a && cd -P b && p', '/work/app/a/b'],
    ['cd - && p', '?'],
    ['cd $y && p', '?'],
    ['cd a* && p', '?'],
    ['CDPATH=/x cd a && p', '?'],
    ['pushd a && p', '/work/app/a'],
    ['popd && p', '?'],
    ['builtin cd a && p', '/work/app/a'],
    ['time cd a && p', '/work/app/a'],
    ['for x in 1 2; do cd a; p; done', '?'],
    ['for x in 1 2; do (cd a && q); p; done', '/work/app'],
    ['while p; do cd a; done', '?'],
    ['x=a; cd $x && p', '/work/app/a'],
  ];
  for (const [command, expected] of table)
    it(`is ${expected} in ${JSON.stringify(command)}`, () => assert.equal(folders(command), expected));
});

describe('A variable of a command', () => {
  const value = (command: string): string => {
    const found = read(command).invocations.findLast(each => each.name.text === 'p');
    return found?.args.map(word => word.text ?? '…').join(' ') ?? '';
  };
  const table: readonly (readonly [string, string])[] = [
    ['x=a; p $x', 'a'],
    ['x=a && p $x', 'a'],
    ['x=a p $x', '…'],
    ['x=a; x=b q; p $x', 'a'],
    ['x=a; (x=b); p $x', 'a'],
    ['x=a; x=b & p $x', 'a'],
    ['x=a; q | x=b; p $x', 'a'],
    ['x=a; q && x=b; p $x', '…'],
    ['x=a; if q; then x=b; fi; p $x', '…'],
    ['x=a; if q; then x=b; else x=b; fi; p $x', 'b'],
    ['x=a; for i in 1 2; do p $x; x=b; done', '…'],
    ['x=a; for x in 1 2; do q; done; p $x', '…'],
    ['x=a; while q; do read x; done; p $x', '…'],
    ['x=a; read x; p $x', '…'],
    ['x=a; printf -v x b; p $x', '…'],
    ['x=a; unset x; p $x', '…'],
    ['export x=a; p $x', 'a'],
    ['declare -i x=1+1; p $x', '…'],
    ['x=$(q); p $x', '…'],
    ['cd a && p $PWD', '/work/app/a'],
    ['cd a; p $PWD', '…'],
  ];
  for (const [command, expected] of table)
    it(`is ${expected} in ${JSON.stringify(command)}`, () => assert.equal(value(command), expected));
});

describe('What a command reads and writes by its redirections', () => {
  const redirects = (command: string): string[] => {
    const found = read(command).invocations.find(each => each.redirects.length > 0);
    const first = found?.redirects.map(({ mode, target }) => `${mode} ${target.text ?? '…'}`) ?? [];
    return [found?.name.text ?? '', ...first];
  };
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['p > a', ['p', 'write a']],
    ['> a p', ['p', 'write a']],
    ['p >> a 2>&1', ['p', 'append a']],
    ['p < a > b', ['p', 'read a', 'write b']],
    ['p &> a', ['p', 'write a']],
    ['p &>> "a b"', ['p', 'append a b']],
    ['p >| a', ['p', 'write a']],
    ['p 2> ~/x', ['p', 'write /home/ann/x']],
    ['p >& a', ['p', 'write a']],
    ['p > $y', ['p', 'write …']],
    ["x='a b'; p > $x", ['p', 'write …']],
    ['q && p > a', ['p', 'write a']],
    ['q | p > a', ['p', 'write a']],
    ['(p; q) > a', ['p', 'write a']],
    ["p <<'E' > a\nx\nE", ['p', 'write a']],
    ['p 2>&1 >&2 2>&-', ['']],
  ];
  for (const [command, expected] of table)
    it(`reads ${JSON.stringify(command)}`, () => assert.deepEqual(redirects(command), expected));

  it('writes where the last command of a list stands', () => {
    const found = read('cd a && p > b').invocations.find(each => each.name.text === 'p');
    assert.deepEqual(found?.directories, ['/work/app/a']);
    assert.equal(found?.redirects.length, 1);
  });
});

describe('The standard input of a command', () => {
  const stdinOf = (command: string): Stdin | undefined =>
    read(command).invocations.find((each: Invocation) => each.name.text === 'p')?.stdin;
  const text = (command: string): string | null | undefined => {
    const stdin = stdinOf(command);
    return stdin?.type === 'text' ? stdin.text : undefined;
  };

  it('is a heredoc, of which quotes keep variables as they are', () => {
    assert.equal(text("p <<'E'\na $x\nE"), 'a $x\n');
    assert.equal(text('p <<E\na\nE'), 'a\n');
    assert.equal(text('p <<E\na $x\nE'), null);
    assert.equal(text('p <<-E\n\ta\n\tE'), 'a\n');
  });
  it('is a here-string with a newline behind it', () => {
    assert.equal(text('p <<< "a b"'), 'a b\n');
    assert.equal(text('p <<< $y'), null);
  });
  it('is a pipe from the program before it', () => {
    const stdin = stdinOf('q x | p');
    assert.equal(stdin?.type === 'pipe' ? stdin.from?.name.text : undefined, 'q');
  });
  it('is a file', () => {
    const stdin = stdinOf('p < a');
    assert.equal(stdin?.type === 'file' ? stdin.target.text : undefined, 'a');
  });
  it('is nothing of the text otherwise', () => assert.equal(stdinOf('p')?.type, 'inherited'));
});
