import type { Claim } from '../../claim.ts';
import { isLoopback } from '../../hosts.ts';
import { claimed, note, type Spec } from '../spec.ts';
import { literal, type Word } from '../word.ts';
import { start } from './argv.ts';
import { interpreter } from './interpreter.ts';
import { changesHere } from './parts.ts';

/** `python -m module args`: modules that are programs of their own are read as those. */
const pythonModules: Readonly<Record<string, string>> = {
  'pip._internal': 'pip',
  IPython: 'ipython',
  coverage: 'coverage',
};
const quietModules =
  /^(json\.tool|compileall|py_compile|timeit|calendar|this|site|sysconfig|platform|unittest|doctest|tokenize|ast|dis|cProfile|profile|pstats|trace|tabnanny|pydoc|base64|gzip|zipfile|tarfile|inspect|pyclbr|symtable|venv|virtualenv|ensurepip|http\.server|smtpd|webbrowser|pdb|idlelib|turtledemo|antigravity|turtle|encodings|difflib|quopri|uu|cgi|random|mimetypes|uuid|ensurepip|zipapp)$/;

function pythonModule(name: string, args: readonly Word[]): Claim[] {
  const first = args.find(
    (word, i) => !word.prefix.startsWith('-') && !/^-[osfCR]$|^--(outfile|sort|file)$/.test(args[i - 1]?.text ?? ''),
  );
  switch (name) {
    case 'unittest':
    case 'doctest':
    case 'compileall':
    case 'py_compile':
      return [changesHere];
    case 'json.tool':
    case 'tokenize':
    case 'ast': {
      const [from, to] = args.filter(word => !word.prefix.startsWith('-'));
      return [
        ...(from === undefined ? [] : [{ does: 'read' as const, path: from }]),
        ...(to === undefined || name !== 'json.tool' ? [] : [{ does: 'write' as const, path: to }]),
      ];
    }
    case 'venv':
    case 'virtualenv':
      return first === undefined ? [] : [{ does: 'write', path: first, somewhere: true }];
    case 'ensurepip':
      return [claimed(note('high', 'dependency', 'tool.installed'))];
    case 'http.server':
      return serves(args);
    case 'smtpd':
    case 'webbrowser':
    case 'antigravity':
      return [claimed(note('high', 'network', 'network.reach'), { host: '?' })];
    case 'timeit':
      return args
        .filter(word => !word.prefix.startsWith('-'))
        .map(text => ({ does: 'code', language: 'python', text }));
    case 'cProfile':
    case 'profile':
    case 'trace':
    case 'pdb': {
      const inner = args[0]?.text === '-m' ? (args[1]?.text ?? null) : null;
      if (inner !== null) return pythonModule(inner, args.slice(2));
      return first === undefined ? [] : [{ does: 'script', path: first, language: 'python' }];
    }
    case 'zipapp':
      return args
        .filter((_word, i) => /^(-o|--output)$/.test(args[i - 1]?.text ?? ''))
        .map(path => ({ does: 'write', path }));
    case 'zipfile':
    case 'tarfile': {
      const target = args.at(-1);
      return /^(-e|--extract|-c|--create)$/.test(args[0]?.text ?? '') && target !== undefined
        ? [{ does: 'write', path: target }]
        : [];
    }
    default:
      if (quietModules.test(name)) return [];
      return start([literal(pythonModules[name] ?? name), ...args]);
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
