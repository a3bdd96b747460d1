import type { RunResult } from '../../agent/run.ts';
import type { Violation } from '../../protocol/containment.ts';
import type { Effect } from '../../protocol/effect.ts';
import type { EventKind, EventOf, Live, Observation, RunEvent } from '../../protocol/event.ts';
import { isText, isToolUse } from '../../protocol/message.ts';
import type { Signing } from '../../protocol/signing.ts';
import { compactedSentence, compactionFailedSentence } from '../contextWords.ts';
import { signingSentences } from '../gitWords.ts';
import { grantRevoked } from '../grantWords.ts';
import { isolationSaid } from '../isolationWords.ts';
import { limitSaid, limitsSaid } from '../limitWords.ts';
import { cappedSentence, modeChangedSentence } from '../modeWords.ts';
import { violationSentences } from '../permitWords.ts';
import { ruleKeptSentence } from '../policySentences.ts';
import { doubtSentence, restoredSentence } from '../restoreWords.ts';
import { revisedSentences } from '../revisedWords.ts';
import { ruleSentence } from '../ruleWords.ts';
import { refusalSentence, sentenceFor } from '../sentences.ts';
import { flaggedSentences, screenedSentences, wishesSentences } from '../suspicionWords.ts';
import { outcomeOf, subjectOf, wentWrong } from './describe.ts';
import { createOutputWindow, diffExcerpt, gutter, type OutputWindow, quoted } from './excerpt.ts';
import { type Frame, opening, summary } from './frame.ts';
import type { Paint } from './paint.ts';
import { fit, visible, widthOf } from './plain.ts';
import { createProse, wrapped } from './prose.ts';
import { reviewLines } from './reviewLines.ts';
import { workLines } from './workLines.ts';

/**
 * What to write: a whole safe line, or safe text to go on with. And what only passes: what is going on now (null:
 * nothing), and the last lines of its output so far, safe and without colour.
 */
export type Piece =
  | { type: 'line'; text: string }
  | { type: 'text'; text: string }
  | { type: 'status'; text: string | null }
  | { type: 'live'; lines: readonly string[] };

export interface Transcript {
  observe(observation: Observation): Piece[];
  /** The closing lines. */
  end(result: RunResult): Piece[];
}

const headLines = 5;
const tailLines = 7;
const liveLines = 5;
const diffLines = 40;

const policyChanged =
  'The policy has changed since. It holds from here on, and what you allowed for the rest of the run is asked about again.';

/** Turns what happens in a run into what a person reads. Equal observations give equal pieces; nothing else is read. */
export function createTranscript(paint: Paint, width: number): Transcript {
  const prose = createProse('  ', width);
  const work = workLines(paint, width);
  const proposed = new Map<string, { tool: string; value: Effect; output: OutputWindow; asked: boolean }>();
  /** What was refused, by effect. */
  const refusedBefore = new Map<string, Effect>();
  /** Tool calls by id, as the model wrote them, until an effect takes over. */
  const calls = new Map<string, string>();
  /** Commands in the background, by process. */
  const background = new Map<string, string>();
  const frame: Frame = { scripted: false, startedAt: 0, endedAt: 0, isolation: null, cpuMs: 0 };
  let root = '';
  let policy: string | undefined;
  let streamed = false;
  let last: 'blank' | 'prose' | 'ours' = 'blank';

  const status = (text: string | null): Piece => ({ type: 'status', text });

  function lines(...texts: string[]): Piece[] {
    const pieces = closeProse();
    if (texts.length === 0) return pieces;
    if (last === 'prose') pieces.push({ type: 'line', text: '' });
    last = 'ours';
    return [...pieces, ...texts.map((text): Piece => ({ type: 'line', text }))];
  }

  function say(text: string): Piece[] {
    const out = prose.push(text);
    if (out === '') return [];
    const gap: Piece[] = last === 'ours' ? [{ type: 'text', text: '\n' }] : [];
    last = 'prose';
    return [...gap, { type: 'text', text: out }];
  }

  /** Ends the paragraph that is being streamed. The word held back may be its first. */
  function closeProse(): Piece[] {
    const out = prose.end();
    if (out === '') return [];
    const gap = last === 'ours' ? '\n' : '';
    last = 'prose';
    return [{ type: 'text', text: gap + out }];
  }

  /** `● Tool subject (what came of it)`, in one line. */
  function action(mark: string, tool: string, subject: string, note: string): string {
    const tail = note === '' ? '' : `  ${note}`;
    const name = visible(tool);
    const room = Math.max(8, width - widthOf(name) - widthOf(tail) - 3);
    return `${mark} ${paint('bold', name)} ${fit(subject, room)}${tail === '' ? '' : paint('dim', tail)}`;
  }

  function refused(tool: string, subject: string, why: string): Piece[] {
    return lines(
      action(paint('red', '✗'), tool, subject, ''),
      ...wrapped(why, '  ', width).map(line => paint('dim', line)),
    );
  }

  function done(event: EventOf<'effect.done'>): Piece[] {
    const known = proposed.get(event.effect);
    proposed.delete(event.effect);
    if (known === undefined) return [];
    const { tool, value, output, asked } = known;
    const { outcome } = event;
    if (outcome.kind === 'exec' && outcome.process !== undefined && value.kind === 'exec')
      background.set(outcome.process, visible(value.command));
    const mark = wentWrong(event.outcome) ? paint('yellow', '●') : paint('green', '●');
    const head = action(mark, tool, subjectOf(value, root), outcomeOf(event.outcome, value));
    const detail =
      value.kind === 'edit'
        ? asked
          ? []
          : diffExcerpt(value.patch, paint, width, diffLines).lines
        : quoted(output.lines(), paint, width);
    const survivors = event.outcome.kind === 'exec' ? alive(event.outcome.survivors) : [];
    const signing = outcome.kind === 'exec' ? signed(outcome.signing) : [];
    return lines(head, ...detail, ...signing, ...survivors);
  }

  function isolated(event: Parameters<typeof isolationSaid>[0]): Piece[] {
    const signing = event.kind === 'isolation.committed' ? signed(event.signing) : [];
    const rows = isolationSaid(event).flatMap(sentence => wrapped(`⑂ ${visible(sentence)}`, '', width));
    return lines(...rows.map(row => paint('dim', row)), ...signing);
  }

  function signed(signing: Signing | undefined): string[] {
    const style = signing?.type === 'unsigned' ? 'yellow' : 'dim';
    const rows = signingSentences(signing).flatMap(sentence => wrapped(visible(sentence), '  ', width));
    return rows.map(row => paint(style, row));
  }

  function alive(survivors: readonly { pid: number; name: string }[]): string[] {
    return survivors.map(({ pid, name }) =>
      paint('red', `! ${visible(name)} (process ${pid}) could not be ended and is still running. End it yourself.`),
    );
  }

  function warned(sentences: readonly string[]): Piece[] {
    const rows = sentences.flatMap(sentence => wrapped(`! ${visible(sentence)}`, '', width));
    return rows.length === 0 ? [] : lines(...rows.map(row => paint('yellow', row)));
  }

  function limited(mark: string, event: Parameters<typeof limitSaid>[0]): Piece[] {
    return lines(...wrapped(`${mark} ${limitSaid(event)}`, '', width).map(row => paint('yellow', row)));
  }

  function ruled(mark: string, event: EventOf<'rule.nudged'> | EventOf<'rule.stopped'>): Piece[] {
    const records = event.evidence.length === 0 ? '' : ` (records ${event.evidence.join(', ')})`;
    const colour = event.rule === 'acceptanceMet' ? 'green' : 'yellow';
    const told = event.kind === 'rule.nudged' ? ' The agent was told.' : '';
    const said = `${mark} ${visible(ruleSentence(event))}${told}${records}`;
    return lines(...wrapped(said, '', width).map(row => paint(colour, row)));
  }

  function tried(violations: readonly Violation[]): string[] {
    return violationSentences(violations).map(each => paint('yellow', `! ${visible(each)}`));
  }

  const onEvent: { [K in EventKind]: (event: EventOf<K>) => Piece[] } = {
    'run.started': event => {
      root = event.workspace;
      policy = event.policyDigest;
      frame.scripted = event.scripted;
      frame.startedAt = event.at;
      frame.isolation = event.isolation ?? null;
      const head = lines(...opening(event, paint, width), '');
      last = 'blank';
      return head;
    },
    'run.resumed': event => {
      const changed = policy !== undefined && event.policyDigest !== undefined && event.policyDigest !== policy;
      policy = event.policyDigest ?? policy;
      const limits = limitsSaid(event.limits ?? {});
      return lines(
        paint('dim', '↻ Going on with the run.'),
        ...(limits.length === 0 ? [] : [paint('dim', `  Its limits are now ${limits.join(', ')}.`)]),
        ...(changed ? wrapped(policyChanged, '  ', width).map(row => paint('yellow', row)) : []),
      );
    },
    'person.said': event => lines(`${paint('bold', 'You:')} ${visible(event.text)}`),
    'mode.changed': event => lines(...wrapped(`⇄ ${modeChangedSentence(event.mode)}`, '', width)),
    'mode.capped': event => warned([cappedSentence(event.reason, event.why)]),
    'person.away': () => [],
    'context.added': () => [],
    'context.compacted': event =>
      lines(...wrapped(`≡ ${compactedSentence(event)}`, '', width).map(row => paint('dim', row))),
    'compaction.asked': () => [status('Waiting for a summary of the conversation')],
    'compaction.failed': event => [
      ...lines(...wrapped(`≡ ${compactionFailedSentence(event)}`, '', width).map(row => paint('dim', row))),
      status(null),
    ],
    'turn.started': event => {
      streamed = false;
      return [status(`Thinking, turn ${event.turn}`)];
    },
    'model.held': () => [],
    'model.settled': () => [],
    'model.retrying': event => {
      const again = streamed ? ' What it said so far is void.' : '';
      streamed = false;
      const wait = (event.waitMs / 1000).toFixed(1);
      const why = event.attempt === 1 && event.problem !== undefined ? `: ${event.problem}` : '';
      const code = visible(`${event.code.replaceAll('_', ' ')}${why}`);
      const line = `↻ The model did not answer (${code}). Trying again in ${wait} s, attempt ${event.attempt + 1}.${again}`;
      return [...lines(...wrapped(line, '', width).map(row => paint('yellow', row))), status('Waiting for the model')];
    },
    'model.answered': event => {
      for (const block of event.content) if (isToolUse(block)) calls.set(block.id, inputOf(block.input));
      const told = streamed ? [] : event.content.filter(isText).flatMap(block => say(`${block.text}\n\n`));
      streamed = false;
      return [...told, ...closeProse(), status(null)];
    },
    'model.failed': () => [...closeProse(), status(null)],
    'effect.proposed': event => {
      calls.delete(event.call);
      const output = createOutputWindow(headLines, tailLines);
      proposed.set(event.effect, { tool: event.tool, value: event.value, output, asked: false });
      const revised = revisedSentences(event.revised);
      return revised.length === 0 ? [] : lines(...revised.map(each => paint('dim', `✎ ${each}`)));
    },
    'effect.assessed': () => [],
    'result.flagged': event => warned(flaggedSentences(event)),
    'prompt.screened': event => warned(screenedSentences(event)),
    'prompt.confirmed': () => [],
    'wishes.read': event => warned(wishesSentences(event)),
    'effect.violated': event => lines(...tried(event.violations)),
    'effect.reviewed': () => [status(null)],
    'denials.asked': () => [...closeProse(), status(null)],
    'denials.answered': () => [],
    'denial.lifted': event => {
      const value = refusedBefore.get(event.effect);
      return value === undefined ? [] : lines(paint('dim', `✓ ${subjectOf(value, root)} may pass once now.`));
    },
    'denial.used': () => [],
    'change.reviewed': () => [],
    'instructions.read': () => [],
    'policy.ruleKept': event =>
      event.failure === null
        ? lines(...wrapped(`✎ ${visible(ruleKeptSentence(event))}`, '', width))
        : lines(paint('red', visible(`${ruleKeptSentence(event)} ${sentenceFor(event.failure)}`))),
    'instructions.kept': event =>
      event.failure === null
        ? lines(...wrapped(`✎ Kept for all of your runs: ${visible(event.text)}`, '', width))
        : lines(paint('red', `It could not be kept for other runs. ${visible(sentenceFor(event.failure))}`)),
    'effect.decided': event => {
      const known = proposed.get(event.effect);
      if (known === undefined) return [];
      if (event.decision.verdict === 'review') return [status(`Reviewing ${subjectOf(known.value, root)}`)];
      if (event.decision.verdict !== 'deny') return [];
      proposed.delete(event.effect);
      refusedBefore.set(event.effect, known.value);
      const why = event.decision.reasons.map(refusalSentence)[0] ?? 'It was not allowed.';
      return refused(known.tool, subjectOf(known.value, root), why);
    },
    'question.asked': event => {
      const known = proposed.get(event.effect);
      if (known !== undefined) known.asked = true;
      return [...closeProse(), status(null)];
    },
    'question.answered': () => [],
    'effect.intended': event => {
      const known = proposed.get(event.effect);
      return known === undefined ? [] : [status(`${visible(known.tool)} ${subjectOf(known.value, root)}`)];
    },
    'effect.done': event => {
      if (event.outcome.kind === 'exec') frame.cpuMs += event.outcome.cpuMs ?? 0;
      return [...done(event), status(null)];
    },
    'effect.failed': event => {
      const known = proposed.get(event.effect);
      proposed.delete(event.effect);
      if (known === undefined) return [status(null)];
      return [...refused(known.tool, subjectOf(known.value, root), sentenceFor(event.failure)), status(null)];
    },
    'tool.answered': event => {
      const input = calls.get(event.call);
      calls.delete(event.call);
      if (input === undefined || !event.isError) return [];
      return refused(event.tool, input, event.text.split('\n')[0] ?? '');
    },
    'process.ended': event => {
      const end = event.exitCode === null ? 'was ended' : `ended, exit ${event.exitCode}`;
      const command = background.get(event.process);
      const name = command === undefined ? visible(event.process) : fit(command, Math.max(8, width - 48));
      const head = paint('dim', `● Background process ${name} ${end}`);
      return lines(head, ...tried(event.violations ?? []), ...alive(event.survivors));
    },
    'snapshot.taken': () => [],
    'checkpoint.made': () => [],
    'restore.intended': () => [status('Restoring files')],
    'restore.done': event => {
      const left = event.conflicts.map(each =>
        paint('yellow', `! ${visible(each)} was changed since and was left alone.`),
      );
      return [...lines(paint('dim', `↶ ${visible(restoredSentence(event))}`), ...left), status(null)];
    },
    'restore.failed': event => [...lines(paint('red', visible(sentenceFor(event.failure)))), status(null)],
    'conversation.rewound': event =>
      lines(paint('dim', `↶ The conversation goes on from checkpoint ${event.checkpoint}.`)),
    'effect.doubted': event => {
      const known = proposed.get(event.effect);
      const subject = known === undefined ? '' : ` ${subjectOf(known.value, root)}`;
      return lines(
        ...wrapped(`? ${visible(doubtSentence(event))}${subject}`, '', width).map(row => paint('yellow', row)),
      );
    },
    'grant.given': () => [],
    'grant.revoked': () => lines(paint('dim', `⇄ ${grantRevoked}`)),
    'isolation.prepared': event => isolated(event),
    'isolation.committed': event => isolated(event),
    'isolation.commitFailed': event => lines(paint('red', visible(sentenceFor(event.failure)))),
    'isolation.ended': event => isolated(event),
    'limit.warned': event => limited('!', event),
    'limit.reached': event => limited('■', event),
    'limit.raised': event => lines(paint('dim', `↑ ${limitSaid(event)}`)),
    'rule.nudged': event => ruled('!', event),
    'rule.stopped': event => ruled(event.rule === 'acceptanceMet' ? '✓' : '■', event),
    'agent.begun': event => lines(...work['agent.begun'](event)),
    'plan.submitted': event => lines(...work['plan.submitted'](event)),
    'plan.edited': event => lines(...work['plan.edited'](event)),
    'plan.changesAsked': event => lines(...work['plan.changesAsked'](event)),
    'plan.rejected': event => lines(...work['plan.rejected'](event)),
    'plan.accepted': event => lines(...work['plan.accepted'](event)),
    'acceptance.checked': event => lines(...work['acceptance.checked'](event)),
    'tests.checked': event => lines(...work['tests.checked'](event)),
    'tests.fell': event => lines(...work['tests.fell'](event)),
    'step.completed': event => lines(...work['step.completed'](event)),
    'person.answered': event => lines(...work['person.answered'](event)),
    'plan.asked': () => [...closeProse(), status(null)],
    'person.asked': event => [...lines(...work['person.asked'](event)), status(null)],
    ...reviewLines({ lines, status, paint, width }),
    'stop.requested': () => [...lines(paint('yellow', '■ Stopping.')), status('Stopping')],
    'run.ended': event => {
      frame.endedAt = event.at;
      frame.cpuMs += event.cpuMs ?? 0;
      return [...lines(...alive(event.survivors)), status(null)];
    },
  };

  function outputCame(effect: string, text: string): Piece[] {
    const output = proposed.get(effect)?.output;
    if (output === undefined) return [];
    output.push(text);
    return [{ type: 'live', lines: output.last(liveLines).map(line => gutter + line) }];
  }

  function observeLive(live: Live): Piece[] {
    switch (live.type) {
      case 'text':
        streamed = true;
        return say(live.text);
      case 'output':
        return outputCame(live.effect, live.text);
      case 'question':
      case 'denials':
      case 'plan':
      case 'asked':
      case 'questionClosed':
        return [];
    }
  }

  return {
    observe: observation => (observation.type === 'live' ? observeLive(observation.live) : dispatch(observation.event)),
    end(result) {
      const rest = closeProse();
      const gap = last === 'ours' ? [''] : [];
      return [...rest, ...lines(...gap, ...summary(result, frame, root, paint, width))];
    },
  };

  function dispatch<K extends EventKind>(event: EventOf<K> & RunEvent): Piece[] {
    const tell = onEvent[event.kind] as (event: RunEvent) => Piece[];
    return tell(event);
  }
}

/** The argument that says most about a call, for one that never became an effect. */
function inputOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  const values: unknown[] = ['file_path', 'command', 'pattern', 'url'].map(name => Reflect.get(input, name));
  return visible(values.find(value => typeof value === 'string') ?? '');
}
