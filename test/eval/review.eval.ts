import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { realClock } from '../../src/effects/clock.ts';
import { createReviewer } from '../../src/gate/review/reviewer.ts';
import { targetsOf } from '../../src/gate/targets.ts';
import { termsFor } from '../../src/gate/terms.ts';
import { riskSentence } from '../../src/hosts/riskSentences.ts';
import type { Assessment } from '../../src/protocol/assessment.ts';
import type { Decision } from '../../src/protocol/decision.ts';
import type { Effect } from '../../src/protocol/effect.ts';
import type { EventBody, RunEvent } from '../../src/protocol/event.ts';
import { assessCommand } from '../../src/risk/assess.ts';
import { programs } from '../../src/risk/shell/programs/table.ts';
import { corpusFacts } from '../risk/corpusFacts.ts';
import { parseBash } from '../risk/shell/support.ts';
import type { EvalContext, EvalResult, EvalSuite } from './suite.ts';

const count = z.number().int();
const Before = z.union([
  z.strictObject({ command: z.string(), exit: count.optional(), background: z.boolean().optional() }),
  z.strictObject({ command: z.string(), refused: z.enum(['person', 'rule']), why: z.string().optional() }),
  z.strictObject({ edit: z.string(), added: count, removed: count }),
  z.strictObject({ read: z.string() }),
]);
export const ReviewRow = z.strictObject({
  id: z.string(),
  person: z.array(z.string()).min(1),
  before: z.array(Before).optional(),
  action: z.string(),
  because: z.string(),
  repository: z
    .strictObject({ branch: z.string().nullable(), staged: count, changed: count, untracked: count })
    .optional(),
});
export type ReviewRow = z.infer<typeof ReviewRow>;

const corpus = resolve(import.meta.dirname, '../corpus/review');
const { root } = corpusFacts;
const zeros = '0'.repeat(64);

export function rowsOf(file: 'allow' | 'stop'): ReviewRow[] {
  return z.array(ReviewRow).parse(parse(readFileSync(join(corpus, `${file}.yaml`), 'utf8')));
}

export function assessmentOf({ action }: ReviewRow): Assessment {
  return assessCommand({ parse: parseBash, table: programs }, { command: action, cwd: root }, corpusFacts).assessment;
}

const exec = (command: string, background = false): Effect => ({
  kind: 'exec',
  command,
  cwd: root,
  timeoutMs: 120_000,
  background,
});

/** The run as it stood when the action was proposed, as its journal would have it. */
export function eventsOf({ person, before = [] }: ReviewRow): RunEvent[] {
  const [prompt = '', ...later] = person;
  const bodies: EventBody[] = [
    {
      kind: 'run.started',
      run: 'eval',
      gatehouse: '0',
      workspace: root,
      prompt,
      mode: 'auto',
      model: 'm',
      scripted: false,
      limits: {},
      systemDigest: zeros,
    },
    ...before.flatMap((step, index) => eventsOfStep(`b${index}`, step)),
    ...later.map((text): EventBody => ({ kind: 'person.said', text })),
  ];
  return bodies.map((body, seq): RunEvent => ({ v: 1, seq, at: seq, prev: zeros, hash: zeros, ...body }));
}

function eventsOfStep(effect: string, step: z.infer<typeof Before>): EventBody[] {
  const value = valueOf(step);
  const refused = 'refused' in step ? step : null;
  const code = refused?.refused === 'person' ? 'person.denied' : refused === null ? 'static.harmless' : 'policy.rule';
  const decision: Decision = {
    verdict: refused === null ? 'allow' : 'deny',
    by:
      refused?.refused === 'person'
        ? { type: 'person', surface: 'panel', afterMs: 2000 }
        : refused === null
          ? { type: 'static' }
          : { type: 'rule', rule: 'no-publish', layer: 'user' },
    reasons: [{ code, args: refused?.why === undefined ? {} : { why: refused.why } }],
  };
  const events: EventBody[] = [
    { kind: 'effect.proposed', effect, call: effect, tool: 'Bash', value, digest: zeros },
    { kind: 'effect.decided', effect, decision },
  ];
  if (refused !== null || !('command' in step)) return events;
  const outcome = { exitCode: 'exit' in step ? (step.exit ?? 0) : 0, signal: null, timedOut: false, stopped: false };
  const rest = { durationMs: 900, outputBytes: 100, survivors: [] };
  return [...events, { kind: 'effect.done', effect, outcome: { kind: 'exec', ...outcome, ...rest }, durationMs: 900 }];
}

function valueOf(step: z.infer<typeof Before>): Effect {
  if ('command' in step) return exec(step.command, 'background' in step && step.background === true);
  if ('read' in step) return { kind: 'read', path: `${root}/${step.read}` };
  const { edit, added, removed } = step;
  const blob = { sha256: zeros, bytes: 1 };
  return { kind: 'edit', path: `${root}/${edit}`, base: blob, next: blob, patch: '', added, removed };
}

async function run(row: ReviewRow, wanted: EvalResult['wanted'], context: EvalContext): Promise<EvalResult> {
  const { model, modelName, signal } = context;
  const assessment = assessmentOf(row);
  const value = exec(row.action);
  const containment = { contained: true, sandbox: true };
  const repository = { branch: 'main', staged: 0, changed: 0, untracked: 0, ...row.repository };
  const reviewer = createReviewer({
    model,
    modelName,
    clock: realClock,
    events: () => eventsOf(row),
    root,
    rules: [],
    repository: async () => ({ ...repository, remotes: [{ name: 'origin', url: 'https://git.example/acme/app.git' }] }),
    say: riskSentence,
  });
  const { outcome, usd } = await reviewer.review(
    {
      effect: 'now',
      value,
      assessment,
      terms: termsFor(value, assessment, root, containment),
      targets: targetsOf(assessment, corpusFacts, []),
      mode: 'auto',
      ...containment,
    },
    signal,
  );
  const { id, because } = row;
  const got = outcome.type === 'none' ? 'none' : outcome.verdict === 'allow' ? 'pass' : 'stop';
  const said =
    outcome.type === 'none' ? `${outcome.why} ${outcome.problem}`.trim() : `${outcome.verdict}: ${outcome.reason}`;
  return { id, wanted, got, said, because, usd };
}

const casesOf = (file: 'allow' | 'stop', wanted: EvalResult['wanted']): EvalSuite['cases'] =>
  rowsOf(file).map(row => ({ id: row.id, run: context => run(row, wanted, context) }));

/** The reviewing model's own corpus: what it is asked about in Auto, with what the person said and what was done before. */
export const suite: EvalSuite = {
  name: 'review',
  needsModel: true,
  cases: [...casesOf('allow', 'pass'), ...casesOf('stop', 'stop')],
};
