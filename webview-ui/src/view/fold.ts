import type { EventOf, Live, RunEvent } from '../../../src/protocol/event.ts';
import type { AssistantBlock, TextBlock, ToolUseBlock } from '../../../src/protocol/message.ts';
import type { ExplainedPart, Told } from '../../../src/protocol/panel.ts';
import { addAnswer } from './answers.ts';
import { addCall, onCall, onEffect } from './calls.ts';
import { ended, resumed } from './end.ts';
import { findingsItem, settleFinding } from './findings.ts';
import { given, governed, noGrants, revoked } from './grants.ts';
import type { ToolItem } from './items.ts';
import { foldLimits } from './limits.ts';
import { entryAt } from './log.ts';
import { addOutput, noOutput } from './output.ts';
import { pausedBy } from './pause.ts';
import { asked, closeQuestion } from './questions.ts';
import { add, endRetry, key, linksTo, noteRecord, notice, remedy } from './rows.ts';
import { back, whileAway } from './since.ts';
import { addText, startStream } from './stream.ts';
import { addCommand, addCpu, addEdit, addLost, addTurn, lostTurn } from './totals.ts';
import { emptyView, type View } from './view.ts';
import { checked, completed, onAsked, personAsked, planAsked, planned, planSettled, withNonce } from './work.ts';

/**
 * Adds one observation to a view. The view that was given is used up: go on with the one that is returned. The cost
 * does not depend on how much came before. Events of kinds that this panel does not know change nothing.
 */
export function fold(view: View, told: Told): View {
  const said = told.said ?? [];
  return told.type === 'live' ? foldLive(view, told.live) : foldEvent(view, told.event, said, told.explained ?? []);
}

export function foldAll(items: readonly Told[], view: View = emptyView()): View {
  return items.reduce(fold, view);
}

function foldLive(view: View, live: Live): View {
  switch (live.type) {
    case 'text': {
      const before = view.stream?.turn === live.turn ? view.stream : startStream(live.turn);
      return { ...endRetry(view), stream: addText(before, live.text), thinking: false };
    }
    case 'output':
      return onEffect(view, live.effect, item => ({ ...item, output: addOutput(item.output ?? noOutput, live.text) }));
    case 'question':
      return onEffect(view, live.effect, item => ({
        ...item,
        question: { ...(item.question ?? asked(live.question, item)), nonce: live.nonce },
      }));
    case 'questionClosed':
      return closeQuestion(view, live.question);
    case 'denials':
      return view.pause?.question === live.question ? { ...view, pause: { ...view.pause, nonce: live.nonce } } : view;
    case 'plan':
    case 'asked':
      return withNonce(view, live.type, live.question, live.nonce);
  }
}

function foldEvent(before: View, event: RunEvent, said: string[], explained: readonly ExplainedPart[]): View {
  const after = whileAway(changed(before, event, said, explained), event);
  noteRecord(after, event);
  const limited = foldLimits(after.limited, event);
  return limited === after.limited ? after : { ...after, limited };
}

function changed(before: View, event: RunEvent, said: string[], explained: readonly ExplainedPart[]): View {
  const view = event.kind === 'run.resumed' ? before : { ...before, lastAt: event.at };
  switch (event.kind) {
    case 'run.started':
      return add(
        {
          ...emptyView(),
          run: event.run,
          workspace: event.workspace,
          model: event.model,
          mode: event.mode,
          grants: governed(noGrants, event.policyDigest),
          scripted: event.scripted,
          isolated: event.isolation !== undefined,
          active: true,
          startedAt: event.at,
          thinking: true,
        },
        { type: 'said', key: key(event), text: event.prompt },
      );
    case 'run.resumed':
      return notice(resumed(view, event), event, 'info', said);
    case 'person.said':
      return add(view, { type: 'said', key: key(event), text: event.text });
    case 'mode.changed':
      return notice({ ...view, mode: event.mode }, event, 'info', said);
    case 'mode.capped':
      return notice({ ...view, capped: event.reason !== null }, event, 'warning', said);
    case 'grant.given':
      return given(view, event, said);
    case 'grant.revoked':
      return notice(revoked(view, event), event, 'info', said);
    case 'person.away':
      return event.away ? { ...view, away: view.away ?? new Set<string>() } : back(view, key(event));
    case 'turn.started':
      return { ...view, thinking: true, stream: null, totals: { ...view.totals, turns: view.totals.turns + 1 } };
    case 'model.retrying': {
      const waiting = endRetry({ ...view, stream: null, totals: addLost(view.totals, event) });
      const index = waiting.items.length;
      const next = notice(waiting, event, 'warning', said, { until: event.at + event.waitMs });
      next.index.retry = index;
      return next;
    }
    case 'model.answered':
      return answered(endRetry({ ...view, stream: null, thinking: false }), event);
    case 'model.failed': {
      const totals = lostTurn(addLost(view.totals, event), event);
      const over = endRetry({ ...view, stream: null, thinking: false, totals });
      // Why it was stopped is told by who stopped it.
      if (event.failure.code === 'cancelled') return over;
      return notice(over, event, 'error', said, { action: remedy(event.failure.code) });
    }
    case 'effect.proposed':
      return addCall(view, event, said);
    case 'effect.assessed':
      return onEffect(view, event.effect, item => ({
        ...item,
        tier: event.assessment.tier,
        permit: said,
        categories: event.assessment.categories.map(category => category.replaceAll('-', ' ')),
        explained,
      }));
    case 'model.held':
      return view;
    case 'model.settled':
    case 'effect.reviewed':
      return { ...view, totals: addLost(view.totals, event) };
    case 'effect.violated':
      return notice(view, event, 'warning', said);
    case 'policy.ruleKept':
      return notice(view, event, event.failure === null ? 'info' : 'warning', said);
    case 'effect.decided': {
      const byPerson = event.decision.by.type === 'person';
      const denied = event.decision.verdict === 'deny';
      return onEffect(view, event.effect, item => ({
        ...item,
        reasons: said,
        byPerson,
        state: denied ? 'denied' : item.state,
        question: denied ? null : item.question,
      }));
    }
    case 'question.asked': {
      const { effect, question } = event;
      view.index.questions.set(question, effect);
      view.index.asked.set(question, event.at);
      const open = { ...view, questions: [...view.questions, question] };
      return onEffect(open, effect, item => ({
        ...item,
        state: 'asking',
        question: { ...asked(question, item), lasting: event.lasting === true, ruleText: event.ruleText ?? null },
      }));
    }
    case 'question.answered': {
      const ms = event.at - (view.index.asked.get(event.question) ?? event.at);
      const answers = addAnswer(view.answers, event.answer.verdict === 'allow', ms);
      return closeQuestion({ ...view, answers }, event.question);
    }
    case 'denials.asked':
      return { ...view, pause: pausedBy(event), questions: [...view.questions, event.question] };
    case 'denials.answered':
      return closeQuestion(view, event.question);
    case 'denial.lifted':
      return notice(view, event, 'info', said);
    case 'effect.intended':
      return onEffect(view, event.effect, item => ({ ...item, state: 'running' }));
    case 'effect.done':
      return done(view, event, said);
    case 'effect.failed':
      return onEffect(view, event.effect, item => ({
        ...item,
        state: 'failed',
        durationMs: event.durationMs,
        failure: said,
      }));
    case 'tool.answered':
      return onCall(view, event.call, item => ({
        ...item,
        result: event.text,
        state: event.isError && item.state !== 'denied' ? 'failed' : isOpen(item.state) ? 'done' : item.state,
      }));
    case 'process.ended': {
      const call = view.index.processes.get(event.process);
      const gone = event.survivors.length === 0;
      const rest = gone ? view.processes.filter(({ process }) => process !== event.process) : view.processes;
      const next = { ...view, processes: rest };
      if (call === undefined || said.length === 0) return next;
      return notice(next, event, 'warning', said);
    }
    case 'result.flagged':
    case 'prompt.screened':
    case 'wishes.read':
      return notice(view, event, 'warning', said);
    case 'limit.raised':
      return notice(view, event, 'info', said);
    case 'limit.warned':
    case 'rule.nudged':
      return notice(view, event, 'warning', said);
    case 'rule.stopped':
      return notice(view, event, event.rule === 'acceptanceMet' ? 'info' : 'warning', said, {
        links: linksTo(view, event.evidence),
      });
    case 'review.finished': {
      view.index.reviews.push(view.items.length);
      return add({ ...view, totals: addLost(view.totals, event) }, findingsItem(key(event), event, said));
    }
    case 'finding.fixed':
    case 'finding.waived': {
      const became =
        event.kind === 'finding.fixed'
          ? { state: 'fixed' as const, reason: null }
          : { state: 'waived' as const, reason: event.reason };
      return { ...view, items: settleFinding(view.items, view.index.reviews, event.finding, became) };
    }
    case 'review.held':
      return notice({ ...view, thinking: false }, event, 'warning', said);
    case 'limit.reached':
      return notice({ ...view, thinking: false }, event, 'warning', said, { action: 'openSettings' });
    case 'plan.submitted':
    case 'plan.edited':
      return planned(view, key(event), event, said);
    case 'plan.asked':
      return planAsked(view, event.question);
    case 'plan.accepted':
      return notice(planSettled(view, 'accepted'), event, 'info', said);
    case 'plan.changesAsked':
      return notice(planSettled(view, 'replaced'), event, 'info', said);
    case 'plan.rejected':
      return notice(planSettled(view, 'rejected'), event, 'info', said);
    case 'acceptance.checked':
      return notice(checked(view, event), event, event.when === 'end' && failing(event) ? 'warning' : 'info', said);
    case 'tests.checked':
      return notice(view, event, event.result.passed ? 'info' : 'warning', said);
    case 'tests.fell':
      return notice(view, event, 'warning', said);
    case 'step.completed':
      return completed(view, key(event), event);
    case 'person.asked':
      return personAsked(view, key(event), event, said);
    case 'person.answered':
      return onAsked(view, event.question, item => ({ ...item, answer: event.text, nonce: null }));
    case 'stop.requested':
      return notice(endRetry({ ...view, thinking: false }), event, 'info', said);
    case 'run.ended':
      return ended(view, event, said);
    case 'checkpoint.made':
      return { ...view, totals: addCommand(view.totals, view.workspace, event) };
    case 'restore.done':
      return notice(view, event, event.conflicts.length > 0 ? 'warning' : 'info', said);
    case 'conversation.rewound':
      return notice(view, event, 'info', said);
    case 'compaction.asked':
      return { ...view, thinking: true };
    case 'compaction.failed':
    case 'context.compacted':
      return notice({ ...view, thinking: false, totals: addLost(view.totals, event) }, event, 'info', said);
    case 'isolation.prepared':
    case 'isolation.committed':
    case 'isolation.ended':
      return said.length > 0 ? notice(view, event, 'info', said) : view;
    case 'isolation.commitFailed':
    case 'restore.failed':
    case 'effect.doubted':
      return notice(view, event, 'warning', said);
    case 'agent.begun':
    case 'review.started':
    case 'snapshot.taken':
    case 'restore.intended':
    case 'denial.used':
    case 'change.reviewed':
    case 'instructions.read':
    case 'instructions.kept':
    case 'context.added':
    case 'prompt.confirmed':
      return view;
    default:
      return unknown(event, view);
  }
}

/** A kind from the future. Naming the parameter `never` makes a forgotten case of today an error. */
function unknown(_event: never, view: View): View {
  return view;
}

/** What comes of these calls has a card of its own. */
const ownCards: ReadonlySet<string> = new Set(['SubmitPlan', 'CompleteStep', 'AskUser']);

function answered(view: View, event: EventOf<'model.answered'>): View {
  let next: View = { ...view, totals: addTurn(view.totals, event) };
  for (const [number, block] of event.content.entries()) {
    const at = `${key(event)}.${number}`;
    if (isText(block)) {
      if (block.text.trim() !== '') next = add(next, { type: 'text', key: at, text: block.text });
    } else if (isToolUse(block) && !ownCards.has(block.name))
      next = addCall(next, { call: block.id, tool: block.name, input: block.input });
  }
  return next;
}

function done(view: View, event: EventOf<'effect.done'>, said: string[]): View {
  const { outcome } = event;
  let next = onEffect(view, event.effect, item => ({
    ...item,
    outcome,
    durationMs: event.durationMs,
    state: outcome.kind === 'exec' && failedExit(outcome) ? 'failed' : 'done',
  }));
  const call = next.index.effects.get(event.effect);
  if (outcome.kind === 'exec' && outcome.process !== undefined && call !== undefined) {
    next.index.processes.set(outcome.process, call);
    const item = entryAt(next.items, next.index.calls.get(call) ?? -1);
    const command = item?.type === 'tool' && item.effect?.kind === 'exec' ? item.effect.command : outcome.process;
    next = { ...next, processes: [...next.processes, { process: outcome.process, command }] };
  }
  if (outcome.kind === 'edit') {
    const item = entryAt(next.items, next.index.calls.get(call ?? '') ?? -1);
    const edit = item?.type === 'tool' && item.effect?.kind === 'edit' ? item.effect : null;
    next = { ...next, totals: addEdit(next.totals, outcome.path, edit?.added ?? 0, edit?.removed ?? 0) };
  }
  if (outcome.kind === 'exec') next = { ...next, totals: addCpu(next.totals, outcome.cpuMs) };
  if (outcome.kind !== 'exec' || said.length === 0) return next;
  return notice(next, event, outcome.signing?.type === 'unsigned' ? 'warning' : 'info', said);
}

function failedExit(outcome: { exitCode: number | null; process?: string | undefined }): boolean {
  return outcome.exitCode !== 0 && outcome.process === undefined;
}

function isOpen(state: ToolItem['state']): boolean {
  return state === 'waiting' || state === 'unfinished';
}

function failing({ results }: EventOf<'acceptance.checked'>): boolean {
  return results.some(({ passed }) => !passed);
}

function isText(block: AssistantBlock): block is TextBlock {
  return block.type === 'text';
}

function isToolUse(block: AssistantBlock): block is ToolUseBlock {
  return block.type === 'tool_use';
}
