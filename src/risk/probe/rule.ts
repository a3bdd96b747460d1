/** What a mark says: what kind of thing was found in a text that came from outside. */
export const markCodes = [
  'override',
  'role',
  'addressed',
  'exfiltrate',
  'secrecy',
  'approve',
  'safeguard',
  'destroy',
  'order',
  'template',
  'forged',
  'hidden',
  'lookalike',
  'encoded',
  'link',
  'carried',
] as const;
export type MarkCode = (typeof markCodes)[number];

/**
 * One wording. `pattern` is the source of a regular expression over lower-case text in which `~` stands for any gap
 * between words, comment signs and line numbers included; it begins with one of `starts`, at which alone it is tried.
 * Quantifiers are bounded, so that a try has a bounded cost. Weights of different codes that stand close together add
 * up, and a text is flagged from `flaggedFrom` on.
 */
export interface ProbeRule {
  code: MarkCode;
  weight: number;
  starts: readonly string[];
  pattern: string;
  /** Also looked for in a repository's instruction files, which may well give orders of other kinds. */
  hostile: boolean;
  must: readonly string[];
  mustNot: readonly string[];
}

/** What the weights of one neighbourhood come to when it is more likely an order to the agent than anything else. */
export const flaggedFrom = 8;

const gap = '(?:(?:[\\s*#>/|"\'`_,;:()\\u2013\\u2014-]|\\d{1,7}\\t){1,24})';

/** The pattern's regular expression, tried at one place. */
export function compile(pattern: string): RegExp {
  return new RegExp(pattern.replaceAll('~', gap), 'y');
}
