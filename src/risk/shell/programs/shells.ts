import type { Claim } from '../../claim.ts';
import { tail } from '../sort.ts';
import { type Call, claimed, type Flag, note, type ProgramTable, type Spec } from '../spec.ts';
import { literal, type Word } from '../word.ts';
import { harmless, joined, keepsEndless, named, taking } from './parts.ts';
import { fromStdin } from './stdin.ts';

const informs = ['--version', '--help', '-V', '--dump-strings', '--dump-po-strings'];

/** `sh [flags] [-c text | file] [args]`. After `-c`, the first operand is the text, wherever it stands. */
const shell: Spec = {
  stopAtOperand: true,
  flags: {
    ...taking('ignore', '-o -O +O +o'),
    ...taking('script', '--rcfile --init-file'),
    '-c': {},
    '--command': {},
  },
  inspect: call => [...overSocket(call), ...shellClaims(call)],
};

function shellClaims(call: Call): Claim[] {
  const [first] = call.operands;
  if (call.has('-c', '--command')) return first === undefined ? [] : [{ does: 'shell', text: first }];
  // Only checked, not run.
  if (call.has('-n')) return call.operands.map(path => ({ does: 'read', path }));
  if (first !== undefined && !call.has('-s')) return scriptOrStdin(call, first);
  return call.has(...informs) ? [] : fromStdin(call.invocation, 'shell');
}

/** A shell whose input or output is a socket takes its orders from elsewhere. */
function overSocket({ invocation }: Call): Claim[] {
  const sockets = invocation.redirects.some(({ target }) => /^\/dev\/(tcp|udp)\//.test(target.text ?? target.prefix));
  return sockets ? [claimed(note('critical', 'unusual-network', 'shell.overSocket'))] : [];
}

function scriptOrStdin(call: Call, path: Word): Claim[] {
  if (path.text === '-' || path.text === '/dev/stdin' || path.text === '/dev/fd/0' || path.text === '/proc/self/fd/0')
    return fromStdin(call.invocation, 'shell');
  return [{ does: 'script', path, language: 'shell' }];
}

const fish: Spec = {
  stopAtOperand: true,
  flags: {
    ...taking('command', '-c --command -C --init-command'),
    ...taking('write', '-p --profile --profile-startup -o --debug-output'),
    ...taking('ignore', '-d --debug -f --features'),
  },
  inspect: call => {
    const [first] = call.operands;
    if (call.has('-n', '--no-execute')) return call.operands.map(path => ({ does: 'read', path }));
    if (call.has('-c', '--command', '-v', ...informs)) return [];
    return first === undefined ? fromStdin(call.invocation, 'shell') : scriptOrStdin(call, first);
  },
};

/** `-EncodedCommand`: base64 of UTF-16. Whoever hides text has something to hide, also where it can be read. */
function encoded(word: Word | undefined): Claim[] {
  const text = word?.text ?? null;
  const bytes = text !== null && /^[A-Za-z\d+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : null;
  if (bytes === null || bytes.length === 0 || bytes.length % 2 !== 0)
    return [claimed(note('high', 'obscure', 'powershell.encoded'))];
  return [
    claimed(note('medium', 'obscure', 'powershell.decoded')),
    { does: 'code', language: 'powershell', text: literal(bytes.toString('utf16le')) },
  ];
}

/** PowerShell takes any beginning of a parameter's name, in any case, with one dash or two. */
function powershell(call: Call): Claim[] {
  const claims: Claim[] = [];
  for (let i = 0; i < call.words.length; i++) {
    const word = call.words[i];
    const flag = word?.text?.toLowerCase().replace(/^(--?|\/)/, '-') ?? '';
    const rest = call.words.slice(i + 1);
    if (/^-(ec?|en\w*)$/.test(flag)) return [...claims, ...encoded(rest[0])];
    if (/^-(c|co\w*|commandwithargs|cwa)$/.test(flag) && rest[0]?.text === '-')
      return [...claims, ...fromStdin(call.invocation, 'powershell')];
    if (/^-(c|co\w*|commandwithargs|cwa)$/.test(flag))
      return [...claims, { does: 'code', language: 'powershell', text: joined(rest) }];
    if (/^-(f|fi\w*)$/.test(flag) && rest[0] !== undefined)
      return [...claims, { does: 'script', path: rest[0], language: 'powershell' }];
    if (/^-(ex\w*|ep|w\w*|v\w*|o\w*|i\w+|settings\w*|custompipename|configurationname)$/.test(flag)) i++;
    else if (flag.endsWith('.ps1') && word !== undefined)
      return [...claims, { does: 'script', path: word, language: 'powershell' }];
    else if (!flag.startsWith('-') && word !== undefined)
      return [...claims, { does: 'code', language: 'powershell', text: joined(call.words.slice(i)) }];
  }
  if (call.words.some(word => /^--?(v(ersion)?|h(elp)?|\?)$/i.test(word.text ?? ''))) return claims;
  return [...claims, ...fromStdin(call.invocation, 'powershell')];
}

const evaluates: Spec = {
  stopAtOperand: true,
  inspect: call => (call.operands.length === 0 ? [] : [{ does: 'shell', text: joined(call.operands) }]),
};

const source: Spec = {
  stopAtOperand: true,
  inspect: call => {
    const [first] = call.operands;
    return first === undefined ? [] : scriptOrStdin(call, first);
  },
};

const trap: Spec = {
  stopAtOperand: true,
  inspect: call => {
    const [text, signal] = call.operands;
    if (text === undefined || signal === undefined || text.text === '-' || text.text === '') return [];
    return [{ does: 'shell', text }];
  },
};

const alias: Spec = {
  inspect: call =>
    call.operands.flatMap(word => {
      const at = word.prefix.indexOf('=');
      return at < 0 ? [] : [{ does: 'shell' as const, text: tail(word, at + 1) }];
    }),
};

const secretNamed = /\$\{?!?\w*(SECRET|TOKEN|PASSWO?R?D|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIAL)/i;
const showsEnvironment = claimed(note('medium', 'secret', 'environment.shown'));

const subscript = claimed(note('high', 'obscure', 'shell.subscript'));

/** Of a variable's name, the shell evaluates what stands between the brackets, commands in it too: `let 'a[$(x)]=1'`. */
function subscripts(words: readonly Word[]): Claim[] {
  return words.flatMap((word): Claim[] => {
    const text = word.text ?? '';
    if (!/\[[\s\S]*(\$\(|`|[<>]\()/.test(text)) return [];
    return [subscript, { does: 'shell', text: literal(`: ${text.replaceAll(/["'\\]/g, '')}`) }];
  });
}

const evaluatesNames: Spec = { inspect: call => subscripts(call.words) };

/** `printf -v 'a[…]'` names a variable; the other words are only printed. */
const printfNames = (call: Call): Claim[] => (call.has('-v') ? subscripts(call.values('-v')) : []);

const completes: Spec = {
  flags: { ...taking('command', '-C'), ...taking('ignore', '-A -G -W -F -P -S -X -o -V') },
  inspect: call => [
    ...call.values('-W').map((word): Claim => ({ does: 'shell', text: literal(`: ${word.text ?? '$(:)'}`) })),
    ...(call.has('-F') ? [claimed(note('medium', 'obscure', 'shell.callsFunction'))] : []),
  ],
};

/** Prints its words, which may hold what the environment keeps secret. */
const prints: Spec = {
  inspect: call => (call.words.some(word => secretNamed.test(word.raw)) ? [showsEnvironment] : []),
};

const declares: Spec = {
  inspect: call => [
    ...(call.has('-p') && call.operands.length === 0 ? [showsEnvironment] : []),
    ...subscripts(call.words),
  ],
};

export const shells: ProgramTable = {
  ...named('bash sh dash ash zsh ksh mksh ksh93 rbash rzsh csh tcsh yash posh oksh elvish nu xonsh', shell),
  fish,
  ...named('pwsh powershell', { inspect: powershell }),
  cmd: { notes: [note('high', 'obscure', 'shell.windows')] },

  eval: evaluates,
  ...named('source .', source),
  trap,
  alias,
  echo: prints,
  printf: {
    stopAtOperand: true,
    flags: taking('ignore', '-v'),
    inspect: call => [...(prints.inspect?.(call) ?? []), ...printfNames(call)],
  },
  ...named('export declare typeset readonly local', declares),
  set: { inspect: call => (call.words.length === 0 ? [showsEnvironment] : []) },
  enable: { flags: { '-f': { value: 'ignore', note: note('high', 'obscure', 'shell.loadsBuiltin') } } },
  hash: { flags: { '-p': { value: 'ignore', note: note('high', 'obscure', 'shell.renames') } } },
  bind: { flags: { '-x': { value: 'command' }, ...taking('read', '-f') } },
  ...named('complete compgen compopt', completes),
  ...named('mapfile readarray', {
    flags: { ...taking('command', '-C'), ...taking('ignore', '-c -d -n -O -s -u') },
    inspect: call => subscripts(call.operands),
  } satisfies Spec),
  history: {
    flags: {
      '-c': { note: note('medium', 'tampering', 'shell.history') },
      '-d': { value: 'ignore', note: note('medium', 'tampering', 'shell.history') },
      ...taking('ignore', '-s -p'),
      '-w': { operands: 'write' },
      '-a': { operands: 'append' },
      ...named('-r -n', { operands: 'read' } satisfies Flag),
    },
  },
  fc: { notes: [note('medium', 'obscure', 'shell.history')] },
  ...named(
    'true false : cd pushd popd dirs pwd unalias shopt bg fg disown suspend ulimit umask type ' +
      'help return exit logout break continue shift caller times sleep seq expr basename dirname',
    harmless,
  ),
  yes: { inspect: keepsEndless },
  ...named('test [ [[ let unset read wait getopts', evaluatesNames),
};
