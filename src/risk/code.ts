import type { Claim, Language } from './claim.ts';

export function inspectCode(_language: Language, _text: string | null, _where: 'inline' | 'file' = 'inline', _home = '/root'): Claim[] {
  return [];
}
export function languageOf(_path: string, _text: string): Language {
  return 'other';
}
