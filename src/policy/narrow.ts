import { type Category, tiers } from '../protocol/assessment.ts';
import { compile } from './match.ts';
import type { RuleText } from './rule.ts';
import type { Subject, SubjectPart } from './subject.ts';

/**
 * Programs that do the same to whatever files they are given, and how many words say what that is. Of these the files may
 * become a `*`; any other command is proposed word for word. No program that runs what it is given stands here.
 */
const perFile: Readonly<Record<string, number | undefined>> = {
  biome: 2,
  black: 1,
  cat: 1,
  eslint: 1,
  gofmt: 1,
  jest: 1,
  mocha: 1,
  mypy: 1,
  oxlint: 1,
  prettier: 1,
  pytest: 1,
  rspec: 1,
  ruff: 2,
  rustfmt: 1,
  shellcheck: 1,
  stylelint: 1,
  vitest: 1,
};

/** Commands of git whose arguments change nothing of what they are. */
const gitPerFile = new Set(['add', 'blame', 'diff', 'log', 'show', 'status']);

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

/** Beside these many programs, a command is no one thing that could be named. */
const mostParts = 4;

/**
 * The narrowest rule by which the person would not be asked about this command again, or null where none should stand.
 * Beside the words it holds the categories, the tier and the hosts that they were shown: where the same words come to mean
 * more (a script was changed), the rule does not match. `redirected`: a redirection, which is no word of any program, names
 * files; the rule is for those alone then.
 */
export function narrowRule(subject: Subject, root: string, redirected = false): RuleText | null {
  const { parts, tier, categories, hosts, paths } = subject;
  if (subject.kind !== 'exec' || !subject.understood || tier === 'critical' || subject.unknownHosts) return null;
  if (categories.some(category => !mayStand.has(category))) return null;
  if (hosts.length === 0 && categories.some(category => category === 'network' || category === 'download')) return null;
  const tops = parts.filter(({ from }) => from === null);
  if (tops.length === 0 || tops.length > mostParts || !tops.every(isPlain)) return null;
  const inside = paths.every(path => path === root || path.startsWith(`${root}/`));
  if ((hosts.length > 0 || redirected) && !inside) return null;
  const places = redirected && !paths.includes(root) ? paths.map(path => `.${path.slice(root.length)}`) : ['./**'];
  if (places.length > 8 || places.some(place => place !== './**' && /[^\w@./ -]/.test(place))) return null;
  const more = {
    ...(hosts.length === 0 ? {} : { hosts: [...hosts] }),
    ...((hosts.length > 0 || redirected) && paths.length > 0 ? { paths: places } : {}),
    ...(categories.length === 0 ? {} : { category: [...categories] }),
    tier: tiers.slice(0, tiers.indexOf(tier) + 1),
  };
  const exact = [...new Set(tops.map(({ text }) => text))];
  const [only] = tops;
  const wide =
    tops.length === 1 && !redirected && only !== undefined && tier === 'low' && hosts.length === 0
      ? starred(only)
      : null;
  const of = (command: string[]): RuleText => ({ id: idOf(command), decision: 'allow', when: { command, ...more } });
  const proposed = [...(wide === null ? [] : [of([wide])]), of(exact)];
  return proposed.find(rule => covers(rule, subject, root)) ?? null;
}

/** Whether a rule that allows would match this very effect. */
export function covers(rule: RuleText, subject: Subject, root: string): boolean {
  const loaded = { ...rule, id: rule.id ?? 'new', layer: 'user' as const, file: '', line: 1 };
  return rule.decision === 'allow' && compile(loaded, root).matches(subject);
}

/** Words that a pattern can spell, and a person can read at a glance. */
function isPlain({ text }: SubjectPart): boolean {
  return text.length <= 200 && /^[\x20-\x7e]+$/.test(text) && !/[*$`\\]/.test(text);
}

/** Program, command and plain flags, and a `*` for the files; null where the rest is more than files. */
function starred({ program, text }: SubjectPart): string | null {
  const words = text.split(' ');
  const runner = program === 'npx' ? 1 : 0;
  const named = words[runner] ?? '';
  const own = named === 'git' ? (gitPerFile.has(words[1] ?? '') ? 2 : undefined) : perFile[named];
  if (own === undefined || !Object.hasOwn({ ...perFile, git: 2 }, named)) return null;
  let fixed = runner + own;
  while (/^--?[a-z][a-z-]*$/i.test(words[fixed] ?? '')) fixed += 1;
  const files = words.slice(fixed);
  if (files.length === 0 || fixed < 2 || files.some(word => !/^[\w@.][\w@./-]*$/.test(word))) return null;
  return [...words.slice(0, fixed), '*'].join(' ');
}

function idOf(commands: readonly string[]): string {
  const words = commands.join(' ').toLowerCase();
  const name = words
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return name === '' ? 'allowed' : name;
}
