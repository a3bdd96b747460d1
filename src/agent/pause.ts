import { type Denials, type Denied, liftDigest } from '../gate/denials.ts';
import type { DenialsAnswer } from '../protocol/denials.ts';
import type { Effect } from '../protocol/effect.ts';
import { failures } from '../protocol/failure.ts';
import type { Desk } from './desk.ts';
import type { Ending } from './loop.ts';
import type { Recorder } from './recorder.ts';

export interface PauseDeps {
  denials: Denials;
  desk: Pick<Desk, 'askDenials'>;
  recorder: Recorder;
  newId(): string;
  keep(sentence: string): Promise<void>;
}

/**
 * Where refusals have piled up, asks the person about all of them at once before anything else happens, and tells the
 * model what they said. null: go on; an ending where nobody could be asked.
 */
export async function pauseForDenials(deps: PauseDeps, signal: AbortSignal): Promise<Ending | null> {
  const due = deps.denials.due();
  if (due === null || signal.aborted) return null;
  const { recorder } = deps;
  const question = deps.newId();
  const { why, items } = due;
  await recorder.append({
    kind: 'denials.asked',
    question,
    why,
    effects: items.map(({ effect }) => effect),
    askable: items.filter(({ askable }) => askable).map(({ effect }) => effect),
  });
  const answer = await deps.desk.askDenials({ id: question, why, items }, signal).catch(() => null);
  if (signal.aborted) return null;
  if (answer === null) {
    const [first] = items;
    const subject = first === undefined ? '' : inWords(first.value);
    return { type: 'waiting', failure: failures.refusalsPiled({ count: items.length, first: subject }) };
  }
  await recorder.append({ kind: 'denials.answered', question, answer });
  const lifted = items.filter(item => item.askable && answer.allow.includes(item.effect));
  for (const item of lifted) await lift(item, recorder);
  if (answer.keep === true && answer.why) await deps.keep(answer.why);
  await recorder.append({ kind: 'context.added', text: told(items, lifted, answer) });
  return null;
}

/** Lets one refused effect pass once and tells the model; false where it is none that a person may let pass. */
export async function allowDenied(effect: string, { denials, recorder }: PauseDeps): Promise<boolean> {
  const item = denials.find(effect);
  if (item === null || !item.askable) return false;
  await lift(item, recorder);
  await recorder.append({ kind: 'context.added', text: `The person looked at what was refused.\n${mayPass([item])}` });
  return true;
}

async function lift({ effect, value }: Denied, recorder: Recorder): Promise<void> {
  await recorder.append({ kind: 'denial.lifted', effect, digest: liftDigest(value) });
}

function told(items: readonly Denied[], lifted: readonly Denied[], { why }: DenialsAnswer): string {
  const left = items.filter(item => !lifted.includes(item));
  return [
    'Several actions were refused, so the person looked at them.',
    ...(lifted.length === 0 ? [] : [mayPass(lifted)]),
    ...(left.length === 0 ? [] : [`Still refused, in whatever spelling:\n${left.map(row).join('\n')}`]),
    ...(why === undefined ? [] : [`The person says: ${why}`]),
  ].join('\n');
}

function mayPass(items: readonly Denied[]): string {
  return `They allow each of these once. Call it again with exactly the same arguments if you still need it:\n${items.map(row).join('\n')}`;
}

const row = ({ value }: Denied): string => `- ${inWords(value)}`;

/** What an effect is, as the model asked for it. */
function inWords(value: Effect): string {
  switch (value.kind) {
    case 'exec':
    case 'push':
      return value.command;
    case 'edit':
      return `${value.base === null ? 'create' : 'change'} ${value.path}`;
    case 'read':
      return `read ${value.path}`;
    case 'search':
      return `search ${value.pattern} in ${value.root}`;
    case 'fetch':
      return `fetch ${value.url}`;
    case 'restore':
      return `restore checkpoint ${value.checkpoint}`;
    case 'diagnostics':
      return 'diagnostics';
  }
}
