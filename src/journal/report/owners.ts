import ignore from 'ignore';

/** One line of a CODEOWNERS file. A line without owners takes them away. */
interface OwnerRule {
  owners: string[];
  matches(path: string): boolean;
}

/** Where the usual forges look, in their order. */
export const ownerFiles = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'] as const;

/** Who owns a path by a CODEOWNERS file: the last line that matches says so. Lines that cannot be read are passed over. */
export function ownersBy(text: string): (path: string) => readonly string[] {
  const rules = text.split('\n').flatMap(line => ruleOf(line) ?? []);
  return path => rules.findLast(rule => rule.matches(path))?.owners ?? [];
}

function ruleOf(line: string): OwnerRule | null {
  const words = line.replace(/(^|\s)#.*$/, '').trim();
  // GitLab's heads of sections stand in brackets.
  if (words === '' || words.startsWith('!') || /^\^?\[/.test(words)) return null;
  const [pattern = '', ...owners] = words.split(/(?<!\\)\s+/);
  const matcher = ignore().add(pattern);
  return { owners, matches: path => path !== '' && !path.startsWith('../') && matcher.ignores(path) };
}
