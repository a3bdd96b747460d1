import { LineCounter, parseDocument, stringify } from 'yaml';
import { Plan } from '../protocol/plan.ts';

const head = `# The plan. Change what you like and save it; an empty file leaves it as it was.
# Fit is auto, ask (every change is asked about) or no; acceptance are commands that exit with 0 when it is done.
`;

/** A plan as a text that a person can edit, in YAML. */
export function planText(plan: Plan): string {
  const { fit, fitReason, objective, constraints, acceptance, steps, risks } = plan;
  const document = {
    objective,
    fit,
    ...(fitReason === undefined ? {} : { fitReason }),
    acceptance,
    constraints,
    steps,
    risks,
  };
  return head + stringify(document, { lineWidth: 100, blockQuote: 'literal' });
}

/** `line` counts from 1 and is null where the problem has no place. */
export type ReadPlan =
  | { type: 'plan'; plan: Plan }
  | { type: 'unchanged' }
  | { type: 'problem'; line: number | null; problem: string };

/** What a person made of it. */
export function readPlanText(text: string, before: Plan): ReadPlan {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken !== undefined)
    return {
      type: 'problem',
      line: lines.linePos(broken.pos[0]).line,
      problem: broken.message.split(' at line')[0] ?? '',
    };
  const value: unknown = document.toJS();
  if (value === null) return { type: 'unchanged' };
  const parsed = Plan.strict().safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const node: unknown = issue === undefined ? null : document.getIn(issue.path, true);
    const range =
      typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) ? node.range : null;
    const at: unknown = range?.[0];
    return {
      type: 'problem',
      line: typeof at === 'number' ? lines.linePos(at).line : null,
      problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not a plan'}`,
    };
  }
  if (JSON.stringify(Plan.parse(before)) === JSON.stringify(parsed.data)) return { type: 'unchanged' };
  return { type: 'plan', plan: parsed.data };
}
