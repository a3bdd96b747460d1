import type { Claim } from '../claim.ts';
import { claimed, note } from '../shell/spec.ts';
import { literal } from '../shell/word.ts';

const runsInput = claimed(note('high', 'inline-code', 'sed.runsInput'));
const unread = claimed(note('medium', 'obscure', 'sed.unread'));

/** A sed program → what it runs (`e`, `s///e`), reads (`r`, `R`) and writes (`w`, `W`, `s///w`). */
export function inspectSed(text: string): Claim[] {
  const claims: Claim[] = [];
  let at = 0;
  const lineEnd = (): number => {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  };
  const restOfLine = (): string => {
    const end = lineEnd();
    const rest = text.slice(at, end).trim();
    at = end;
    return rest;
  };
  /** Passes over `…` up to an unescaped delimiter; brackets hide it. False where there is none. */
  const delimited = (delimiter: string): boolean => {
    for (; at < text.length; at++) {
      if (text[at] === '\\') at++;
      else if (text[at] === delimiter) {
        at++;
        return true;
      } else if (text[at] === '\n' && delimiter !== '\n') return false;
    }
    return false;
  };
  for (let steps = 0; at < text.length && steps < 5000; steps++) {
    const c = text[at] ?? '';
    if (/[\s;{}!,0-9$~+]/.test(c)) {
      at++;
      continue;
    }
    if (c === '#') {
      at = lineEnd();
      continue;
    }
    if (c === '/' || c === '\\') {
      if (c === '\\') at++;
      const delimiter = text[at] ?? '';
      at++;
      if (!delimited(delimiter)) return [...claims, unread];
      while (/[IM]/.test(text[at] ?? '')) at++;
      continue;
    }
    at++;
    switch (c) {
      case 's':
      case 'y': {
        const delimiter = text[at] ?? '';
        at++;
        if (!delimited(delimiter) || !delimited(delimiter)) return [...claims, unread];
        if (c === 'y') break;
        for (; at < text.length && /[gpiImMe0-9w]/.test(text[at] ?? ''); at++) {
          if (text[at] === 'e') claims.push(runsInput);
          if (text[at] === 'w') {
            at++;
            claims.push({ does: 'write', path: literal(restOfLine()) });
            break;
          }
        }
        break;
      }
      case 'e': {
        const command = restOfLine();
        claims.push(command === '' ? runsInput : { does: 'shell', text: literal(command) });
        break;
      }
      case 'w':
      case 'W':
        claims.push({ does: 'write', path: literal(restOfLine()) });
        break;
      case 'r':
      case 'R':
        claims.push({ does: 'read', path: literal(restOfLine()) });
        break;
      case 'a':
      case 'i':
      case 'c':
        // Text up to a line that does not end in a backslash.
        while (at < text.length) {
          const end = lineEnd();
          const goesOn = text[end - 1] === '\\';
          at = end + 1;
          if (!goesOn) break;
        }
        break;
      case 'b':
      case 't':
      case 'T':
      case ':':
      case 'v':
        while (at < text.length && !/[;\n}]/.test(text[at] ?? '')) at++;
        break;
      case '=':
      case 'd':
      case 'D':
      case 'g':
      case 'G':
      case 'h':
      case 'H':
      case 'l':
      case 'n':
      case 'N':
      case 'p':
      case 'P':
      case 'q':
      case 'Q':
      case 'x':
      case 'z':
      case 'F':
        break;
      default:
        return [...claims, unread];
    }
  }
  return claims;
}
