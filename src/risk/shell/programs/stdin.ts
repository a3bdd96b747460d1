import type { Claim, Language } from '../../claim.ts';
import { isFetched, printed } from '../output.ts';
import type { Invocation } from '../script.ts';
import { claimed, note } from '../spec.ts';
import { literal } from '../word.ts';

/** What an interpreter runs that is given no program: the text on its standard input. */
export function fromStdin({ stdin }: Invocation, language: Language): Claim[] {
  switch (stdin.type) {
    case 'inherited':
      return [claimed(note('medium', 'inline-code', 'interpreter.interactive'))];
    case 'file':
      return [{ does: 'script', path: stdin.target, language }];
    case 'text': {
      if (stdin.text !== null) return [{ does: 'code', language, text: literal(stdin.text) }];
      const raw = stdin.raw ?? '';
      return [{ does: 'code', language, text: { raw, text: null, prefix: '', glob: false, splits: false } }];
    }
    case 'pipe': {
      if (stdin.from === null) return [claimed(note('high', 'obscure', 'pipe.toInterpreter'))];
      if (isFetched(stdin.from)) return [claimed(note('critical', 'download', 'pipe.fetchedToInterpreter'))];
      const text = printed(stdin.from);
      const piped = claimed(note('high', 'obscure', 'pipe.toInterpreter'));
      if (text === null) return [piped];
      const code: Claim = { does: 'code', language, text: literal(text) };
      return language === 'shell' ? [piped, code] : [code];
    }
  }
}
