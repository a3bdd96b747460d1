import type { Confirmer } from '../ports/confirmer.ts';
import type { Masker } from '../ports/masker.ts';
import type { RunEvent } from '../protocol/event.ts';
import { failures } from '../protocol/failure.ts';
import { type Screened, screenPrompt } from '../risk/screen/screen.ts';
import type { Ending } from './loop.ts';
import type { Recorder } from './recorder.ts';

export interface ScreeningDeps {
  recorder: Pick<Recorder, 'append' | 'events'>;
  masker: Masker;
  confirmer?: Confirmer;
}

/** Looks at words of the person before any model is given them, and writes down what speaks against them, if anything. */
export async function screenWords(
  text: string,
  words: 'task' | 'later',
  { recorder, masker }: ScreeningDeps,
): Promise<Screened> {
  const masked = masker.mask(text);
  const screened = screenPrompt(masked.text, masked.count);
  if (screened.marks.length > 0) await recorder.append({ kind: 'prompt.screened', ...screened, words });
  return screened;
}

/** How a run ends on account of what it is asked for; null where it may go on, where need be with the person's word. */
export async function endingOf(screened: Screened, deps: ScreeningDeps, signal: AbortSignal): Promise<Ending | null> {
  if (screened.verdict === 'pass') return null;
  const { code = '', excerpt = '' } = screened.marks[0] ?? {};
  if (screened.verdict === 'refuse') return { type: 'failed', failure: failures.promptRefused({ code, excerpt }) };
  const go = (await deps.confirmer?.confirm(screened.marks, signal).catch(() => null)) ?? null;
  if (signal.aborted) return { type: 'stopped' };
  if (go === null) return { type: 'waiting', failure: failures.promptUnconfirmed({ code, excerpt }) };
  await deps.recorder.append({ kind: 'prompt.confirmed', go });
  return go ? null : { type: 'stopped' };
}

/** What the run's task is refused for, or waits for: that is so again when it is resumed. null where it is settled. */
export function openScreen(events: readonly RunEvent[]): Screened | null {
  const at = events.findLastIndex(event => event.kind === 'prompt.screened' && event.words === 'task');
  const screened = events[at];
  if (screened?.kind !== 'prompt.screened' || screened.verdict === 'pass') return null;
  const confirmed = events.slice(at).some(event => event.kind === 'prompt.confirmed' && event.go);
  return screened.verdict === 'ask' && confirmed ? null : screened;
}

/** Whether words said in mid-run may be told to the model. Those that nobody confirms are not. */
export async function maySay(text: string, deps: ScreeningDeps, signal: AbortSignal): Promise<boolean> {
  return (await endingOf(await screenWords(text, 'later', deps), deps, signal)) === null;
}
