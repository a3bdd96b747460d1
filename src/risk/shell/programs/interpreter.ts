import type { Claim, Language } from '../../claim.ts';
import { type Call, claimed, type Flag, note, type Spec } from '../spec.ts';
import { literal, type Word } from '../word.ts';
import { reachUrl, taking } from './parts.ts';
import { fromStdin } from './stdin.ts';

interface Interpreter {
  language: Language;
  /** Flags whose value is program text. */
  code: string;
  /** Flags whose value is a file or a module that is loaded first. */
  loads?: string;
  /** Flags with a value that means nothing to us. */
  takes?: string;
  /** Flags after which nothing runs. */
  informs?: string;
  /** Flags that only check the program. */
  checks?: string;
  flags?: Readonly<Record<string, Flag>>;
  /** What else the flags come to. */
  also?: (call: Call) => Claim[];
}

/** `interpreter [flags] file args`, `interpreter -e text`, or the program on standard input. */
export function interpreter(about: Interpreter): Spec {
  const code = about.code.split(' ');
  const loads = (about.loads ?? '').split(' ').filter(each => each !== '');
  const informs = ['--version', '--help', '-h', ...(about.informs ?? '').split(' ')];
  const checks = (about.checks ?? '').split(' ').filter(each => each !== '');
  return {
    stopAtOperand: true,
    exact: true,
    flags: {
      ...taking('ignore', [about.code, about.takes, about.loads].filter(Boolean).join(' ')),
      ...about.flags,
    },
    inspect: call => {
      const { language } = about;
      const claims = [...call.values(...loads).flatMap(word => loaded(word, language)), ...(about.also?.(call) ?? [])];
      const texts = call.values(...code);
      const [first] = call.operands;
      if (texts.length > 0)
        return [
          ...claims,
          // What it does is not read in a language that we only know by its usual words.
          ...(language === 'other' && !texts.every(prints)
            ? [claimed(note('medium', 'inline-code', 'interpreter.unreadLanguage'))]
            : []),
          ...texts.map((text): Claim => ({ does: 'code', language, text })),
        ];
      if (checks.some(flag => call.has(flag)))
        // Of a file that is only known when it runs nothing is shown but its mistakes: `for f in …; do node --check $f; done`.
        return [...claims, ...call.operands.map((path): Claim => ({ does: 'read', path, look: path.text === null }))];
      if (first !== undefined && first.text !== '-') return [...claims, ...program(first, language)];
      if (call.has(...informs)) return claims;
      return [...claims, ...fromStdin(call.invocation, language)];
    },
  };
}

/** Text in a language that we do not read which plainly prints, in any of them. */
function prints({ text }: Word): boolean {
  if (text === null || /[`|!$&@]/.test(text)) return false;
  const names = text.replace(/"[^"]*"|'[^']*'/g, '').match(/[A-Za-z_][\w.:]*/g) ?? [];
  return names.every(name =>
    /^(print|println|print_endline|printf|cat|puts|echo|IO\.puts|display|say|version|halt|main|putStrLn|x|y|n|i|in|for|sum|length|range|R\.version\.string|sessionInfo|VERSION)$/.test(
      name,
    ),
  );
}

const fetchedProgram = claimed(note('high', 'download', 'interpreter.remoteProgram'));

export function program(path: Word, language: Language): Claim[] {
  const text = path.text ?? path.prefix;
  if (/^(https?|npm|jsr):/i.test(text)) return [fetchedProgram, ...(text.startsWith('http') ? [reachUrl(path)] : [])];
  if (/^\/dev\/(stdin|fd\/0)$/.test(text)) return [claimed(note('high', 'obscure', 'pipe.toInterpreter'))];
  return [{ does: 'script', path, language: language === 'javascript' || language === 'python' ? language : null }];
}

/** `-r ./setup.js` runs a file; `-r ts-node/register` a package that is installed. */
export function loaded(word: Word, language: Language): Claim[] {
  const text = word.text ?? word.prefix;
  if (word.text === null) return [claimed(note('medium', 'obscure', 'script.unknownPath'))];
  if (/^(data|https?):/i.test(text)) return [claimed(note('high', 'inline-code', 'interpreter.remoteProgram'))];
  if (/^(file:|\.|\/|~)/.test(text))
    return [{ does: 'script', path: literal(text.replace(/^file:(\/\/)?/, '')), language }];
  return [];
}
