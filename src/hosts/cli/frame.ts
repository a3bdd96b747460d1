import type { RunResult } from '../../agent/run.ts';
import { whyOver } from '../../journal/resumable.ts';
import type { EventOf, RunStatus } from '../../protocol/event.ts';
import type { Isolation } from '../../protocol/isolation.ts';
import { limitsSaid } from '../limitWords.ts';
import { sentenceFor } from '../sentences.ts';
import { originWords } from '../tasks/words.ts';
import { counted, duration, grouped, shortPath } from './describe.ts';
import type { Paint } from './paint.ts';
import { fit, visible } from './plain.ts';
import { wrapped } from './prose.ts';

/** What the closing lines need beside the result. Times are Unix times in ms. */
export interface Frame {
  scripted: boolean;
  startedAt: number;
  endedAt: number;
  /** Where the run works in a worktree of its own. */
  isolation: Isolation | null;
  /** Processor time of commands in ms, as far as it is measured. */
  cpuMs: number;
}

/** The head of a run's transcript. */
export function opening(event: EventOf<'run.started'>, paint: Paint, width: number): string[] {
  const limits = limitsSaid(event.limits);
  const rows: [string, string][] = [
    ['run', event.run],
    ['task', event.prompt],
    ['class', event.task === undefined ? '' : `${event.task.name} (${originWords[event.task.from]})`],
    ['paths', event.allowedPaths?.join(', ') ?? ''],
    ['workspace', event.workspace],
    ['mode', event.mode],
    ['model', event.model],
    ['limits', limits.join(', ')],
  ];
  const scripted = event.scripted
    ? wrapped('Rehearsal: a script plays the model; this is no AI.', '', width).map(line =>
        paint(['bold', 'yellow'], line),
      )
    : [];
  return [
    paint('bold', `Gatehouse ${event.gatehouse}`),
    ...rows.filter(([, value]) => value !== '').map(row => labelled(row, paint, width)),
    ...scripted,
  ];
}

const endings: { [S in RunStatus]: { word: string; style: 'green' | 'yellow' | 'red' } } = {
  done: { word: 'Done', style: 'green' },
  failed: { word: 'Failed', style: 'red' },
  stopped: { word: 'Stopped', style: 'yellow' },
  limit: { word: 'Stopped at a limit', style: 'yellow' },
  waiting: { word: 'Waiting for an answer', style: 'yellow' },
  unreachable: { word: 'No answer from the model', style: 'red' },
  interrupted: { word: 'Interrupted', style: 'yellow' },
};

/** The foot of a run's transcript. */
export function summary(result: RunResult, frame: Frame, root: string, paint: Paint, width: number): string[] {
  const { word, style } = endings[result.status];
  const took = frame.endedAt > frame.startedAt ? `, ${duration(frame.endedAt - frame.startedAt)}` : '';
  const worked = frame.cpuMs > 0 ? `, ${duration(frame.cpuMs)} of processor time` : '';
  const { input, output, cacheRead, cacheWrite } = result.usage;
  const read = input + cacheRead + cacheWrite;
  const cached = cacheRead > 0 ? ` (${grouped(cacheRead)} from the cache)` : '';
  const files = result.filesChanged.map(path => visible(shortPath(path, root)));
  const more = files.length > 8 ? `, and ${files.length - 8} more` : '';
  const rows: [string, string][] = [
    ['tokens', `${grouped(read)} in${cached}, ${grouped(output)} out`],
    ['cost', cost(result.usd, frame.scripted)],
    ['files', files.length === 0 ? 'none changed' : `${files.slice(0, 8).join(', ')}${more}`],
    ...accepted(result),
    ['gate', `${counted(result.asks, 'question')}, ${counted(result.denials, 'refusal')}`],
    ...isolated(result.run, frame.isolation),
    ...(result.failure?.code === 'review.blocked' ? [waivable(result.run)] : []),
    ...goesOn(result),
    ['report', `gatehouse report ${result.run}`],
  ];
  return [
    paint(['bold', style], `${word} after ${counted(result.turns, 'turn')}${took}${worked}.`),
    ...(result.failure === null ? [] : wrapped(sentenceFor(result.failure), '', width)),
    ...rows.map(row => labelled(row, paint, width)),
  ];
}

function waivable(run: string): [string, string] {
  return ['waive', `gatehouse waive ${run}`];
}

/** How a run goes on that is not done. After a rule it begins to count anew with what the person says. */
function goesOn(result: RunResult): [string, string][] {
  const { run, status, failure } = result;
  if (failure?.code === 'run.ruled') return [['go on', `gatehouse resume ${run} --answer "…"`]];
  const can = status === 'stopped' || status === 'limit' || status === 'waiting' || status === 'unreachable';
  return can && whyOver(result, false) === null ? [['go on', `gatehouse resume ${run}`]] : [];
}

/** Whether the commands that measure the run pass at its end. */
function accepted({ accepted: met, acceptance }: RunResult): [string, string][] {
  if (met === null) return [];
  const failing = acceptance.filter(({ passed }) => !passed).map(({ command }) => command);
  return [['accepted', met ? `yes, ${counted(acceptance.length, 'check')} passed` : `no: ${failing.join(', ')}`]];
}

function isolated(run: string, isolation: Isolation | null): [string, string][] {
  if (isolation === null) return [];
  return [
    ['branch', isolation.branch],
    ['worktree', isolation.worktree],
    ['next', `gatehouse worktree ${run} merge, keep or discard`],
  ];
}

function cost(usd: number | null, scripted: boolean): string {
  if (scripted) return 'nothing: the model was a script';
  return usd === null ? 'the price of this model is not known' : `$${usd.toFixed(usd < 1 ? 4 : 2)}`;
}

function labelled([label, value]: readonly [string, string], paint: Paint, width: number): string {
  return `  ${paint('dim', label.padEnd(9))}  ${fit(visible(value), width - 13)}`;
}
