import { mutate } from './mutate.ts';
import type { Random } from './random.ts';
import { everyday, tricky } from './seeds.ts';

/** Constructs by the names that `--focus` takes. */
export type Construct = keyof typeof statements | keyof typeof words;

/**
 * Texts for bash: most of them grammatical, some mutated until they are not. Every program has a name of its own (`p1`,
 * `p2` …), so that one which the classifier did not see cannot hide behind another.
 */
export function generate(random: Random, focus: Construct | null = null): string {
  const kind = random.next();
  if (kind < 0.06) return mutate(random, random.pick(everyday));
  if (kind < 0.12) return mutate(random, random.pick(tricky));
  if (kind < 0.13) return oversized(random);
  const text = new Grammar(random, focus, kind < 0.75 ? 'plain' : 'any').script();
  return kind > 0.66 && kind < 0.75 ? mutate(random, text) : text;
}

/** The names of all constructs. */
export function constructs(): Construct[] {
  return [...Object.keys(statements), ...Object.keys(words)] as Construct[];
}

function oversized(random: Random): string {
  const depth = 20 + random.below(150);
  return random.pick([
    () => `p1 ${'x'.repeat(12_000)}; p2`,
    () => Array.from({ length: 300 }, (_, at) => `p${at} a`).join('; '),
    () => `${'('.repeat(depth)}p1${')'.repeat(depth)}`,
    () => `${'p1 $('.repeat(depth)}p2${')'.repeat(depth)}`,
    () => `${'{ '.repeat(depth)}p1${'; }'.repeat(depth)}`,
    () => `p1 "${'${x:-'.repeat(depth)}$(p2)${'}'.repeat(depth)}"`,
  ])();
}

type Production = (grammar: Grammar) => string;

class Grammar {
  readonly random: Random;
  readonly #focus: Construct | null;
  readonly #range: 'plain' | 'any';
  #programs = 0;
  #heredocs: string[] = [];
  #depth = 0;

  constructor(random: Random, focus: Construct | null, range: 'plain' | 'any') {
    this.random = random;
    this.#focus = focus;
    this.#range = range;
  }

  script(): string {
    let text = this.statement();
    while (this.random.chance(0.5) && text.length < 400) text += this.separator() + this.statement();
    if (this.random.chance(0.1)) text += this.random.pick([';', '\n', ' # p0', ' &', '\n\n', ' ']);
    return this.flush(text);
  }

  /** Statements that a compound holds, with their separators; ends where a keyword may follow. */
  body(): string {
    let text = this.statement();
    while (this.random.chance(0.3)) text += this.separator() + this.statement();
    return this.flush(text, '') + (text.endsWith('\n') ? '' : this.random.pick([';', '; ', '\n', ' ;']));
  }

  separator(): string {
    // What heredocs were begun on a line stands after that line.
    if (this.#heredocs.length > 0 && this.random.chance(0.8)) return this.flush('', '\n');
    return this.random.pick(['; ', ';', '\n', '\n', ' && ', ' || ', ' ; ', '&&', '\n\n', ' # no p0\n', ' & ']);
  }

  /** The bodies of the heredocs begun so far. */
  flush(text: string, otherwise = ''): string {
    if (this.#heredocs.length === 0) return text + otherwise;
    const bodies = this.#heredocs.splice(0).join('');
    return `${text}\n${bodies}`;
  }

  heredoc(operator: string, delimiter: string, body: string): string {
    const end = delimiter.replace(/['"\\]/g, '');
    this.#heredocs.push(`${body}${body === '' || body.endsWith('\n') ? '' : '\n'}${end}\n`);
    return `${operator}${delimiter}`;
  }

  statement(): string {
    if (this.#depth > 3) return statements.simple(this);
    this.#depth++;
    const text = this.#choose(statements, this.#depth > 2 ? 0.6 : 0.25, statements.simple);
    this.#depth--;
    return text;
  }

  word(): string {
    if (this.#depth > 4) return words.bare(this);
    this.#depth++;
    const text = this.#choose(words, 0.35, words.bare);
    this.#depth--;
    return text;
  }

  #choose(from: Readonly<Record<string, Production>>, plainShare: number, plain: Production): string {
    const focus = this.#focus === null ? undefined : from[this.#focus];
    if (focus !== undefined && this.random.chance(0.3)) return focus(this);
    if (this.random.chance(plainShare)) return plain(this);
    const names = Object.keys(from).filter(name => this.#range === 'any' || !rare.has(name));
    return (from[this.random.pick(names)] ?? plain)(this);
  }

  program(): string {
    return `p${++this.#programs}`;
  }

  blank(): string {
    const chance = this.random.next();
    return chance < 0.9 ? ' ' : chance < 0.94 ? '  ' : chance < 0.96 ? '\t' : ' \\\n ';
  }

  words(limit = 3): string {
    let text = '';
    for (let count = this.random.below(limit + 1); count > 0; count--) text += this.blank() + this.word();
    return text;
  }

  variable(): string {
    return this.random.pick(['x', 'y', 'z', 'x', 'HOME', 'PWD']);
  }

  folder(): string {
    return this.random.pick([
      'a',
      'b',
      'src',
      'src/lib',
      '..',
      'nowhere',
      '/work/app',
      '"a"',
      './src',
      '-',
      '"$x"',
      '~',
      '',
    ]);
  }

  redirect(): string {
    const operator = this.random.pick(['>', '>>', '<', '2>', '&>', '>|', '2>>', '> ', '< ', '&>>', '<>']);
    return this.random.pick([
      () => '2>&1',
      () => '>&2',
      () => `${operator}${this.word()}`,
      () => `${operator}out.txt`,
      () => '2>/dev/null',
      () => '> /dev/null 2>&1',
      () => '</dev/null',
    ])();
  }
}

/** Written in words that are not a program's own: a name there is never run. */
const plainWords = [
  'a',
  'b.txt',
  '-f',
  '--flag',
  '--key=value',
  'src/a.ts',
  '.',
  '..',
  '1',
  '-1',
  'x=y',
  'a:b',
  'a,b',
  '%s',
  '@',
  '+x',
  'a=~b',
  'do',
  'in',
];
const literals = [
  'a',
  'b c',
  '',
  ' ',
  '#',
  'a;b',
  '$',
  '~',
  '*',
  '{a,b}',
  'x=1',
  '(',
  ')',
  '&',
  '|',
  '!',
  '-n',
  '<a',
  'p0',
  '\n',
  '\t',
  ']',
  '\\',
  '"',
];

const inSingle = (grammar: Grammar): string => `'${grammar.random.pick([...literals, '$(p0)', '`p0`', '$x'])}'`;

function inDouble(grammar: Grammar): string {
  let text = '';
  for (let count = grammar.random.below(3); count >= 0; count--)
    text += grammar.random.pick([
      () => grammar.random.pick(literals).replace(/["\\`$]/g, '\\$&'),
      () => `$${grammar.variable()}`,
      () => grammar.random.pick(["'", '\\n', '\\\\', '\\$(p0)', '\\`p0\\`', 'a', ' ', '$', '\\\n', '!', '~', '*']),
      () => words.expansion(grammar),
      () => words.substitution(grammar),
      () => words.arithmetic(grammar),
    ])();
  return `"${text}"`;
}

const words = {
  bare: g => g.random.pick(plainWords),
  single: inSingle,
  double: inDouble,
  ansi: g =>
    `$'${g.random.pick(['a', '\\n', '\\x41', '\\u0041', '\\101', "\\'", '\\\\', '\\cB', '\\e[0m', 'a b', '$(p0)', '\\"', '\\x', '\\8', '\\x4142', '\\1011'])}'`,
  escaped: g =>
    g.random.pick([
      'a\\ b',
      '\\$x',
      '\\"',
      "\\'",
      '\\;',
      'a\\&b',
      '\\#',
      '\\~',
      '\\*',
      'a\\\\',
      '\\a',
      '\\{a,b}',
      '\\(',
      '-\\f',
    ]),
  glob: g =>
    g.random.pick(['*', '*.ts', 'src/*', '?', '[ab]', '**/x', 'a*b', '[!a]', '[^a]*', '"*"', "a'*'", '[a-z]x']),
  brace: g =>
    g.random.pick([
      '{a,b}',
      'x{a,b}y',
      '{1..3}',
      '{a..c}',
      '{a}',
      '{}',
      '{a,{b,c}}',
      '{a,b}{c,d}',
      '{1..9..3}',
      '{,x}',
      'a{b,"c d"}',
      '{$x,a}',
      '{a,b',
      '{a..3}',
      '{03..1}',
      'x{,.bak}',
      '${x}{a,b}',
      "{'a,b',c}",
      '{\\,,a}',
      '{a,b}*',
    ]),
  tilde: g =>
    g.random.pick([
      '~',
      '~/x',
      '~+',
      '~-',
      '~root',
      'a~',
      '~/*',
      '--x=~/y',
      'x=~/y',
      'a:~',
      '"~"',
      '~\\/x',
      '~"/x"',
      '~$x',
    ]),
  variable: g =>
    `${g.random.pick(['', '', 'a', '-', '"a"'])}$${g.variable()}${g.random.pick(['', '', '/b', '"b"', '.c', '-d'])}`,
  expansion: g => `\${${g.variable()}}`,
  special: g => `$${g.random.pick(['?', '$', '!', '#', '@', '*', '-', '0', '1', '_', '10'])}`,
  quotedSpecial: g => `"$${g.random.pick(['?', '$', '!', '#', '@', '*', '-', '0', '1', '_'])}"`,
  fallback: g =>
    `\${${g.variable()}${g.random.pick([':-', '-', ':+', '+', ':='])}${g.random.pick(['a', '', 'b c', '"b c"', "'b'", '*', '~', 'a/b', '-x'])}}`,
  fallbackNested: g =>
    `"\${${g.variable()}${g.random.pick([':-', '-', ':+', ':=', ':?'])}${g.random.chance(0.5) ? g.word() : `$(${g.statement()})`}}"`,
  operations: g =>
    `\${${g.variable()}${g.random.pick(['#a', '##*/', '%.*', '%%a', '/a/b', '//a', '^', '^^', ',', ':1', ':1:2', '@Q', ':-`p0a`', '/a/$(p0b)', '[0]', '[@]'])}}`,
  indirect: g => g.random.pick(['${!x}', '${#x}', '${!x*}', '${#}', '${x[$(p0c)]}', '${#x[@]}', '${@:1}', '${*}']),
  arithmetic: g =>
    `$((${g.random.pick(['1 + 2', 'x', 'x*2', ' 1<<2 ', 'x++', '(1+2)*3', '$x + 1', '$$', '${x}+1', '1,2', '0x1f', 'x=3', 'a[0]'])}))`,
  arithmeticRuns: g => g.random.pick(['$(($(p0d)))', '$((`p0e`+1))', '$((a[$(p0f)]))', '$[1+$(p0g)]', '$[1+2]']),
  substitution: g => `$(${g.flush(g.statement())})`,
  quotedSubstitution: g => `"$(${g.flush(g.statement())})"`,
  backquotes: g => `\`${g.statement().replace(/[`\\]/g, '\\$&')}\``,
  process: g => `${g.random.pick(['<', '>'])}(${g.statement()})`,
  translated: g => `$"${g.random.pick(['a', '$(p0h)', 'b c'])}"`,
  joined: g => `${g.word()}${g.word()}`,
  extended: g => g.random.pick(['@(a|b)', '+(a)', '!(a)', '?(b)', '*(c)', '@(a|$(p0i))']),
  hash: g => g.random.pick(['a#b', '#b', '"#"', '\\#', '$#', '${x}#y']),
  history: g => g.random.pick(['!', '!x', '!!', '"!"', 'a!b']),
  odd: g => g.random.pick(['a\u00a0b', '\u2003', 'é', 'a\rb', '\r', '\u000b', 'a\fb', '\u200bp0']),
  keyword: g =>
    g.random.pick([
      'if',
      'then',
      'fi',
      'for',
      'do',
      'done',
      'case',
      'esac',
      'while',
      '{',
      '}',
      '!',
      '[[',
      ']]',
      'time',
      'function',
      'in',
      'select',
      'coproc',
    ]),
} satisfies Record<string, Production>;

function simple(g: Grammar): string {
  let text = '';
  if (g.random.chance(0.12)) text += `${g.random.pick(['x', 'y', 'A'])}=${g.random.chance(0.3) ? '' : g.word()} `;
  if (g.random.chance(0.05)) text += `${g.redirect()} `;
  text += g.random.chance(0.93)
    ? g.program()
    : g.random.pick([
        () => `"${g.program()}"`,
        () => `'${g.program()}'`,
        () => `\\${g.program()}`,
        () => `p${g.program().replace('p', "'")}'`,
        () => `command ${g.program()}`,
        () => `$x`,
      ])();
  text += g.words();
  if (g.random.chance(0.15)) text += ` ${g.redirect()}`;
  if (g.random.chance(0.05)) text += g.words(2);
  return text;
}

const loop = (g: Grammar): string =>
  `${g.random.pick(['\n', '; ', ';', ' ;\n'])}do${g.random.pick([' ', '\n'])}${g.body()}${g.random.pick(['', ' ', 'break; ', 'break\n', 'break;'])}done`;
const condition = (g: Grammar): string =>
  g.random.pick([() => g.statement(), () => simple(g), () => bracket(g), () => statements.doubleBracket(g)])();

function operand(g: Grammar): string {
  return g.random.pick([
    () => `"$${g.variable()}"`,
    () => 'a',
    () => `$${g.variable()}`,
    () => '""',
    () => g.word(),
    () => `"$(${g.statement()})"`,
  ])();
}

function bracket(g: Grammar): string {
  const test = g.random.pick([
    () => `-${g.random.pick(['f', 'd', 'n', 'z', 'e', 'x'])} ${operand(g)}`,
    () => `${operand(g)} ${g.random.pick(['=', '!=', '==', '-eq', '-lt', '-nt', '\\<'])} ${operand(g)}`,
    () => `! -f ${operand(g)}`,
    () => `${operand(g)} = ${operand(g)} -a -n ${operand(g)}`,
    () => operand(g),
  ])();
  return `[ ${test} ]`;
}

const statements = {
  simple,
  builtin: g =>
    g.random.pick([
      () => `echo${g.words()}`,
      () => `printf '%s\\n'${g.words()}`,
      () => `test${g.words()}`,
      () => ':',
      () => 'true',
      () => 'false',
      () => `: ${g.word()}`,
      () => 'pwd',
      () => `set ${g.random.pick(['-e', '-u', '-x', '-f', '-o pipefail', '-- a b'])}`,
      () => 'wait',
      () => `exit ${g.word()}`,
      () => `shift`,
      () => `return`,
      () => `let x=${g.word()}`,
    ])(),
  assignment: g =>
    `${g.variable()}${g.random.pick(['=', '=', '='])}${g.random.chance(0.1) ? '' : g.word()}${g.random.chance(0.2) ? ` y=${g.word()}` : ''}`,
  append: g => `x+=${g.word()}`,
  andOr: g => `${g.statement()}${g.random.pick([' && ', ' || ', '&&', '||', ' &&\n', ' || \n '])}${g.statement()}`,
  pipeline: g => `${g.statement()}${g.random.pick([' | ', ' | ', '|', ' |\n'])}${g.statement()}`,
  pipeBoth: g => `${g.statement()} |& ${g.statement()}`,
  background: g => `${g.statement()} & ${g.statement()}`,
  negated: g => `! ${g.statement()}`,
  subshell: g =>
    `(${g.random.pick(['', ' ', '\n'])}${g.flush(g.statement())}${g.random.pick(['', ' ', '\n', ';'])})${g.random.chance(0.2) ? ` ${g.redirect()}` : ''}`,
  group: g =>
    `{${g.random.pick([' ', '\n'])}${g.body()}${g.random.pick([' ', ''])}}${g.random.chance(0.2) ? ` ${g.redirect()}` : ''}`,
  cd: g => `cd ${g.folder()}`,
  cdThen: g => `cd ${g.folder()} && ${g.statement()}`,
  cdOr: g => `cd ${g.folder()} || ${g.random.pick(['exit', 'exit 1', 'return', '{ p0j; exit; }', 'p0k'])}`,
  if: g =>
    `if ${condition(g)}${g.random.pick(['; ', '\n', ';'])}then${g.random.pick([' ', '\n'])}${g.body()}${g.random.chance(0.3) ? `elif ${condition(g)}; then ${g.body()}` : ''}${g.random.chance(0.4) ? `else ${g.body()}` : ''}fi${g.random.chance(0.1) ? ` ${g.redirect()}` : ''}`,
  for: g =>
    `for ${g.random.pick(['x', 'f', 'y'])} in${g.words()}${loop(g)}${g.random.chance(0.1) ? ` ${g.redirect()}` : ''}`,
  // Without programs in it a loop would not end: what programs return is what ends it.
  while: g => `${g.random.pick(['while', 'while', 'until'])} ${condition(g)}${loop(g)}`,
  whileRead: g =>
    `while ${g.random.pick(['', 'IFS= '])}read ${g.random.pick(['', '-r '])}${g.random.pick(['x', 'line', 'x y'])}${loop(g)}${g.random.pick(['', ' < out.txt', ' <<< "a b"'])}`,
  readPiped: g => `${g.program()} | while read -r x${loop(g)}`,
  bracket: g => `${bracket(g)} && ${g.statement()}`,
  doubleBracket: g =>
    `[[ ${g.random.pick([() => `-n ${operand(g)}`, () => `${operand(g)} ${g.random.pick(['==', '=', '!=', '<', '-eq'])} ${operand(g)}`, () => `${operand(g)} =~ ${g.random.pick(['a', '^a.*b$', '(a|b)', '"a"', '[a-z]+'])}`, () => `-z ${operand(g)} ${g.random.pick(['&&', '||'])} ${operand(g)} == ${g.random.pick(['a*', '"b"', 'c'])}`, () => `! ${operand(g)} == b`, () => `( -f a )`])()} ]]`,
  quotedHeredoc: g =>
    `${g.program()}${g.words(1)} ${g.heredoc(g.random.pick(['<<', '<< ']), g.random.pick(["'E'", "'EOF'", '"E"', '\\E']), heredocBody(g))}${tail(g)}`,
  plainHeredoc: g => `${g.program()} ${g.heredoc('<<', 'E', heredocBody(g))}${tail(g)}`,
  safeHeredoc: g =>
    `${g.program()} ${g.heredoc('<<', "'EOF'", `${g.random.pick(['a', '$(p0l)', '  b', '`p0m`', "it's", '"', '# x', '}', 'EO', ''])}\n`)}`,
  tabHeredoc: g => `${g.program()} ${g.heredoc('<<-', g.random.pick(['E', "'E'"]), `\t${heredocBody(g)}`)}${tail(g)}`,
  hereString: g => `${g.program()} <<<${g.random.pick([' ', ''])}${g.word()}${g.words(1)}`,
  comment: g => `${g.random.pick(['# p0n; p0o', "# it's", '# "', '# $(p0p)', '#', '# \\'])}\n${g.statement()}`,
  declaration: g =>
    `${g.random.pick(['export', 'export', 'readonly', 'declare', 'local', 'typeset', 'declare -x', 'export -n', 'declare -i'])} ${g.variable()}=${g.word()}${g.random.chance(0.2) ? ` y=${g.word()}` : ''}`,
  exportName: g => `export ${g.variable()}`,
  unset: g => `unset ${g.random.pick(['x', 'y', '-v x', '-f f', 'x[0]'])}`,
  time: g => `time ${g.random.pick(['', '', '-p '])}${g.statement()}`,
  arithmeticCommand: g =>
    `((${g.random.pick(['x', ' x = 1 ', 'x++', '1 < 2', 'x=$(p0q)', 'a[`p0r`]', ' 1 '])})) ${g.random.pick(['&&', '||', ';'])} ${g.statement()}`,
  cStyleFor: g => `for ((i=0; i<${g.random.pick(['2', '$(p0s)', 'x'])}; i++))${loop(g)}`,
  case: g =>
    `case ${operand(g)} in${g.random.pick([' ', '\n'])}${g.random.pick(['a', '"a"', 'a|b', '*', '(a', '[ab]'])}) ${g.body()};; *) ${g.statement()};; esac`,
  function: g => `${g.random.pick(['f()', 'function f', 'f ()', 'function f ()'])} { ${g.body()}}; f${g.words(1)}`,
  select: g => `select x in${g.words()}${loop(g)}`,
  coproc: g => `coproc ${g.random.pick(['', 'N '])}{ ${g.body()}}`,
  array: g => `x=(${g.word()} ${g.word()}); ${g.program()} "\${x[@]}"`,
  subscript: g => `a[${g.random.pick(['0', '$(p0t)', '`p0u`', 'x'])}]=${g.word()}`,
  evaluate: g =>
    g.random.pick([
      () => `eval ${g.word()}`,
      () => `eval "${g.program()}"`,
      () => `alias p0v=p0w`,
      () => `trap '${g.program()}' EXIT`,
      () => `. /dev/stdin <<< "${g.program()}"`,
      () => `exec ${g.program()}`,
    ])(),
  changesReading: g =>
    g.random.pick([
      'IFS=,',
      'shopt -s extglob',
      'set -f',
      'set +B',
      'set -k',
      'PATH=',
      'CDPATH=src',
      'enable -n cd',
      'shopt -s nullglob',
      'set -o posix',
      'BASH_ENV=a',
      'IFS=',
    ]),
  setsVariable: g =>
    g.random.pick([
      'read x <<< b',
      'printf -v x b',
      'mapfile x < out.txt',
      'getopts a x',
      ': ${x:=b}',
      ': $((x=3))',
      'let x=3',
      '((x=4))',
      'declare x',
      'unset x',
      'read -r x y',
    ]),
  oddRedirect: g =>
    `${g.random.pick(['{fd}>a', '>&a', '<>a', '3>&1', '2>&-', '0<&-', '>&$x', '<&3', '>&-', '4<a', '>a>b'])} ${g.statement()}`,
  tricky: g => g.random.pick(tricky),
} satisfies Record<string, Production>;

const rare = new Set<string>([
  'fallbackNested',
  'operations',
  'indirect',
  'arithmeticRuns',
  'backquotes',
  'process',
  'translated',
  'extended',
  'history',
  'odd',
  'keyword',
  'append',
  'plainHeredoc',
  'tabHeredoc',
  'quotedHeredoc',
  'arithmeticCommand',
  'cStyleFor',
  'case',
  'function',
  'select',
  'coproc',
  'array',
  'subscript',
  'evaluate',
  'changesReading',
  'setsVariable',
  'oddRedirect',
  'tricky',
  'unset',
  'exportName',
]);

function heredocBody(g: Grammar): string {
  let text = '';
  for (let count = g.random.below(3); count > 0; count--)
    text += g.random.pick([
      'a\n',
      '  $(p0x)\n',
      '$(p0y)\n',
      '`p0z`\n',
      '$x\n',
      "it's\n",
      '"\n',
      '\\\n',
      ' E\n',
      'E \n',
      '\tE\n',
      '${x:-$(p0A)}\n',
      '\\$(p0B)\n',
      '\n',
      'E F\n',
      '# x\n',
      '<<E\n',
      '}\n',
      ')\n',
    ]);
  return text;
}

const tail = (g: Grammar): string =>
  g.random.pick([
    () => '',
    () => '',
    () => ` | ${g.program()}`,
    () => `&& ${g.program()}`,
    () => ' > out.txt',
    () => `; ${g.program()}`,
    () => ` ${g.word()}`,
    () => ' &',
  ])();
