import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, isScalar, isSeq, parseDocument, YAMLSeq } from 'yaml';
import { RuleText } from './rule.ts';

/** One rule as YAML, as it would stand in a policy file. */
export function ruleText(rule: RuleText): string {
  const document = new Document(lean(rule));
  const when: unknown = document.get('when');
  if (isMap(when)) for (const { value } of when.items) if (isSeq(value)) value.flow = true;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** A list of one is written as that one. */
function lean({ when, ...rest }: RuleText): Record<string, unknown> {
  const fields = Object.entries(when).map(([name, value]) => [name, value?.length === 1 ? value[0] : value]);
  const { id, decision, ...more } = rest;
  return { ...(id === undefined ? {} : { id }), decision, when: Object.fromEntries(fields), ...more };
}

/** Why a rule could not be put into a policy: where in its own text (lines and columns from 1), and what is wrong. */
export interface RuleProblem {
  line: number;
  column: number;
  problem: string;
}

export type RuleRead = { type: 'rule'; rule: RuleText } | { type: 'wrong'; problems: RuleProblem[] };

/** Reads what a person made of a proposed rule. */
export function readRule(text: string): RuleRead {
  const document = parseDocument(text, { uniqueKeys: true });
  const place = (offset: number): { line: number; column: number } => {
    const before = text.slice(0, offset).split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  };
  if (document.errors.length > 0)
    return {
      type: 'wrong',
      problems: document.errors.map(error => ({
        ...place(error.pos[0]),
        problem: error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '',
      })),
    };
  const parsed = RuleText.safeParse(plain(document));
  if (parsed.success) return { type: 'rule', rule: parsed.data };
  return {
    type: 'wrong',
    problems: parsed.error.issues.map(issue => {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
      const name = path.join('.');
      return { ...place(offsetOf(document, path)), problem: name === '' ? issue.message : `${name}: ${issue.message}` };
    }),
  };
}

/** A rule has no use for aliases, which may lead into themselves. */
function plain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return null;
  }
}

function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
    if (Array.isArray(range) && typeof range[0] === 'number') return range[0];
  }
  return 0;
}

/**
 * A policy file's text with one more rule at its end; what stands there is kept as it is, comments too. `policy` is '' for
 * a new file. A rule whose id is taken gets a number behind it. null where the text is no policy that can be added to.
 */
export function withRule(policy: string, rule: RuleText): { text: string; id: string } | null {
  const document: Document = parseDocument(policy);
  if (document.errors.length > 0) return null;
  if (document.contents === null) document.contents = document.createNode({ version: 1 });
  if (!isMap(document.contents)) return null;
  const found: unknown = document.get('rules', true);
  if (found !== undefined && !isSeq(found) && !(isScalar(found) && found.value === null)) return null;
  const rules = isSeq(found) ? found : new YAMLSeq();
  const id = freeId(rule.id ?? 'allowed', rules);
  const added = ruleText({ ...rule, id });
  const { contents } = parseDocument(added);
  if (!isMap(contents)) return null;
  const end = endOf(rules);
  rules.flow = false;
  rules.items.push(contents);
  document.set('rules', rules);
  const whole = document.toString({ lineWidth: 0, flowCollectionPadding: /[[{] /.test(policy) });
  const spliced = end === null ? null : splice(policy, added, end);
  const same = spliced !== null && isDeepStrictEqual(toValue(spliced), toValue(whole));
  return { text: same ? spliced : whole, id };
}

/** Where the last rule of a list written line by line ends, and how far the list is indented. */
function endOf(rules: YAMLSeq): { offset: number; column: (text: string) => number } | null {
  const [first, last] = [rules.items[0], rules.items.at(-1)];
  if (rules.flow === true || !isMap(first) || !isMap(last) || !rules.range || !last.range) return null;
  const [start] = rules.range;
  return { offset: last.range[2], column: text => start - (text.lastIndexOf('\n', start - 1) + 1) };
}

function splice(policy: string, rule: string, { offset, column }: NonNullable<ReturnType<typeof endOf>>): string {
  const before = policy.slice(0, offset);
  const indent = ' '.repeat(column(policy));
  const lines = rule.trimEnd().split('\n');
  const own = lines.map((line, at) => `${indent}${at === 0 ? '- ' : '  '}${line}\n`).join('');
  return `${before}${before.endsWith('\n') ? '' : '\n'}${own}${policy.slice(offset)}`;
}

function toValue(text: string): unknown {
  const document = parseDocument(text);
  return document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 50 });
}

function freeId(wanted: string, rules: YAMLSeq): string {
  const taken = new Set(rules.items.map(item => (isMap(item) ? item.get('id') : undefined)));
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? wanted : `${wanted.slice(0, 60)}-${number}`;
    if (!taken.has(id)) return id;
  }
}
