import type { Instructions } from '../ports/instructions.ts';
import type { Masker } from '../ports/masker.ts';
import { asFailure } from '../protocol/failure.ts';
import type { Recorder } from './recorder.ts';

/** Writes the person's standing instructions down where they are not what the run was told last. */
export async function tellInstructions(instructions: Instructions | undefined, recorder: Recorder): Promise<void> {
  const text = (await instructions?.read())?.trim() ?? '';
  const last = recorder.events().findLast(event => event.kind === 'instructions.read');
  if (text !== (last?.text ?? '')) await recorder.append({ kind: 'instructions.read', text });
}

/** Keeps a sentence of the person for all of their runs, without secrets. It holds for this one in any case. */
export function keeperOf(
  instructions: Instructions | undefined,
  recorder: Recorder,
  masker: Masker,
): (sentence: string) => Promise<void> {
  return async sentence => {
    const text = masker.mask(sentence.replace(/\s+/g, ' ').trim()).text;
    const failure = (await instructions?.keep(text).then(() => null, asFailure)) ?? null;
    await recorder.append({ kind: 'instructions.kept', text, failure });
  };
}
