import type { Claim } from '../../claim.ts';
import { isLoopback } from '../../hosts.ts';
import { tail } from '../sort.ts';
import { claimed, note, type Spec } from '../spec.ts';
import { literal, type Word } from '../word.ts';
import { start } from './argv.ts';
import { interpreter } from './interpreter.ts';
import { changesHere, empties } from './parts.ts';

/** `python -m module args`: modules that are programs of their own are read as those. */
const pythonModules: Readonly<Record<string, string>> = {
  'pip._internal': 'pip',
  IPython: 'ipython',
  coverage: 'coverage',
};
/** Modules of the standard library that print what they are asked about, and read the files that they are given. */
const quietModules =
  /^(calendar|this|site|sysconfig|platform|dis|pickletools|pstats|tabnanny|pydoc|base64|inspect|pyclbr|symtable|idlelib|turtledemo|turtle|encodings(\.\w+)?|difflib|random|mimetypes|uuid|filecmp|fileinput|textwrap|keyword|locale|string|colorsys|cgi|sndhdr|imghdr|ast|tokenize|json\.tool|json|zoneinfo|dbm|hashlib|csv|shlex|glob|fnmatch|gettext|getpass|curses\.\w+|compression(\.\w+)*)$/;
const reachesOut =
  /^(ftplib|telnetlib|smtplib|poplib|imaplib|nntplib|urllib\.request|http\.client|xmlrpc\.(client|server)|smtpd|aiosmtpd|webbrowser|antigravity|wsgiref\.simple_server|pydoc_server)$/;

const isFlag = (word: Word): boolean => word.prefix.startsWith('-') && word.text !== '-';
const reading = (path: Word): Claim => ({ does: 'read', path });
const writing = (path: Word): Claim => ({ does: 'write', path });
/** A word that names a file rather than a command, a name or a statement. */
const pathLike = (word: Word): boolean =>
  !isFlag(word) &&
  /^[.~/]|^[\w@./-]*\/[\w@./-]*$|^[\w-]+(\.\w{1,6})+$/.test(word.text ?? word.prefix) &&
  !word.prefix.includes('://');

/** Values of these flags, in a word of their own or attached. */
function valuesOf(args: readonly Word[], short: string, ...long: string[]): Word[] {
  return args.flatMap((word, i) => {
    const text = word.text ?? word.prefix;
    const next = args[i + 1];
    if (text === `-${short}` || long.includes(text)) return next === undefined ? [] : [next];
    const name = long.find(each => text.startsWith(`${each}=`));
    if (name !== undefined) return [tail(word, name.length + 1)];
    return short !== '' && new RegExp(`^-${short}.`).test(text) && !text.startsWith('--') ? [tail(word, 2)] : [];
  });
}

/** `cProfile -o out script args`, `trace --trace -C dir script`, `pdb -c command script`. */
function measured(args: readonly Word[]): Claim[] {
  const takes = /^(-[osCfcm]|--(outfile|sort|file|coverdir|ignore-module|ignore-dir|command))$/;
  const at = args.findIndex(
    (word, i) =>
      !isFlag(word) &&
      !/^(-[osCfc]|--(outfile|sort|file|coverdir|ignore-module|ignore-dir|command))$/.test(args[i - 1]?.text ?? ''),
  );
  const own = at < 0 ? args : args.slice(0, at);
  const target = at < 0 ? undefined : args[at];
  const claims = [
    ...valuesOf(own, 'o', '--outfile').map(writing),
    ...valuesOf(own, 'f', '--file').map(writing),
    ...valuesOf(own, 'C', '--coverdir').map(writing),
    ...valuesOf(own, 'c', '--command').map((text): Claim => ({ does: 'code', language: 'python', text })),
  ];
  if (target === undefined) return claims;
  const before = args[at - 1]?.text ?? '';
  if (takes.test(before) && before.endsWith('m'))
    return [
      ...claims,
      ...(target.text === null
        ? [claimed(note('medium', 'obscure', 'script.unknownPath'))]
        : pythonModule(target.text, args.slice(at + 1))),
    ];
  return [...claims, { does: 'script', path: target, language: 'python' }];
}

/** `zipfile -l a.zip`, `-e a.zip folder`, `-c a.zip files`. */
function archive(args: readonly Word[]): Claim[] {
  const [first, ...rest] = args.filter(word => !isFlag(word));
  if (first === undefined) return [];
  const has = (flags: RegExp): boolean => args.some(word => flags.test(word.text ?? ''));
  if (has(/^(-c|--create)/))
    return [writing(first), ...rest.map((path): Claim => ({ does: 'read', path, recursive: true }))];
  if (has(/^(-e|--extract)/))
    return [reading(first), { does: 'write', path: rest[0] ?? literal('.'), somewhere: true, into: [] }];
  return [first, ...rest].map(reading);
}

function pythonModule(name: string, args: readonly Word[]): Claim[] {
  const operands = args.filter(word => !isFlag(word));
  const [first] = operands;
  if (reachesOut.test(name))
    return [
      claimed(note('high', 'network', 'network.reach'), { host: '?' }),
      ...operands.filter(pathLike).map(reading),
    ];
  switch (name) {
    case 'unittest':
    case 'doctest': {
      // Modules by name are the project's; folders and files may lie anywhere.
      const places = [
        ...operands.filter(word => pathLike(word) && /\/|^[.~]|\.py$/.test(word.prefix)),
        ...valuesOf(args, 's', '--start-directory'),
        ...valuesOf(args, 't', '--top-level-directory'),
      ];
      return [changesHere, ...places.map((path): Claim => ({ does: 'load', path }))];
    }
    case 'compileall':
    case 'py_compile':
      return [
        changesHere,
        ...operands.filter(pathLike).map((path): Claim => ({ does: 'write', path, somewhere: true })),
      ];
    case 'json.tool':
    case 'uu':
    case 'quopri':
    case 'tokenize':
    case 'ast': {
      const [from, to] = operands;
      const [target] = name === 'json.tool' || name === 'uu' ? [to] : [];
      return [
        ...operands.filter(word => word !== target).map(reading),
        ...(from === undefined || target === undefined ? [] : [writing(target)]),
      ];
    }
    case 'gzip':
    case 'bz2':
    case 'lzma':
      return operands.flatMap(path => [reading(path), { does: 'write', path, append: true } as const]);
    case 'venv':
    case 'virtualenv':
      return [
        ...operands.slice(-1).map((path): Claim => ({ does: 'write', path, somewhere: true })),
        ...(args.some(arg => arg.text === '--clear') ? empties(operands) : []),
      ];
    case 'ensurepip':
      return [claimed(note('high', 'dependency', 'tool.installed'))];
    case 'http.server':
      return serves(args);
    case 'timeit':
      return operands.map((text): Claim => ({ does: 'code', language: 'python', text }));
    case 'cProfile':
    case 'profile':
    case 'trace':
    case 'pdb':
      return measured(args);
    case 'zipapp':
      return [
        ...(first === undefined ? [] : [{ does: 'read', path: first, recursive: true } as const]),
        ...valuesOf(args, 'o', '--output').map(writing),
      ];
    case 'zipfile':
    case 'tarfile':
      return archive(args);
    case 'pydoc':
      if (args.some(word => /^-[pbn]/.test(word.text ?? '')))
        return [claimed(note('medium', 'network', 'interpreter.serves'))];
      return [
        ...(args.some(word => word.text === '-w') ? [changesHere] : []),
        ...operands.filter(pathLike).map((path): Claim => ({ does: 'load', path })),
      ];
    default:
      if (quietModules.test(name)) return operands.filter(word => word.text === null || pathLike(word)).map(reading);
      return [...start([literal(pythonModules[name] ?? name), ...args]), ...operands.filter(pathLike).map(reading)];
  }
}

/** A server of files: to this machine only, or to everybody; of this folder, or of another. */
function serves(args: readonly Word[]): Claim[] {
  const after = (flags: RegExp): Word | undefined => args[args.findIndex(word => flags.test(word.text ?? '')) + 1];
  const has = (flags: RegExp): boolean => args.some(word => flags.test(word.prefix));
  const bound = has(/^(-b|--bind)$/) ? (after(/^(-b|--bind)$/)?.text ?? '?') : null;
  const open = bound !== null && !isLoopback(bound);
  const folder = has(/^(-d|--directory)$/) ? after(/^(-d|--directory)$/) : undefined;
  return [
    claimed(note(open || bound === '0.0.0.0' ? 'high' : 'medium', 'network', 'interpreter.serves')),
    ...(folder === undefined ? [] : [{ does: 'read' as const, path: folder, recursive: true }]),
  ];
}

const pythonBase = interpreter({
  language: 'python',
  code: '-c',
  takes: '-W -X -Q --check-hash-based-pycs',
  informs: '-V -VV --help-env --help-xoptions --help-all',
});

export const python: Spec = {
  ...pythonBase,
  flags: { ...pythonBase.flags, '-m': { value: 'ignore' } },
  inspect: call => {
    const attached = call.words.findIndex(word => /^-[bBdEiIOPqsSuvx]*m\w/.test(word.text ?? ''));
    const operand = call.words.findIndex(word => !word.prefix.startsWith('-'));
    const joined = call.words[attached];
    if (joined !== undefined && joined.text !== null && (operand < 0 || attached < operand))
      return pythonModule(joined.text.slice(joined.text.indexOf('m') + 1), call.words.slice(attached + 1));
    const at = call.words.findIndex(word => /^-\w*m$/.test(word.text ?? ''));
    const before = call.words.findIndex(word => !word.prefix.startsWith('-') && word.prefix !== '');
    // `-m` ends the flags: all after the module's name is the module's.
    if (call.has('-m') && at >= 0 && (before < 0 || at < before || !call.has('-c'))) {
      const [module, ...args] = call.words.slice(at + 1);
      if (module === undefined) return [];
      return module.text === null
        ? [claimed(note('medium', 'obscure', 'script.unknownPath'))]
        : pythonModule(module.text, args);
    }
    return pythonBase.inspect?.(call) ?? [];
  },
};
