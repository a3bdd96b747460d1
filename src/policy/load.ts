import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Category } from '../protocol/assessment.ts';
import { compile } from './match.ts';
import { type Diagnostic, type Layer, type Policy, type PolicyProblem, PolicyText, type Rule } from './rule.ts';
import type { Subject } from './subject.ts';

export interface Source {
  /** Name for people, usually a path. */
  file: string;
  text: string;
  layer: Layer;
  /** It is there and cannot be read: a link, no file, or far too large. What it would forbid is not known. */
  unreadable?: true;
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

/** As strict as a policy can be that a person may still answer. */
const unreadable = 'The policy of this folder could not be read.';

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
    if (source.unreadable === true) {
      const { file, layer } = source;
      diagnostics.push({ file, line: 1, column: 1, severity: 'error', code: 'policy.unreadable', args: {} });
      rules.push({ id: `${layer}-unreadable`, decision: 'ask', when: {}, because: unreadable, layer, file, line: 1 });
      continue;
    }
    const read = readSource(source);
    const checked = check(read.rules, source, options, read.at);
    diagnostics.push(...read.diagnostics, ...checked);
    const failed = [...read.diagnostics, ...checked].some(each => each.severity === 'error');
    for (const rule of read.rules) {
      const loosens = rule.decision === 'allow';
      if (loosens && (source.layer === 'workspace' || failed)) continue;
      rules.push(loosens ? { ...rule, covers: coveredBy(rule, options) } : rule);
    }
    if (source.layer !== 'workspace' && !failed) trustedHosts.push(...read.trustedHosts);
  }
  return { policy: { rules, trustedHosts }, diagnostics };
}

/** What the words before a pattern's `*`, or a program by its bare name, come to. */
function coveredBy({ when }: Rule, options: LoadOptions): Category[] {
  const commands = (when.command ?? [])
    .filter(each => each.includes('*'))
    .map(each => each.slice(0, each.indexOf('*')));
  const programs = when.command === undefined ? (when.program ?? []) : [];
  const texts = [...commands, ...programs].map(each => each.trim()).filter(each => each !== '' && !/[*?[{]/.test(each));
  return [...new Set(texts.flatMap(text => options.subjectOf(text).categories))];
}

interface Position {
  line: number;
  column: number;
}

interface ReadSource {
  rules: Rule[];
  trustedHosts: string[];
  diagnostics: Diagnostic[];
  at: (path: readonly PropertyKey[]) => Position;
}

/** What a repository's own file may take of our time and memory. */
const workspaceLimits = { bytes: 256 * 1024, rules: 200, examples: 50 };

function readSource(source: Source): ReadSource {
  const { file, layer } = source;
  const limited = layer === 'workspace';
  const cut = limited && source.text.length > workspaceLimits.bytes;
  // Whole lines, so that the last rule is not another one than was written.
  const text = cut ? source.text.slice(0, source.text.lastIndexOf('\n', workspaceLimits.bytes) + 1) : source.text;
  const lines = new LineCounter();
  const { documents, broken } = documentsOf(text, lines);
  const [document, second] = documents;
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const at = (path: readonly PropertyKey[]): Position => position(offsetOf(document?.contents, path));
  const diagnostics: Diagnostic[] = [];
  const say = (
    where: Position,
    code: PolicyProblem,
    args: Diagnostic['args'],
    severity: Diagnostic['severity'] = 'error',
  ): void => {
    diagnostics.push({ file, ...where, severity, code, args });
  };
  if (cut) say({ line: 1, column: 1 }, 'policy.tooLarge', { limit: workspaceLimits.bytes / 1024 });
  for (const error of document?.errors ?? [])
    say(position(error.pos[0]), 'policy.syntax', { problem: error.message.split('\n')[0] ?? '' });
  if (second !== undefined)
    say(position(second.range[0]), 'policy.syntax', { problem: 'A policy is one document; this begins another.' });
  const made = broken === null ? valueOf(document, cut) : { value: { version: 1 }, problem: broken };
  if (made.problem !== null) say({ line: 1, column: 1 }, 'policy.syntax', { problem: made.problem });
  const value = limited ? withinLimits(made.value, (i, code, args) => say(at(['rules', i]), code, args)) : made.value;
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

type Parsed = Document.Parsed;

/** Nesting without end makes the parser itself fail. */
function documentsOf(text: string, lines: LineCounter): { documents: readonly Parsed[]; broken: string | null } {
  try {
    const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true });
    return { documents: 'empty' in documents ? [] : documents, broken: null };
  } catch (error) {
    return { documents: [], broken: problemOf(error) };
  }
}

function problemOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

/** Making values follows aliases, which may lead nowhere or into themselves a thousand times over. */
function valueOf(document: Parsed | undefined, cut: boolean): { value: unknown; problem: string | null } {
  // A text that was cut ends in the middle; what the parser made of the rest is still read.
  if (document === undefined) return { value: null, problem: null };
  if (document.errors.length > 0 && !cut) return { value: { version: 1 }, problem: null };
  try {
    return { value: document.toJS({ maxAliasCount: 50 }), problem: null };
  } catch (error) {
    return { value: { version: 1 }, problem: problemOf(error) };
  }
}

/** The same with only as many rules and examples as a repository's file may have. */
function withinLimits(
  value: unknown,
  say: (rule: number, code: PolicyProblem, args: Diagnostic['args']) => void,
): unknown {
  if (typeof value !== 'object' || value === null || !('rules' in value) || !Array.isArray(value.rules)) return value;
  const all: readonly unknown[] = value.rules;
  if (all.length > workspaceLimits.rules)
    say(workspaceLimits.rules, 'policy.tooManyRules', { limit: workspaceLimits.rules });
  const rules = all.slice(0, workspaceLimits.rules).map((rule, i) => {
    if (typeof rule !== 'object' || rule === null) return rule;
    const long = (['matches', 'differs'] as const).filter(key => {
      const list: unknown = Reflect.get(rule, key);
      return Array.isArray(list) && list.length > workspaceLimits.examples;
    });
    if (long.length === 0) return rule;
    say(i, 'policy.tooManyExamples', { id: `${i + 1}`, limit: workspaceLimits.examples });
    const fewer = long.map(key => [key, (Reflect.get(rule, key) as unknown[]).slice(0, workspaceLimits.examples)]);
    return { ...rule, ...Object.fromEntries(fewer) };
  });
  return { ...value, rules };
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
