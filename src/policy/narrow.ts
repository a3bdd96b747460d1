import { type Category, tiers } from '../protocol/assessment.ts';
import { compile } from './match.ts';
import type { RuleText } from './rule.ts';
import type { Subject } from './subject.ts';

/**
 * What a rule from the answer to a question may lift. An effect of any other category is asked about each time, unless its
 * person writes a rule for it by hand.
 */
const mayStand: ReadonlySet<Category> = new Set<Category>([
  'read',
  'edit',
  'deletion',
  'test-run',
  'build',
  'package-script',
  'dependency',
  'lock-file',
  'network',
  'download',
  'database',
  'unknown-program',
  'inline-code',
  'large',
]);

/** More places than a person reads at a glance. */
const mostPaths = 8;

/**
 * The narrowest rule by which the person would not be asked about this command again, or null where none should stand. It is
 * for one program, word for word: what is quoted, redirected or put together is no one thing that words could name. Beside
 * the words it holds the places (as absolute paths, so that it is for this workspace and this folder of it), the categories,
 * the tier and the hosts that the person was shown: where the same words come to mean more, the rule does not match.
 */
export function narrowRule(subject: Subject, root: string, command: string): RuleText | null {
  const { parts, tier, categories, hosts, paths, unknownPaths } = subject;
  if (subject.kind !== 'exec' || !subject.understood || tier === 'critical' || subject.unknownHosts) return null;
  if (categories.some(category => !mayStand.has(category))) return null;
  if (hosts.length === 0 && categories.some(category => category === 'network' || category === 'download')) return null;
  const [only, more] = parts.filter(({ from }) => from === null);
  const text = command.trim();
  if (only === undefined || more !== undefined || only.text !== text || !isPlain(text)) return null;
  if (paths.length > mostPaths || paths.some(path => /[^\w@./ -]/.test(path))) return null;
  const rule: RuleText = {
    id: idOf(text),
    decision: 'allow',
    when: {
      command: [text],
      ...(hosts.length === 0 ? {} : { hosts: [...hosts] }),
      ...(paths.length === 0 || unknownPaths ? {} : { paths: [...paths] }),
      ...(categories.length === 0 ? {} : { category: [...categories] }),
      tier: tiers.slice(0, tiers.indexOf(tier) + 1),
    },
  };
  return covers(rule, subject, root) ? rule : null;
}

/** Whether a rule that allows would match this very effect. */
export function covers(rule: RuleText, subject: Subject, root: string): boolean {
  const loaded = { ...rule, id: rule.id ?? 'new', layer: 'user' as const, file: '', line: 1 };
  return rule.decision === 'allow' && compile(loaded, root).matches(subject);
}

/** Words that a pattern can spell, that mean themselves to a shell, and that a person can read at a glance. */
function isPlain(text: string): boolean {
  return text.length <= 200 && /^[\w@%+:,./=-]+( [\w@%+:,./=-]+)*$/.test(text) && !/^\w+=/.test(text);
}

function idOf(command: string): string {
  const name = command
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return name === '' ? 'allowed' : name;
}
