import { basename } from 'node:path';
import picomatch from 'picomatch';
import type { Category } from '../protocol/assessment.ts';
import { allowingCommand, forbiddingCommand } from './commandPattern.ts';
import { mayHold } from './folders.ts';
import type { Rule } from './rule.ts';
import type { Subject, SubjectPart } from './subject.ts';

/** A rule made ready: patterns are compiled once, at load. */
export interface Matcher {
  rule: Rule;
  matches(subject: Subject): boolean;
}

type Test = (text: string) => boolean;

/**
 * What a `*` does not cover, nor a program's bare name: an effect of these categories is only allowed where the words before
 * the `*` say it, or where all words are written down.
 */
const beyondPattern = new Set<Category>([
  'outside-workspace',
  'protected-path',
  'runs-on-host',
  'unheld-by-checkpoint',
  'network',
  'upload',
  'download',
  'unusual-network',
  'dependency',
  'publish',
  'push',
  'credential-access',
  'secret',
  'privilege',
  'persistence',
  'tampering',
  'inline-code',
  'git-configuration',
  'sandbox-escape',
  'self-drive',
]);

/** `root` is where relative path patterns stand. */
export function compile(rule: Rule, root: string): Matcher {
  const { when } = rule;
  const every = rule.decision === 'allow';
  const command =
    when.command === undefined ? null : any(when.command.map(every ? allowingCommand : forbiddingCommand));
  const program = when.program === undefined ? null : any(when.program.map(name => glob(name, !every)));
  const paths = when.paths === undefined ? null : any(when.paths.map(pattern => pathTest(pattern, root)));
  const folders = every ? [] : (when.paths ?? []).map(pattern => mayHold(placed(pattern, root)));
  const hosts = when.hosts === undefined ? null : any(when.hosts.map(hostTest));
  const tool = when.tool === undefined ? null : any(when.tool.map(name => glob(name, false)));
  // Patterns without a wildcard: who wrote one has seen the whole command.
  const literal = new Set(when.command?.filter(pattern => !pattern.includes('*')));

  function matches(subject: Subject): boolean {
    if (when.effect !== undefined && !when.effect.includes(subject.kind)) return false;
    if (when.tier !== undefined && !when.tier.includes(subject.tier)) return false;
    if (
      when.category !== undefined &&
      !covers(subject.categories, every, category => when.category?.includes(category) === true)
    )
      return false;
    if (tool !== null && (subject.tool === null || !tool(subject.tool))) return false;
    if (paths !== null && !covers(subject.paths, every, paths) && !folders.some(holds => holds(subject))) return false;
    if (hosts !== null && !covers(subject.hosts, every, hosts)) return false;
    if (every && !isWhole(subject)) return false;
    if (command === null && program === null) return true;
    const hit = (part: SubjectPart): boolean => (command?.(part.text) ?? true) && (program?.(part.program) ?? true);
    // A rule that allows `npm run lint` allows what that script runs; one that denies `curl` denies it inside, too.
    return covers(subject.parts, every, part => lineage(subject.parts, part, every).some(hit));
  }

  /** What a rule is about by its category, its places or its hosts was thought of. */
  function isCovered(category: Category): boolean {
    if (rule.covers?.includes(category) === true || when.category?.includes(category) === true) return true;
    // Not what goes there, nor by another port, proxy or address than the name's own.
    if (hosts !== null && /^(network|download)$/.test(category)) return true;
    return paths !== null && /^(outside-workspace|protected-path|runs-on-host|unheld-by-checkpoint)$/.test(category);
  }

  /** Whether a rule that allows has looked at all of the effect, and not only at what it speaks of. */
  function isWhole(subject: Subject): boolean {
    if (subject.kind === 'edit') return true;
    // What an address takes along, and how it leads there, is no matter of its host alone.
    if (
      subject.kind === 'fetch' &&
      (['upload', 'unusual-network'] as const).some(
        each => subject.categories.includes(each) && when.category?.includes(each) !== true,
      )
    )
      return false;
    if (subject.kind !== 'exec') return paths !== null || hosts !== null || tool !== null;
    // What could run unseen is not covered by any rule that allows.
    if (!subject.understood || (command === null && program === null)) return false;
    // The words of a program do not say what is set for it, nor where its output goes.
    if (subject.prefixed === true || (subject.redirected === true && paths === null)) return false;
    const tops = subject.parts.filter(part => part.from === null);
    const named = paths === null && hosts === null && tops.every(part => literal.has(part.text));
    if ((subject.unknownPaths || subject.unknownHosts) && !named) return false;
    const whole = tops.every(part => literal.has(part.text));
    if (!whole && subject.categories.some(each => beyondPattern.has(each) && !isCovered(each))) return false;
    if (paths === null && hosts === null) return true;
    return subject.paths.every(path => paths?.(path) ?? false) && subject.hosts.every(host => hosts?.(host) ?? false);
  }
  return { rule, matches };
}

function lineage(parts: readonly SubjectPart[], part: SubjectPart, every: boolean): SubjectPart[] {
  if (!every) return [part];
  const line = [part];
  for (let at = part.from; at !== null; ) {
    const next: SubjectPart | undefined = parts[at];
    if (next === undefined || line.includes(next)) break;
    line.push(next);
    at = next.from;
  }
  return line;
}

/** For a rule that allows all must be covered, and there must be something; for the others one hit is enough. */
function covers<T>(items: readonly T[], every: boolean, test: (item: T) => boolean): boolean {
  return every ? items.length > 0 && items.every(test) : items.some(test);
}

function any(tests: readonly Test[]): Test {
  return text => tests.some(test => test(text));
}

function glob(pattern: string, nocase: boolean): Test {
  return picomatch(pattern, { dot: true, nocase });
}

function hostTest(pattern: string): Test {
  const test = picomatch(pattern.toLowerCase(), { dot: true });
  return host => test(host.toLowerCase().replaceAll('/', ''));
}

/** Compared without case where it forbids: some file systems hold `.ENV` and `.env` for the same file. */
function pathTest(pattern: string, root: string): Test {
  const test = picomatch(pattern.includes('/') ? placed(pattern, root) : `${root}/${pattern}`, {
    dot: true,
    nocase: true,
  });
  const anywhere = pattern.includes('/') ? null : picomatch(pattern, { dot: true, nocase: true });
  return path => test(path) || (anywhere?.(basename(path)) ?? false);
}

/** A pattern with a folder stands below the workspace where it is relative; a bare name stands for itself. */
function placed(pattern: string, root: string): string {
  if (!pattern.includes('/') || pattern.startsWith('/') || pattern.startsWith('~')) return pattern;
  return `${root}/${pattern.replace(/^(\.\/)+/, '')}`;
}
