import { basename } from 'node:path';
import picomatch from 'picomatch';
import type { Rule } from './rule.ts';
import type { Subject, SubjectPart } from './subject.ts';

/** A rule made ready: patterns are compiled once, at load. */
export interface Matcher {
  rule: Rule;
  matches(subject: Subject): boolean;
}

type Test = (text: string) => boolean;

/** `root` is where relative path patterns stand. */
export function compile(rule: Rule, root: string): Matcher {
  const { when } = rule;
  const every = rule.decision === 'allow';
  const command = when.command === undefined ? null : any(when.command.map(commandTest));
  const program = when.program === undefined ? null : any(when.program.map(glob));
  const paths = when.paths === undefined ? null : any(when.paths.map(pattern => pathTest(pattern, root)));
  const hosts = when.hosts === undefined ? null : any(when.hosts.map(hostTest));
  const tool = when.tool === undefined ? null : any(when.tool.map(glob));

  function matches(subject: Subject): boolean {
    if (when.effect !== undefined && !when.effect.includes(subject.kind)) return false;
    if (when.tier !== undefined && !when.tier.includes(subject.tier)) return false;
    if (
      when.category !== undefined &&
      !covers(subject.categories, every, category => when.category?.includes(category) === true)
    )
      return false;
    if (tool !== null && (subject.tool === null || !tool(subject.tool))) return false;
    if (paths !== null && !covers(subject.paths, every, paths)) return false;
    if (hosts !== null && !covers(subject.hosts, every, hosts)) return false;
    if (command === null && program === null) return true;
    // What could run unseen is not covered by any rule that allows.
    if (every && !subject.understood) return false;
    const hit = (part: SubjectPart): boolean => (command?.(part.text) ?? true) && (program?.(part.program) ?? true);
    // A rule that allows `npm run lint` allows what that script runs; one that denies `curl` denies it inside, too.
    return covers(subject.parts, every, part => lineage(subject.parts, part, every).some(hit));
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

/**
 * Only `*` means something in a command's pattern: any text. A pattern without one is the whole command. The parts
 * between are looked for from left to right, which takes no more than the length of both.
 */
function commandTest(pattern: string): Test {
  const [first = '', ...rest] = pattern.trim().split('*');
  const last = rest.pop();
  return text => {
    if (last === undefined) return text === first;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}

function glob(pattern: string): Test {
  return picomatch(pattern, { dot: true, nocase: false });
}

function hostTest(pattern: string): Test {
  const test = picomatch(pattern.toLowerCase(), { dot: true });
  return host => test(host.toLowerCase().replaceAll('/', ''));
}

/** Compared without case where it forbids: some file systems hold `.ENV` and `.env` for the same file. */
function pathTest(pattern: string, root: string): Test {
  const absolute = pattern.startsWith('/') || pattern.startsWith('~') ? pattern : `${root}/${pattern}`;
  const test = picomatch(absolute, { dot: true, nocase: true });
  const anywhere = pattern.includes('/') ? null : picomatch(pattern, { dot: true, nocase: true });
  return path => test(path) || (anywhere?.(basename(path)) ?? false);
}
