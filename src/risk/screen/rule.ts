import type { ScreenVerdict } from '../../protocol/suspicion.ts';

export const screenCodes = [
  'secret',
  'attack',
  'malware',
  'theft',
  'safeguards',
  'discrimination',
  'harm',
  'fraud',
  'conflict',
] as const;
export type ScreenCode = (typeof screenCodes)[number];

/**
 * One kind of task. `pattern` is the source of a regular expression over the lower-case task in which `~` stands for a
 * few words between. `unless`: with these words near by it is ordinary work, such as a defence against just that.
 */
export interface ScreenRule {
  code: ScreenCode;
  verdict: Exclude<ScreenVerdict, 'pass'>;
  pattern: string;
  unless?: string;
  must: readonly string[];
  mustNot: readonly string[];
}

/** Words that may stand between two of a pattern, bounded; not over the end of a sentence. */
export function compileScreen(pattern: string): RegExp {
  return new RegExp(pattern.replaceAll('~', '(?:[^.!?\\n]{0,60}?[^a-z.!?\\n])?'), 'g');
}
