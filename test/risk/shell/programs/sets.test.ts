import { holds } from '../holds.ts';

/** Every way by which bash gives a variable a value; those behind them run with it. */
const ways = (name: string): string[] => [
  `for ${name} in ./x; do :; done`,
  `for ${name} in $x; do :; done`,
  `for ${name}; do :; done`,
  `select ${name} in ./x; do :; done`,
  `for ((${name}=1; ${name}<2; ${name}++)); do :; done`,
  `read ${name} < a`,
  `read -r ${name} <<< ./x`,
  `read -ra${name} <<< ./x`,
  `read -p a -a ${name} < a`,
  `read a ${name} < a`,
  `read '${name}[0]' < a`,
  `while read -r ${name}; do :; done < a`,
  `echo ./x | { read ${name}; git status; }`,
  `if read ${name} < a; then git status; fi`,
  `command read ${name} < a`,
  `builtin read ${name} < a`,
  `case x in x) read ${name} < a;; esac`,
  `f() { read ${name} < a; }; f`,
  `printf -v ${name} ./x`,
  `printf -v${name} ./x`,
  `builtin printf -v ${name} ./x`,
  `mapfile -t ${name} < a`,
  `readarray -n 1 ${name} < a`,
  `getopts a: ${name}`,
  `wait -p ${name} %1`,
  `let ${name}=1`,
  `((${name}=1))`,
  `: $((${name}=1))`,
  `: \${${name}:=./x}`,
  `: \${${name}=./x}`,
  `declare -n x=${name}; x=./x`,
  `command export ${name}+=./x`,
  `command export '${name}[0]=./x'`,
  `${name}[0]=./x`,
  `coproc ${name} { :; }`,
];

describe('What the shell sets without an assignment', () => {
  // Ours, the shell's, git's and those that let a program load something.
  for (const name of ['PATH', 'HOME', 'PAGER', 'GIT_EDITOR', 'GIT_CONFIG_KEY_0', 'GIT_CONFIG_VALUE_0', 'LD_PRELOAD'])
    holds(
      'high',
      ways(name).map(way => [`${way}; git status`, 'environment.loads'] as const),
    );
  holds('high', [
    [
      "printf -v GIT_CONFIG_KEY_0 core.fsmonitor; printf -v GIT_CONFIG_VALUE_0 'id'; git add a.txt",
      'environment.loads',
    ],
    'for GIT_CONFIG_KEY_0 in core.fsmonitor; do for GIT_CONFIG_VALUE_0 in id; do git status; done; done',
    ['for PATH in ./tools; do git commit -m x; done', 'environment.loads'],
    ['for HOME in $PWD/h; do git add a.txt; done', 'environment.loads'],
    ["for PAGER in 'echo x; id'; do git -p log; done", 'environment.loads'],
    ['command unset PATH; ls', 'environment.loads'],
    ["BASH_CMDS[git]='./evil'; git status", 'environment.loads'],
    ['for CC in ./evil; do make; done', 'environment.loads'],
    ['for https_proxy in http://evil.example; do git status; done', 'environment.reroutes'],
    ['read GIT_CONFIG_VALUE_$i < a; git status', 'environment.loads'],
  ]);
  // The names are not known, or only what follows tells that a program gets them.
  holds('medium', [
    ['for f in -vPATH; do printf "$f" ./tools; ls; done', 'shell.evaluates'],
    ['read P?TH <<< ./tools; ls', 'shell.evaluates'],
    ['read -r$x a < b; ls', 'shell.evaluates'],
    ['command export P?TH; ls', 'shell.evaluates'],
    ['read TOOL_CONFIG < a; export TOOL_CONFIG; ls', 'environment.maybeLoads'],
    ['export TOOL_CONFIG; read TOOL_CONFIG < a; ls', 'environment.maybeLoads'],
  ]);
  holds('high', [
    ['read() { frobnicate $x; }; x=ab; IFS=a read', 'environment.loads'],
    ['IFS=a; read -r line < a', 'environment.loads'],
    ['IFS=a frobnicate', 'environment.loads'],
  ]);
  holds('low', [
    'for f in a.ts b.ts; do echo $f; done',
    'for ENV in dev prod; do echo $ENV; done',
    'for NODE in 20 22 24; do echo $NODE; done',
    'for CC in gcc clang; do echo $CC; done',
    'for PAGER in cat less; do git log -1; done',
    'for NODE_OPTIONS in --max-old-space-size=4096; do ls; done',
    'for TOOL_CONFIG in a.json b.json; do echo $TOOL_CONFIG; done',
    'while read -r name rest; do echo $name; done < a',
    'git ls-files | while read -r file; do echo "$file"; done',
    "read -p 'PATH or HOME?' -r answer < a; echo $answer",
    'printf "%s %s\\n" PATH HOME',
    'printf "$GREEN%s\\n" ok',
    'printf -v day %s mon; echo $day',
    'getopts a: option; echo $option',
    'command unset HOME_PAGE; ls',
    'while IFS= read -r line; do echo $line; done < a',
    'IFS=, read -r one two < a; echo $one',
  ]);
});
