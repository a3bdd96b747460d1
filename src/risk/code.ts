import { posix } from 'node:path';
import type { Claim, Language } from './claim.ts';
import { inspectAwk } from './code/awk.ts';
import { inspectWith } from './code/inspect.ts';
import { javascript } from './code/javascript.ts';
import { inspectPowershell, inspectSql } from './code/plain.ts';
import { python } from './code/python.ts';
import { lua, other, perl, php, ruby } from './code/scripting.ts';
import { inspectSed } from './code/sed.ts';

/** Longer programs are judged by their beginning, and are medium at least. */
const maxLength = 64 * 1024;

/**
 * Reads a program's text for what it plainly does. `inline` is code on the command line, or in a file that the project
 * does not hold: medium at least when it does more than print. `file` is the project's own: only what stands there plainly
 * counts. Shell text is not read here. A null text is what could not be known.
 */
export function inspectCode(
  language: Language,
  text: string | null,
  where: 'inline' | 'file' = 'inline',
  home = '/root',
): Claim[] {
  if (text === null) return [unknownText];
  const known = text.slice(0, maxLength);
  const more = text.length > maxLength ? [unknownText] : [];
  return [...more, ...inspectKnown(language, known, where, home)];
}

const unknownText: Claim = { does: 'note', tier: 'medium', category: 'obscure', code: 'code.textUnknown' };

function inspectKnown(language: Language, text: string, where: 'inline' | 'file', home: string): Claim[] {
  switch (language) {
    case 'javascript':
      return inspectWith(javascript, text, where, home);
    case 'python':
      return inspectWith(python, text, where, home);
    case 'ruby':
      return inspectWith(ruby, text, where, home);
    case 'perl':
      return inspectWith(perl, text, where, home);
    case 'php':
      return inspectWith(php, text, where, home);
    case 'lua':
      return inspectWith(lua, text, where, home);
    case 'awk':
      return inspectAwk(text);
    case 'sed':
      return inspectSed(text);
    case 'sql':
      return inspectSql(text);
    case 'powershell':
      return inspectPowershell(text);
    case 'shell':
      return [{ does: 'shell', text: { raw: text, text, prefix: text, glob: false, splits: false } }];
    case 'other':
      return inspectWith(other, text, where, home);
  }
}

const endings: Readonly<Record<string, Language>> = {
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.jsx': 'javascript',
  '.ts': 'javascript',
  '.mts': 'javascript',
  '.cts': 'javascript',
  '.tsx': 'javascript',
  '.py': 'python',
  '.pyw': 'python',
  '.rb': 'ruby',
  '.rake': 'ruby',
  '.pl': 'perl',
  '.pm': 'perl',
  '.t': 'perl',
  '.php': 'php',
  '.lua': 'lua',
  '.sh': 'shell',
  '.bash': 'shell',
  '.zsh': 'shell',
  '.ksh': 'shell',
  '.fish': 'shell',
  '.ps1': 'powershell',
  '.psm1': 'powershell',
  '.sql': 'sql',
  '.awk': 'awk',
  '.sed': 'sed',
};

const shebangs: readonly (readonly [RegExp, Language])[] = [
  [/\b(node|deno|bun|tsx|ts-node|zx|nodejs)\b/, 'javascript'],
  [/\b(python|pypy)[\d.]*\b/, 'python'],
  [/\bruby\b/, 'ruby'],
  [/\bperl\b/, 'perl'],
  [/\bphp\b/, 'php'],
  [/\blua(jit)?\b/, 'lua'],
  [/\b(pwsh|powershell)\b/, 'powershell'],
  [/\b[gmn]?awk\b/, 'awk'],
  [/\bsed\b/, 'sed'],
  [/\b(ba|da|z|k|fi|a)?sh\b/, 'shell'],
];

/** What a program file is written in. Its first line is what the system goes by; without one, its ending. */
export function languageOf(path: string, text: string): Language {
  const first = /^#!([^\n]*)/.exec(text)?.[1];
  if (first !== undefined) return shebangs.find(([pattern]) => pattern.test(first))?.[1] ?? 'other';
  const ending = endings[posix.extname(path).toLowerCase()];
  if (ending !== undefined) return ending;
  // Without a first line and an ending, a shell runs it.
  return posix.extname(path) === '' ? 'shell' : 'other';
}
