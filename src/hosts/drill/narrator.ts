import type { Effect } from '../../protocol/effect.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { isText } from '../../protocol/message.ts';
import { ruleAdviceSentence, ruleSentence } from '../ruleWords.ts';
import { reasonSentence, refusalSentence } from '../sentences.ts';
import { flaggedSentences } from '../suspicionWords.ts';
import { type DrillStep, drillSteps } from './steps.ts';

/** One line for the person. Text of others in it is not made safe for a terminal. */
export interface DrillLine {
  kind: 'title' | 'agent' | 'gate' | 'good' | 'bad' | 'plain';
  text: string;
}

export interface Narrator {
  /** To be called with every event, in order. */
  take(event: RunEvent): void;
  /** Once the run is over; resolves the last step. Whether each step went as it should. */
  end(): { title: string; ok: boolean }[];
}

/** Tells each step of the drill as the run comes to it, by what its journal says. */
export function createNarrator(say: (line: DrillLine) => void): Narrator {
  const results: { title: string; ok: boolean }[] = [];
  const values = new Map<string, Effect>();
  let turn = 0;
  let events: RunEvent[] = [];

  const current = (): DrillStep | undefined => drillSteps.find(step => step.turn === turn);

  function settle(): void {
    const step = current();
    if (step === undefined || results.length >= drillSteps.length) return;
    const ok = step.holds(events);
    results.push({ title: step.title, ok });
    say(ok ? { kind: 'good', text: step.good } : { kind: 'bad', text: 'This did not go as it should.' });
    events = [];
  }

  return {
    take(event) {
      if (event.kind === 'turn.started') {
        settle();
        turn = event.turn;
        events = [];
        const step = current();
        if (step !== undefined) say({ kind: 'title', text: `${step.turn}. ${step.title}` });
        return;
      }
      events.push(event);
      if (event.kind === 'effect.proposed') values.set(event.effect, event.value);
      for (const line of linesFor(event, values)) say(line);
    },
    end() {
      settle();
      const told = new Set(results.map(({ title }) => title));
      return [
        ...results,
        ...drillSteps.filter(({ title }) => !told.has(title)).map(({ title }) => ({ title, ok: false })),
      ];
    },
  };
}

function linesFor(event: RunEvent, values: ReadonlyMap<string, Effect>): DrillLine[] {
  const gate = (text: string): DrillLine => ({ kind: 'gate', text });
  if (event.kind === 'model.answered') return event.content.filter(isText).map(({ text }) => ({ kind: 'agent', text }));
  if (event.kind === 'effect.proposed')
    return event.value.kind === 'exec' ? [{ kind: 'agent', text: `$ ${event.value.command}` }] : [];
  if (event.kind === 'effect.decided') {
    const { verdict, reasons, by } = event.decision;
    if (verdict === 'ask') return ['You are asked:', ...reasons.slice(0, 3).map(reasonSentence)].map(gate);
    if (verdict !== 'deny' || by.type === 'person') return [];
    return reasons.slice(0, 1).map(each => gate(refusalSentence(each)));
  }
  if (event.kind === 'question.answered')
    return [gate(`The drill says ${event.answer.verdict === 'allow' ? 'yes' : 'no'} in your place.`)];
  if (event.kind === 'result.flagged') return flaggedSentences(event).map(gate);
  if (event.kind === 'effect.done')
    return values.get(event.effect)?.kind === 'exec' && event.outcome.kind === 'exec'
      ? [gate(`It ran, with exit code ${event.outcome.exitCode ?? 'none'}.`)]
      : [];
  if (event.kind === 'checkpoint.made') return [gate(`What it changed is checkpoint ${event.checkpoint}.`)];
  if (event.kind === 'rule.stopped')
    return [gate(`The run is stopped: ${ruleSentence(event)} ${ruleAdviceSentence(event.rule)}`.trim())];
  return [];
}
