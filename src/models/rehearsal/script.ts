import { isMap, isScalar, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { z } from 'zod';
import { failures, GatehouseError } from '../../protocol/failure.ts';

const pattern = z.string().superRefine((source, context) => {
  const problem = patternProblem(source);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});
const times = z.union([z.number().int().positive(), z.literal('forever')]);
const count = z.number().int().nonnegative();

const When = z.strictObject({
  result: z
    .strictObject({ contains: z.string().optional(), matches: pattern.optional(), isError: z.boolean().optional() })
    .optional(),
  user: z.string().optional(),
  turn: z.number().int().positive().optional(),
  tool: z.string().optional(),
  model: z.string().optional(),
});
export type When = z.infer<typeof When>;

const streamFaults = ['cut', 'end', 'hang', 'half-json'] as const;
const Fault = z.union([
  z.enum(streamFaults).transform(stream => ({ stream, times: 1 as const })),
  z.strictObject({ stream: z.enum(streamFaults), times: times.default(1) }),
  z.strictObject({ event: z.string(), message: z.string().optional(), times: times.default(1) }),
  z.strictObject({
    status: z.number().int().min(300).max(599),
    type: z.string().optional(),
    message: z.string().optional(),
    retryAfter: z.union([z.number().nonnegative(), z.string()]).optional(),
    retryAfterMs: z.number().nonnegative().optional(),
    shouldRetry: z.boolean().optional(),
    location: z.string().optional(),
    times: times.default(1),
  }),
]);
export type Fault = z.infer<typeof Fault>;

const Turn = z.strictObject({
  label: z.string().optional(),
  when: When.optional(),
  capture: z.record(z.string().regex(/^\w+$/), pattern).optional(),
  think: z.string().optional(),
  say: z.string().optional(),
  calls: z.array(z.strictObject({ tool: z.string(), input: z.record(z.string(), z.json()) })).optional(),
  stop: z.enum(['end_turn', 'tool_use', 'max_tokens', 'stop_sequence', 'pause_turn', 'refusal']).optional(),
  repeat: times.optional(),
  goto: z.string().optional(),
  fault: z.union([Fault.transform(fault => [fault]), z.array(Fault)]).optional(),
  delayMs: count.optional(),
  usage: z.strictObject({ input: count, output: count, cacheRead: count, cacheWrite: count }).partial().optional(),
});
export type Turn = z.infer<typeof Turn>;

const Role = z.strictObject({ name: z.string(), system: z.string(), turns: z.array(Turn).min(1) });
export type Role = z.infer<typeof Role>;

const ReviewEntry = z.strictObject({
  match: z.string().optional(),
  step: z.enum(['glance', 'weigh']).optional(),
  verdict: z.enum(['allow', 'ask', 'deny']).optional(),
  category: z.string().optional(),
  reason: z.string().optional(),
  say: z.string().optional(),
  input: z.record(z.string(), z.json()).optional(),
  fault: Turn.shape.fault,
  delayMs: count.optional(),
  usage: Turn.shape.usage,
});
export type ReviewEntry = z.infer<typeof ReviewEntry>;

const ReviewerEntry = z.strictObject({
  match: z.string().optional(),
  findings: z
    .array(
      z.strictObject({
        file: z.string(),
        line: count.nullable().default(null),
        severity: z.string().default('blocking'),
        category: z.string().default('defect'),
        evidence: z.string().default(''),
        sentence: z.string().default('The script says so.'),
      }),
    )
    .optional(),
  say: z.string().optional(),
  input: z.record(z.string(), z.json()).optional(),
  fault: Turn.shape.fault,
  delayMs: count.optional(),
  usage: Turn.shape.usage,
});
export type ReviewerEntry = z.infer<typeof ReviewerEntry>;

const CompactionEntry = z.strictObject({
  say: z.string().min(1).optional(),
  stop: z.enum(['max_tokens', 'refusal', 'end_turn', 'tool_use']).optional(),
  fault: Turn.shape.fault,
  delayMs: count.optional(),
  usage: Turn.shape.usage,
});
export type CompactionEntry = z.infer<typeof CompactionEntry>;

const common = {
  compaction: z.union([z.literal('off'), CompactionEntry]).optional(),
  models: z.array(z.string()).min(1).optional(),
  paceMs: count.optional(),
  review: z.array(ReviewEntry).optional(),
  reviewer: z.array(ReviewerEntry).optional(),
};
const File = z.union([
  z
    .strictObject({ ...common, turns: z.array(Turn).min(1) })
    .transform(({ turns, ...rest }) => ({ ...rest, roles: [{ name: 'default', system: '', turns }] })),
  z.strictObject({ ...common, roles: z.array(Role).min(1) }),
]);

/**
 * What the scripted model says, turn by turn. A turn is one answer of the model; the next one that the script has is
 * played, and a turn whose `when` does not hold is passed over.
 *
 * ```yaml
 * turns:
 *   - say: Let me see the tests fail first.
 *     calls: [{ tool: Bash, input: { command: npm test } }]
 *   - when: { result: { matches: '^# fail 0$' } }   # of the last tool result; also `contains`, `isError`
 *     goto: done                                    # no `say`, no `calls`: a mere jump, not a turn
 *   - capture: { line: 'wrap\.js:(\d+)' }           # from the last tool result, the first group
 *     say: Line ${capture.line} looks wrong.
 *     calls: [{ tool: Read, input: { file_path: src/wrap.js } }]
 *   - label: done
 *     say: All tests pass.                          # without `calls` the model ends its turn
 * ```
 *
 * `when` also takes `user` (the person's last words contain it), `turn` (its number in the conversation, from 1), `tool`
 * (one that the request offers) and `model` (a part of its name); all that are given must hold. Regular expressions see
 * lines (`^` and `$` match at each). `repeat: 3` or `forever` plays a turn again; `goto` goes on at a label, and
 * `goto: end` ends the script.
 * `fault`: `cut` (connection lost in mid-stream), `end` (stream over too soon), `hang` (silence in mid-stream),
 * `half-json` (a tool call cut in two); `{ event: overloaded_error }` (an error inside the stream); or `{ status: 529,
 * retryAfter: 2, times: 3 }` with `type`, `message`, `retryAfterMs`, `shouldRetry`. A list of them happens in order, each
 * `times` times (default 1), then the turn is played. `delayMs` waits first; `paceMs` of the script spreads out streamed
 * text. `think`, `stop` (the stop reason) and `usage` override what is else derived. Several parts in one file:
 * `roles: [{ name, system, turns }]`, chosen by the first whose `system` is part of the system prompt. `models` lists
 * the names that are served; without it every name is.
 *
 * A script in which some turn calls `SubmitPlan` is asked for a plan first, in a conversation of its own; any other is played
 * without a planner. In one list of turns, `when: { tool: SubmitPlan }` marks those of the planner.
 *
 * `review: [{ match, verdict, category, reason }]` plays the reviewing model: of the entries whose `match` is part of the
 * action under review the first one answers, and without one the action is allowed. `step` is the call that it is for,
 * `glance` or `weigh`; `say` answers in prose, `input` with another input of the tool; `fault`, `delayMs` and `usage` are
 * those of a turn.
 *
 * `reviewer: [{ match, findings: [{ file, line, severity, category, evidence, sentence }] }]` plays the reviewer before merge
 * in the same way: the first entry whose `match` is part of the diff that it is shown answers, and without one it finds
 * nothing.
 *
 * `compaction: { say, stop, fault, delayMs, usage }` plays the server's own summary of a long conversation: `say` is its
 * text, and with `stop` (`refusal`, `max_tokens` …) there is none. `compaction: off` is a server that does not offer it.
 */
export interface Script {
  file: string;
  models: string[] | null;
  paceMs: number;
  roles: Role[];
  review: ReviewEntry[];
  reviewer: ReviewerEntry[];
  /** `off` is a server that does not know of summaries. */
  compaction: 'off' | CompactionEntry;
}

/** Reads a script. `file` is its name for people. Throws `rehearsal.scriptInvalid` with the line and column, from 1. */
export function parseScript(text: string, file: string): Script {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fail = (offset: number, problem: string): never => {
    const { line, col } = lines.linePos(offset);
    throw new GatehouseError(
      failures.scriptInvalid({ file, line: Math.max(1, line), column: Math.max(1, col), problem }),
    );
  };
  const at = (path: readonly PropertyKey[]): number => offsetOf(document.contents, path);

  const [broken] = document.errors;
  if (broken !== undefined) fail(broken.pos[0], broken.message.split(' at line')[0] ?? 'not YAML');
  const shape = z.looseObject({ roles: z.unknown() }).safeParse(document.toJS());
  const parsed = (shape.success && shape.data.roles !== undefined ? File.options[1] : File.options[0]).safeParse(
    document.toJS(),
  );
  if (!parsed.success) {
    const issue = deepest(parsed.error.issues);
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
    return fail(at(path), `${issue.path.join('.') || 'script'}: ${issue.message}`);
  }
  const { models = null, paceMs = 0, roles, review = [], reviewer = [], compaction = {} } = parsed.data;
  for (const [index, role] of roles.entries()) {
    const base = shape.success && shape.data.roles !== undefined ? ['roles', index, 'turns'] : ['turns'];
    for (const problem of problemsOf(role)) fail(at([...base, ...problem.path]), problem.text);
  }
  return { file, models, paceMs, roles, review, reviewer, compaction };
}

/** Whether the script plays a planner: a turn of it hands over a plan. */
export function submitsPlans({ roles }: Script): boolean {
  return roles.some(({ turns }) =>
    turns.some(({ calls }) => calls?.some(({ tool }) => tool === 'SubmitPlan') === true),
  );
}

/** Where `goto` finds nothing more to play. */
export const endLabel = 'end';

/** What the shape alone cannot say: labels are there and there is one of each, and what is inserted was captured. */
function* problemsOf(role: Role): Generator<{ path: PropertyKey[]; text: string }> {
  const labels = role.turns.flatMap(turn => turn.label ?? []);
  const captures = new Set(role.turns.flatMap(turn => Object.keys(turn.capture ?? {})));
  for (const [index, turn] of role.turns.entries()) {
    if (turn.label !== undefined && labels.indexOf(turn.label) !== labels.lastIndexOf(turn.label))
      yield { path: [index, 'label'], text: `two turns are labelled '${turn.label}'` };
    if (turn.label === endLabel) yield { path: [index, 'label'], text: `'${endLabel}' is where the script ends` };
    if (turn.goto !== undefined && turn.goto !== endLabel && !labels.includes(turn.goto))
      yield { path: [index, 'goto'], text: `no turn is labelled '${turn.goto}'` };
    if (isJump(turn) && turn.goto === undefined)
      yield { path: [index], text: 'a turn says something, calls something, or goes somewhere' };
    for (const key of ['think', 'say', 'calls'] as const)
      for (const [, name] of JSON.stringify(turn[key] ?? '').matchAll(/\$\{capture\.(\w+)\}/g))
        if (name !== undefined && !captures.has(name)) yield { path: [index, key], text: `no turn captures '${name}'` };
  }
}

function patternProblem(source: string): string | null {
  try {
    return new RegExp(source, 'm') instanceof RegExp ? null : 'not a regular expression';
  } catch (error) {
    return error instanceof Error ? error.message : 'not a regular expression';
  }
}

/** Whether a turn only leads elsewhere and is no answer of its own. */
export function isJump(turn: Turn): boolean {
  return (
    turn.say === undefined &&
    turn.think === undefined &&
    turn.calls === undefined &&
    turn.stop === undefined &&
    turn.fault === undefined
  );
}

/** A union's own complaint is empty; the complaint of its member that got furthest is the one to tell. */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const flat = issues.flatMap(function unfold(issue): z.core.$ZodIssue[] {
    if (issue.code !== 'invalid_union') return [issue];
    const inner = issue.errors.flatMap(errors => errors.flatMap(unfold));
    return inner.length === 0 ? [issue] : inner.map(each => ({ ...each, path: [...issue.path, ...each.path] }));
  });
  const [first, ...rest] = flat;
  if (first === undefined) throw new Error('a parse failed without an issue');
  return rest.reduce((best, issue) => (issue.path.length > best.path.length ? issue : best), first);
}

/** Where the value (or the key) at `path` begins, or the nearest thing around it. */
function offsetOf(root: ParsedNode | null, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = root?.range[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(item => isScalar(item.key) && item.key.value === step);
      if (pair === undefined) break;
      if (isScalar(pair.key) && pair.key.range) offset = pair.key.range[0];
      node = pair.value;
    } else if (typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)) {
      node = node.items[Number(step)];
      if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
        offset = Number(node.range[0]);
    } else break;
  }
  return offset;
}
