import assert from 'node:assert/strict';
import { readScript } from '../../../src/risk/shell/read.ts';
import { parseBash, told } from './support.ts';

const obscure = (command: string): string[] =>
  readScript(parseBash, command, { directory: '/work/app', home: '/home/ann' }).obscure;

const understood: readonly string[] = [
  '',
  '# a comment alone',
  'a && b || c; d | e |& f & g',
  'a # a comment; b',
  '(cd a && b); { c; d; } > f 2>&1',
  '! a || ! (b)',
  'a "$(b "$(c)")" $(d)',
  'x=$(a); b "$x"',
  'echo "it is $(date)" > out.txt',
  "a <<'EOF'\n$(b) `c` ${x:-`d`}\nEOF\ne",
  "git commit -m \"$(cat <<'EOF'\nSubject\n\nIt's a (body)\nEOF\n)\"",
  "cat <<'EOF' > out.txt\n}\nEOF",
  'a <<< "$x"',
  'for x in a b *.ts; do c "$x"; done',
  'if [ -f a ]; then b; elif [[ -n $x && $y == a* ]]; then c; else d; fi',
  'while read -r x; do a "$x"; done < b.txt',
  'test -f a && [ "$x" = b ] || c',
  'a $((1 + 2 * 3))',
  'a "${x}" ${x:-b} "${x##*/}" ${#x}',
  'a $? $! $$ $# "$@" "$1"',
  "a $'x\\ty'",
  'export A=b C="d e"; f',
  'a \\\n  --flag \\\n  value',
  'time a; time -p b',
  'a {b,c} {1..3}',
  'set -euo pipefail; a',
  'a 2>/dev/null >&2 &> b',
  'a < b >> c',
];

const not: readonly (readonly [string, string])[] = [
  // What the grammar hides, or reads otherwise than bash
  ['[ :|b ]', 'shell.test_command'],
  ['a x=:~', 'shell.otherHome'],
  ['a --b=~/c', 'shell.otherHome'],
  ['cat <<E\n  $(a)\nE', 'shell.heredoc_redirect'],
  ['cat <<E&& a\nx\nE', 'shell.misread'],
  ["cat <<'E' && a\nx\nE", 'shell.heredoc_redirect'],
  ["cat <<-'E'\n\tx\n\tE\na", 'shell.heredoc_redirect'],
  ['cat <<\\E\nx\nE', 'shell.heredoc_redirect'],
  ['a ${x:-`b`}', 'shell.expansion'],
  ['a ${x:=b}', 'shell.expansion'],
  ['a `b`', 'shell.command_substitution'],
  ['a b\\\nc', 'shell.lineContinuation'],
  ['a "b\\\nc"', 'shell.lineContinuation'],
  ['a\r\nb', 'shell.oddCharacter'],
  ['a\u00a0b', 'shell.oddCharacter'],
  ['p1\n\\p2', 'shell.misread'],
  ['")"|..|p0\ncd&&b', 'shell.misread'],
  ['cd&&/>1|a', 'shell.misread'],
  ['time (a)', 'shell.misread'],
  ['a $ b', 'shell.misread'],
  ['a<<<""\\~', 'shell.misread'],
  ['a<<<{\\,', 'shell.misread'],
  ['x=""\\; a', 'shell.misread'],
  ['\\```a', 'shell.misread'],
  ['a =``}', 'shell.misread'],
  ['a b``c', 'shell.misread'],
  ['a {fd}>b', 'shell.file_redirect'],
  ['time time ! a', 'shell.evaluates'],
  ['1=', 'shell.variable_assignment'],
  ['{}', 'shell.compound_statement'],
  ['a <$ #b', 'shell.textLost'],
  ['[[* ]]', 'shell.test_command'],
  ['a<&-b', 'shell.file_redirect'],
  ['a <> b', 'shell.unparsable'],
  ['a $_{1..3}', 'shell.brace_expression'],
  // What runs text, or changes how the rest is read
  ['eval a', 'shell.evaluates'],
  ['command eval a', 'shell.evaluates'],
  ['alias a=b', 'shell.evaluates'],
  ["trap 'a' EXIT", 'shell.evaluates'],
  ['. a', 'shell.evaluates'],
  ['shopt -s extglob', 'shell.evaluates'],
  ['set -k', 'shell.evaluates'],
  ['set -o posix', 'shell.evaluates'],
  ['declare -i x=a', 'shell.evaluates'],
  ["read 'a[$(b)]'", 'shell.evaluates'],
  ["printf -v 'a[$(b)]' x", 'shell.evaluates'],
  ["test -v 'a[$(b)]'", 'shell.evaluates'],
  ["let 'a[$(b)]=1'", 'shell.evaluates'],
  ['time ! a', 'shell.evaluates'],
  ['time -f a', 'shell.evaluates'],
  ["x='a[$(b)]'; c $((x))", 'shell.arithmetic_expansion'],
  ["x='a[$(b)]'; [[ $x -eq 1 ]]", 'shell.test_command'],
  ["x='a[$(b)]'; [[ -v $x ]]", 'shell.test_command'],
  ['(( x = 1 ))', 'shell.arithmetic_expansion'],
  ["a $'\\\\' ; b '", 'shell.ansi_c_string'],
  // What is not on the list
  ['f() { a; }; f', 'shell.function_definition'],
  ['case x in x) a;; esac', 'shell.case_statement'],
  ['a <(b)', 'shell.process_substitution'],
  ['x=(a b)', 'shell.array'],
  ['a ~root', 'shell.otherHome'],
  ['$x a', 'shell.programUnknown'],
  ['$(a) b', 'shell.programUnknown'],
  ["a 'b", 'shell.unparsable'],
  [`a ${'b'.repeat(10_000)}`, 'shell.tooLong'],
];

describe('The strict rule', () => {
  for (const command of understood)
    it(`understands ${JSON.stringify(command)}`, () => assert.deepEqual(obscure(command), []));
  for (const [command, code] of not)
    it(`does not understand ${JSON.stringify(command.slice(0, 80))}: ${code}`, () =>
      assert.ok(obscure(command).includes(code), `only ${obscure(command).join(' ')}`));
});

describe('a dash before a heredoc, which the grammar drops', () => {
  it('is read as the word that it is', () => {
    for (const command of [
      "python3 - <<'E'\nprint(1)\nE",
      "cd src && node - a b <<'E'\nconsole.log(1)\nE",
      "true | python3 - <<'E'\nprint(1)\nE",
    ])
      assert.match(told(command), /^low/, command);
    assert.match(told("bash - <<'E'\nrm -rf ~\nE"), /^critical/);
    assert.match(told("cd src && python3 - <<'E'\nimport os; os.remove('/etc/x')\nE"), /^critical/);
    assert.doesNotMatch(told("python3 - ; x <<'E'\nprint(1)\nE"), /^low/);
  });
});
