import { environmentClaims } from '../../risk/shell/environment.ts';

interface Rule {
  needs: string[];
  recipe: string[];
}

/** What may do anything before a target is even chosen, or changes how recipes are read. */
const beyond =
  /^\s*(-?include|sinclude|load|-load|define|endef|ifeq|ifneq|ifdef|ifndef|else|endif|vpath|undefine|override|private)\b|\$[({](eval|shell|call|file|guile|foreach)\b|!=/;
const changesReading =
  /^(SHELL|\.SHELLFLAGS|\.RECIPEPREFIX|\.DEFAULT_GOAL|MAKE|MAKEFLAGS|GNUMAKEFLAGS|MAKEFILES|VPATH)$/;
/** Names that make's own rules run or pass on. */
const builtin =
  /^(AR|AS|CC|CXX|CPP|FC|M2C|PC|CO|GET|LEX|YACC|LINT|MAKEINFO|TEX|TEXI2DVI|WEAVE|CWEAVE|TANGLE|CTANGLE|RM|LD|[A-Z0-9]*FLAGS|COMPILE\..*|LINK\..*|LDLIBS|LOADLIBES|OUTPUT_OPTION)$/;
const special = new Set(['.PHONY', '.SILENT', '.NOTPARALLEL', '.PRECIOUS', '.DELETE_ON_ERROR', '.SECONDARY']);

/**
 * A Makefile's targets → the text that their recipes and those of what they need come to, each line in a shell of its
 * own. References to make's variables stand there as `$(NAME)`, which no reader of shell takes for known. A target is
 * left out where its text cannot be told; null where that is so of the whole file or of its first target.
 */
export function readMakefile(text: string): Record<string, string> | null {
  const file = readRules(text);
  if (file === null) return null;
  const tasks: [string, string][] = [];
  for (const [i, name] of [...file.rules.keys()].entries()) {
    const lines = linesOf(name, file.rules, file.setsBuiltin);
    if (lines !== null) tasks.push([name, lines.length === 1 ? (lines[0] ?? '') : lines.map(alone).join('\n')]);
    else if (i === 0) return null;
  }
  // An object lists such names first, whatever the order in the file: the first target would be another one.
  if (tasks.some(([name]) => /^\d+$/.test(name))) return null;
  return Object.fromEntries(tasks);
}

function readRules(text: string): { rules: Map<string, Rule>; setsBuiltin: boolean } | null {
  const rules = new Map<string, Rule>();
  let setsBuiltin = false;
  let open: Rule[] | null = null;
  for (const line of logicalLines(text)) {
    if (line.trim() === '') continue;
    if (line.startsWith('\t')) {
      if (open === null) return null;
      for (const rule of open) rule.recipe.push(line.slice(1));
      continue;
    }
    const plain = withoutComment(line);
    if (plain.trim() === '') continue;
    if (beyond.test(plain)) return null;
    const name = assigned(plain);
    if (name !== null) {
      if (changesReading.test(name) || (!builtin.test(name) && changesPrograms(name))) return null;
      setsBuiltin ||= builtin.test(name);
      open = null;
      continue;
    }
    open = readRule(plain, rules);
    if (open === null) return null;
  }
  return { rules, setsBuiltin };
}

/** make hands a variable that it found in its environment on to recipes with the file's value. */
function changesPrograms(name: string): boolean {
  return (
    environmentClaims([{ name, value: { raw: '', text: null, prefix: '', glob: false, splits: false } }]).length > 0
  );
}

/** `NAME = …`, `export NAME`; null where the line is something else. */
function assigned(line: string): string | null {
  const [, name] = /^\s*(?:(?:un)?export\s+)?([^\s:=#$()+?]+)\s*(?::{0,3}|\+|\?)=/.exec(line) ?? [];
  return name ?? /^\s*(?:un)?export(?:\s+([\w.]+))?\s*$/.exec(line)?.[1] ?? null;
}

/** `targets: needs ; recipe`. null for pattern rules, double colons, variables in names, and a target's own variables. */
function readRule(line: string, rules: Map<string, Rule>): Rule[] | null {
  const [, names = '', rest = ''] = /^([^:=]+):(?!:)(.*)$/s.exec(line) ?? [];
  const [before = '', ...first] = rest.split(';');
  const targets = names.trim().split(/\s+/);
  if (names === '' || /[$%*?[\]&(]/.test(names) || /[%=:]/.test(before)) return null;
  if (targets.some(name => name.startsWith('.') && !special.has(name))) return null;
  if (special.has(targets[0] ?? '')) return targets.length === 1 ? [] : null;
  const needs = before.split('|').join(' ').trim().split(/\s+/).filter(Boolean);
  return targets.map(name => {
    const rule = rules.get(name) ?? { needs: [], recipe: [] };
    rules.set(name, rule);
    rule.needs.push(...needs);
    if (first.length > 0) rule.recipe.push(first.join(';'));
    return rule;
  });
}

/** Recipe lines of all that a target needs, in order, then its own; null where one cannot be told. */
function linesOf(
  name: string,
  rules: ReadonlyMap<string, Rule>,
  setsBuiltin: boolean,
  seen = new Set<string>(),
): string[] | null {
  if (seen.has(name)) return [];
  seen.add(name);
  const rule = rules.get(name);
  // make's own rules see to a need without one, and run what the file put into CC and its kin.
  if (rule === undefined) return setsBuiltin || /[$*?[]/.test(name) ? null : [];
  const lines: string[] = [];
  for (const need of rule.needs) {
    const before = linesOf(need, rules, setsBuiltin, seen);
    if (before === null) return null;
    lines.push(...before);
  }
  if (rule.recipe.length === 0 && setsBuiltin && rule.needs.length > 0 && name.includes('.')) return null;
  return [...lines, ...rule.recipe.map(line => recipeLine(line, name, rule.needs))];
}

/** What the shell is given: `$$` is a dollar, `$@`, `$<` and `$^` are names, all else stays a reference. */
function recipeLine(line: string, target: string, needs: readonly string[]): string {
  let left = '';
  const reference = /\$(?:\$|\(([^()]*)\)|\{([^{}]*)\}|(.)|$)/gs;
  const text = line.replace(/^[\s@+-]+/, '').replaceAll(reference, (...match: string[]) => {
    const [whole, round, curly, single] = match;
    if (whole === '$$') return '$';
    const name = round ?? curly ?? single ?? '';
    if (name === '@') return target;
    if (name === '<' && needs[0] !== undefined) return needs[0];
    if (name === '^' && needs.length > 0) return needs.join(' ');
    left = `$(${name})`;
    return left;
  });
  // Its text may end a quotation that it stands in, so it must not be read as a part of one.
  return left !== '' && text.includes("'") ? `: ${left}\n${text}` : text;
}

function alone(line: string): string {
  return `(\n${line}\n)`;
}

/** Lines with continuations joined: to a blank outside recipes, as the shell would in them. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let held: string | null = null;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const recipe: boolean = (held ?? line).startsWith('\t');
    const next: string = held === null ? line : held + (recipe ? line.replace(/^\t/, '') : ` ${line.trimStart()}`);
    const continued = /(^|[^\\])(\\\\)*\\$/.test(next);
    // In single quotes the shell keeps the line break.
    const kept: string = recipe && next.includes("'") ? `${next}\n` : next.slice(0, -1);
    held = continued ? kept : null;
    if (!continued) lines.push(next);
  }
  if (held !== null) lines.push(held);
  return lines;
}

function withoutComment(line: string): string {
  return line.replace(/(^|[^\\])#.*$/s, '$1');
}
