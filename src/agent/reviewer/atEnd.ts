import { createHash, randomBytes } from 'node:crypto';
import type { Judge } from '../../policy/decide.ts';
import type { FindingsAnswer } from '../../ports/approver.ts';
import type { Snapshots } from '../../ports/checkpoints.ts';
import {
  distinctFindings,
  isGraver,
  type ReviewerMode,
  type ReviewFinding,
  type Severity,
} from '../../protocol/diffReview.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { failures } from '../../protocol/failure.ts';
import type { Ending } from '../loop.ts';
import type { Recorder } from '../recorder.ts';
import { acceptedPlanOf, approvedIn, taskOf } from './case.ts';
import { checkDiff } from './checks.ts';
import { type DiffFile, diffOfRun } from './diff.ts';
import { type DiffReviewerDeps, readDiff } from './reviewer.ts';

/** How often the executor is given what blocks, before a person has to look at it. */
export const fixRounds = 2;

/** How often a diff that changes while it is read is read anew at one end, before the run cannot end well. */
const maxReads = 4;

export interface EndReviewDeps {
  mode: ReviewerMode;
  snapshots: Snapshots | null;
  root: string;
  home: string;
  policy: Judge;
  reviewer: DiffReviewerDeps;
  /** The sentence for a code of the static risk. */
  sentence: (code: string, args: Readonly<Record<string, string | number>>) => string;
  /** Asks the person what becomes of what blocks; resolves null where nobody is there, or once the signal withdraws it. null: nobody is. */
  ask: null | ((findings: readonly ReviewFinding[], signal: AbortSignal) => Promise<FindingsAnswer | null>);
  /** Tells the model what the person says; false where it is not told. */
  hear: (text: string) => Promise<boolean>;
}

/** The reviewer at the end of a run: has its whole diff read before it may end. */
export interface EndReview {
  apply(event: RunEvent): void;
  /** Whether a finding is there that was neither fixed nor waived. */
  isOpen(finding: string): boolean;
  /** To be called when the model has ended. `end`: the run may; `goOn`: the model was told what to do. */
  check(recorder: Recorder, signal: AbortSignal): Promise<'end' | 'goOn' | Ending>;
}

export function createEndReview(deps: EndReviewDeps): EndReview {
  const open = new Map<string, ReviewFinding>();
  /** As grave as each was when the person let it be. */
  const waived = new Map<string, Severity>();
  let rounds = 0;
  /** The last review's id. */
  let last = '';
  /** Of the diff that was read last, and to the end. */
  let read = '';
  /** Of the diff that the model was last told about. */
  let toldOf = '';
  let changed: () => void = () => undefined;

  const blocking = (): ReviewFinding[] => [...open.values()].filter(({ severity }) => severity === 'blocking');

  function apply(event: RunEvent): void {
    if (event.kind === 'review.started') {
      rounds = event.round;
      last = event.review;
    } else if (event.kind === 'review.finished') {
      for (const finding of distinctFindings(event.findings)) {
        const accepted = waived.get(finding.id);
        if (accepted === undefined || isGraver(finding.severity, accepted)) open.set(finding.id, finding);
      }
    } else if (event.kind === 'finding.fixed') open.delete(event.finding);
    else if (event.kind === 'finding.waived') {
      const finding = open.get(event.finding);
      if (finding !== undefined) waived.set(event.finding, finding.severity);
      open.delete(event.finding);
    }
    changed();
  }

  async function review(files: readonly DiffFile[], recorder: Recorder, signal: AbortSignal): Promise<void> {
    const id = randomBytes(8).toString('hex');
    const { clock } = deps.reviewer;
    const since = clock.now();
    const model = deps.reviewer.model === null ? null : deps.reviewer.modelName;
    const lines = files.reduce((sum, { added, removed }) => sum + added + removed, 0);
    await recorder.append({ kind: 'review.started', review: id, round: rounds + 1, files: files.length, lines, model });
    const events = recorder.events();
    const { root, home, policy, sentence: say } = deps;
    const checks = checkDiff(files, { root, home, policy, say, approved: approvedIn(events, root) });
    const answer = await readDiff(
      files,
      { task: taskOf(events), plan: acceptedPlanOf(events), checks },
      deps.reviewer,
      signal,
    );
    const findings = distinctFindings([...checks, ...answer.findings]);
    const durationMs = Math.max(0, Math.round(clock.now() - since));
    const before = [...open.values()];
    await recorder.append({ kind: 'review.finished', review: id, ...answer, findings, durationMs, settled: true });
    const found = new Set(findings.map(finding => finding.id));
    const unread = new Set(answer.unread);
    for (const finding of before) {
      // Where no model has looked again, what a model found is not known to be gone.
      const looked = finding.by === 'static' || (answer.outcome.type !== 'static' && !unread.has(finding.file));
      if (!found.has(finding.id) && looked)
        await recorder.append({ kind: 'finding.fixed', finding: finding.id, review: id });
    }
  }

  /** Resolves when the person has waived all that blocks, or said something, or the run is to stop. */
  function personActs(recorder: Recorder, signal: AbortSignal): Promise<'end' | 'goOn'> {
    const before = recorder.events().length;
    return new Promise(resolve => {
      const look = (): void => {
        const said = recorder
          .events()
          .slice(before)
          .some(event => event.kind === 'person.said');
        if (blocking().length === 0 || signal.aborted) resolve('end');
        else if (said) resolve('goOn');
      };
      changed = look;
      signal.addEventListener('abort', look, { once: true });
      look();
    });
  }

  /** Until the person has decided, in whatever place; they may also waive or say something elsewhere meanwhile. */
  async function held(
    ask: NonNullable<EndReviewDeps['ask']>,
    recorder: Recorder,
    signal: AbortSignal,
  ): Promise<'end' | 'goOn' | Ending> {
    for (;;) {
      const withdrawn = new AbortController();
      const both = AbortSignal.any([signal, withdrawn.signal]);
      const came = await Promise.race([personActs(recorder, both), ask(blocking(), both).catch(() => null)]);
      withdrawn.abort();
      if (signal.aborted) return 'end';
      if (came === 'end' || came === 'goOn') return came;
      if (came === null || came.type === 'end') return blocked(blocking());
      if (came.type === 'say') {
        if (await deps.hear(came.text)) return 'goOn';
        continue;
      }
      for (const { finding, reason } of came.waived)
        await recorder.append({ kind: 'finding.waived', finding, reason, surface: 'terminal' });
      if (blocking().length === 0) return 'end';
    }
  }

  return {
    apply,
    isOpen: finding => open.has(finding),
    async check(recorder, signal) {
      if (deps.mode === 'off' || deps.snapshots === null || signal.aborted) return 'end';
      // What was read, or let be, has to be what stands there afterwards.
      for (let reads = 0; ; ) {
        const files = await diffOfRun(deps.snapshots, { events: recorder.events(), root: deps.root });
        const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex');
        if (files.length === 0 && open.size === 0) return 'end';
        const fresh = digest !== read;
        if (fresh && reads === maxReads) return { type: 'failed', failure: failures.reviewUnsettled({}) };
        if (fresh) {
          reads += 1;
          await review(files, recorder, signal);
          read = digest;
        }
        if (deps.mode === 'advise' || signal.aborted) return 'end';
        const left = blocking();
        if (left.length === 0) {
          if (fresh) continue;
          return 'end';
        }
        if (rounds <= fixRounds && toldOf !== digest) {
          toldOf = digest;
          await recorder.append({ kind: 'context.added', text: told(left) });
          return 'goOn';
        }
        if (deps.ask === null) return blocked(left);
        await recorder.append({ kind: 'review.held', review: last, findings: left.map(({ id }) => id) });
        const came = await held(deps.ask, recorder, signal);
        if (came !== 'end' || signal.aborted) return came;
      }
    },
  };
}

function blocked(left: readonly ReviewFinding[]): Ending {
  const [first] = left;
  const { file = '', line = null } = first ?? {};
  return { type: 'failed', failure: failures.reviewBlocked({ count: left.length, file, line: line ?? 0 }) };
}

/** For the executor: what keeps the run from ending. */
function told(findings: readonly ReviewFinding[]): string {
  const rows = findings.map(({ file, line, category, sentence, evidence }) => {
    const place = line === null ? file : `${file}:${line}`;
    return `- ${place} (${category}): ${sentence}${evidence === '' ? '' : `\n  It rests on: ${JSON.stringify(evidence)}`}`;
  });
  return [
    'A reviewer has read the whole diff of this run. These findings keep it from ending:',
    ...rows,
    'Mend their cause, test it again, and end once more; the diff is then read anew. Do not hide a finding or move it elsewhere. If one is wrong, leave it and say why: only the person can waive it.',
  ].join('\n');
}
