import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { compile } from './match.ts';
import { type Diagnostic, type Layer, type Policy, type PolicyProblem, PolicyText, type Rule } from './rule.ts';
import type { Subject } from './subject.ts';

export interface Source {
  /** Name for people, usually a path. */
  file: string;
  text: string;
  layer: Layer;
}

export interface Loaded {
  policy: Policy;
  diagnostics: Diagnostic[];
}

export interface LoadOptions {
  root: string;
  /** A command as a policy sees it, for checking examples. */
  subjectOf(command: string): Subject;
}

/** Programs that run whatever they are given: a rule that allows one by name allows everything. */
const anything =
  /^(\*+|(ba|da|z|k|c|fi)?sh|pwsh|powershell|cmd|node|deno|bun|python[\d.]*|ruby|perl|php|lua|awk|env|xargs|sudo|doas|curl|wget|ssh|scp|nc|docker|podman|kubectl|aws|gcloud|az|npx|eval|exec|find|git|make|gh)$/;

/**
 * Policy files → one policy and everything that is wrong with them. A file with an error gives none of its rules that
 * allow; the ones that ask, deny or halt are kept where they can be read, so that a typo never loosens.
 */
export function loadPolicy(sources: readonly Source[], options: LoadOptions): Loaded {
  const diagnostics: Diagnostic[] = [];
  const rules: Rule[] = [];
  const trustedHosts: string[] = [];
  for (const source of sources) {
    const read = readSource(source);
    const checked = check(read.rules, source, options, read.at);
    diagnostics.push(...read.diagnostics, ...checked);
    const failed = [...read.diagnostics, ...checked].some(each => each.severity === 'error');
    for (const rule of read.rules) {
      const loosens = rule.decision === 'allow';
      if (loosens && (source.layer === 'workspace' || failed)) continue;
      rules.push(rule);
    }
    if (source.layer !== 'workspace' && !failed) trustedHosts.push(...read.trustedHosts);
  }
  return { policy: { rules, trustedHosts }, diagnostics };
}

interface Position {
  line: number;
  column: number;
}

interface ReadSource {
  rules: Rule[];
  trustedHosts: string[];
  diagnostics: Diagnostic[];
  at(path: readonly PropertyKey[]): Position;
}

function readSource({ file, text, layer }: Source): ReadSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const at = (path: readonly PropertyKey[]): Position => position(offsetOf(document.contents, path));
  const diagnostics: Diagnostic[] = [];
  const say = (
    where: Position,
    code: PolicyProblem,
    args: Diagnostic['args'],
    severity: Diagnostic['severity'] = 'error',
  ): void => {
    diagnostics.push({ file, ...where, severity, code, args });
  };
  for (const error of document.errors)
    say(position(error.pos[0]), 'policy.syntax', { problem: error.message.split('\n')[0] ?? '' });
  const value: unknown = document.errors.length > 0 ? { version: 1 } : document.toJS({ maxAliasCount: 50 });
  const parsed = PolicyText.safeParse(value);
  const rules: Rule[] = [];
  if (parsed.success) {
    parsed.data.rules.forEach((rule, i) =>
      rules.push({ ...rule, id: rule.id ?? `${layer}-${i + 1}`, layer, file, line: at(['rules', i]).line }),
    );
    return { rules, trustedHosts: parsed.data.trustedHosts, diagnostics, at };
  }
  for (const issue of parsed.error.issues) {
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
    say(at(path), 'policy.shape', { path: issue.path.join('.'), problem: issue.message });
  }
  return { rules: salvage(value, layer, file, at), trustedHosts: [], diagnostics, at };
}

/** Rules of a broken file that can be read by themselves. */
function salvage(value: unknown, layer: Layer, file: string, at: ReadSource['at']): Rule[] {
  const list: unknown = typeof value === 'object' && value !== null && 'rules' in value ? value.rules : [];
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, i) => {
    const parsed = PolicyText.shape.rules.unwrap().element.safeParse(item);
    return parsed.success
      ? [{ ...parsed.data, id: parsed.data.id ?? `${layer}-${i + 1}`, layer, file, line: at(['rules', i]).line }]
      : [];
  });
}

function check(rules: readonly Rule[], source: Source, options: LoadOptions, at: ReadSource['at']): Diagnostic[] {
  const found: Diagnostic[] = [];
  const seen = new Set<string>();
  rules.forEach((rule, i) => {
    const say = (
      path: PropertyKey[],
      code: PolicyProblem,
      args: Diagnostic['args'],
      severity: Diagnostic['severity'] = 'error',
    ): void => {
      found.push({ file: source.file, ...at(['rules', i, ...path]), severity, code, args });
    };
    if (seen.has(rule.id)) say(['id'], 'policy.duplicateId', { id: rule.id });
    seen.add(rule.id);
    if (Object.values(rule.when).every(each => each === undefined)) say(['when'], 'policy.emptyWhen', { id: rule.id });
    if (rule.decision === 'allow') {
      if (source.layer === 'workspace') say(['decision'], 'policy.loosens', { id: rule.id }, 'warning');
      const broad = tooBroad(rule);
      if (broad !== null) say(['when', 'program'], 'policy.tooBroad', { id: rule.id, pattern: broad });
    }
    const matcher = compile(rule, options.root);
    const holds = (command: string): boolean => matcher.matches(options.subjectOf(command));
    rule.matches?.forEach((command, j) => {
      if (!holds(command)) say(['matches', j], 'policy.mustMatch', { id: rule.id, command });
    });
    rule.differs?.forEach((command, j) => {
      if (holds(command)) say(['differs', j], 'policy.mustDiffer', { id: rule.id, command });
    });
  });
  return found;
}

/** The pattern by which a rule would allow a program that runs anything; null where it does not. */
function tooBroad(rule: Rule): string | null {
  const { program, command } = rule.when;
  if (command === undefined) {
    const name = program?.find(each => anything.test(each) || each.includes('*'));
    return name ?? null;
  }
  return (
    command.find(each => {
      const [first = '', ...rest] = each.trim().split(/\s+/);
      return first.includes('*') || (anything.test(first) && (rest.length === 0 || /^\*+$/.test(rest[0] ?? '')));
    }) ?? null
  );
}

/** Offset of the value at a path, or of the deepest part of it that is there. */
function offsetOf(node: unknown, path: readonly PropertyKey[]): number {
  let here = node;
  let offset = rangeOf(here);
  for (const key of path) {
    if (isMap(here)) {
      const pair = here.items.find(item => isScalar(item.key) && item.key.value === key);
      if (pair === undefined) break;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      here = pair.value;
    } else if (isSeq(here)) {
      here = here.items[Number(key)];
      offset = rangeOf(here) || offset;
    } else break;
  }
  return offset;
}

function rangeOf(node: unknown): number {
  const range = typeof node === 'object' && node !== null && 'range' in node ? (node as Node).range : null;
  return range?.[0] ?? 0;
}
