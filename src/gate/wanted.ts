import type { Judge, PolicyDecision } from '../policy/decide.ts';
import { outcomes } from '../policy/rule.ts';
import type { Subject } from '../policy/subject.ts';
import { type Assessment, atLeast } from '../protocol/assessment.ts';
import type { Mode } from '../protocol/command.ts';
import type { Decision, Reason } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import { assessWanted } from '../risk/wanted.ts';
import { foldersOf } from './assess.ts';
import { askWithFacts, type FactsSources } from './factsSource.ts';
import type { Observed } from './observed.ts';
import { reason } from './reasons.ts';
import { denial } from './refusal.ts';
import { subjectOf } from './subject.ts';
import type { Taint } from './taint.ts';

/** What a command was seen to want beyond its permit, as the gate sees it at one moment. */
export interface Wanted {
  assessment: Assessment | null;
  /** Why it is not even offered to the person; null where it may be. */
  refused: Decision | null;
  halt: boolean;
  /** The answer is for this once. */
  once: boolean;
  /** Why it is asked about beside what it wants. */
  reasons: readonly Reason[];
}

export interface WantedDeps {
  assess: { facts: FactsSources };
  policy: Judge;
  root: string;
  mode(): Mode;
  taint?(): Taint | null;
}

/** `own` is what was found in the command itself. Never rejects: a fault refuses. */
export async function judgeWanted(
  effect: Effect,
  own: Assessment | null,
  { hosts, writes }: Pick<Observed, 'hosts' | 'writes'>,
  deps: WantedDeps,
): Promise<Wanted> {
  const nothing = { assessment: null, halt: false, once: true, reasons: [] };
  try {
    if (own === null) return { ...nothing, refused: denial(reason('gateFault')) };
    const source = deps.assess.facts.begin();
    const { assessment } = await askWithFacts(source, facts => assessWanted(hosts, writes, facts));
    const folders = foldersOf(assessment, source.facts());
    const forbidden = strictest(subjectsOf(effect, own, assessment, folders).map(each => deps.policy.decide(each)));
    const taint = deps.taint?.() ?? null;
    return {
      assessment,
      refused: refusedBy(forbidden) ?? refusedAnyway(assessment, deps.mode()),
      halt: forbidden?.outcome === 'halt',
      once: taint !== null || !mayStay(assessment, writes, deps.root),
      reasons: taint === null ? [] : [reason('run.tainted', { source: taint.source, line: taint.line })],
    };
  } catch {
    return { ...nothing, refused: denial(reason('gateFault')) };
  }
}

/**
 * All that rules may call it: the command with what it wants, as one; and what it wants alone, as the edit or the page that
 * reaching the same by a tool of ours would be.
 */
function subjectsOf(effect: Effect, own: Assessment, wanted: Assessment, folders: readonly string[]): Subject[] {
  const alone = subjectOf(effect, wanted, folders);
  return [
    subjectOf(effect, together(own, wanted), folders),
    ...(alone.paths.length > 0 ? [{ ...alone, kind: 'edit' }] : []),
    ...(alone.hosts.length > 0 ? [{ ...alone, kind: 'fetch' }] : []),
  ];
}

function together(own: Assessment, wanted: Assessment): Assessment {
  const both = <T>(pick: (of: Assessment) => readonly T[]): T[] => [...new Set([...pick(own), ...pick(wanted)])];
  return {
    ...own,
    tier: atLeast(own.tier, wanted.tier),
    categories: both(({ categories }) => categories),
    footprint: {
      ...own.footprint,
      writes: both(({ footprint }) => footprint.writes),
      hosts: both(({ footprint }) => footprint.hosts),
    },
  };
}

/** The strictest of the decisions that forbid; null where none does. */
function strictest(decisions: readonly PolicyDecision[]): PolicyDecision | null {
  const forbidding = decisions.filter(({ outcome }) => outcome === 'deny' || outcome === 'halt');
  return forbidding.find(({ outcome }) => outcome === outcomes[0]) ?? forbidding[0] ?? null;
}

/** What a rule forbids is not offered to the person because a command was seen to want it. */
function refusedBy(forbidden: PolicyDecision | null): Decision | null {
  if (forbidden === null || forbidden.by === null) return null;
  const { id: rule, layer, because = '' } = forbidden.by;
  return { verdict: 'deny', by: { type: 'rule', rule, layer }, reasons: [reason('policy.rule', { rule, because })] };
}

/** Nor is what nothing of this run may write; and in Plan a command looks and does nothing else. */
function refusedAnyway({ floor, findings }: Assessment, mode: Mode): Decision | null {
  if (floor === 'deny') return denial(...findings.slice(0, 3).map(({ code, args }) => ({ code, args })));
  return mode === 'plan' ? denial(reason('mode.plan')) : null;
}

/**
 * Whether an answer may hold beyond this once: for ordinary hosts, and files of the workspace that nothing protects. What was
 * wanted stands in no text, so that whoever is asked later would not see it.
 */
function mayStay(
  { tier, floor, categories, findings, footprint }: Assessment,
  named: readonly string[],
  root: string,
): boolean {
  if (tier === 'critical' || floor !== 'none') return false;
  if (categories.some(each => each === 'upload' || each === 'outside-workspace')) return false;
  if (findings.some(({ code }) => code === 'fetch.dropHost') || footprint.unknownHosts) return false;
  return [...named, ...footprint.writes].every(path => path.startsWith(`${root}/`));
}
