import type { RestoredFile, RestoreEffect } from '../protocol/effect.ts';
import type { EventOf, OutcomeRecord } from '../protocol/event.ts';

/** What a person is told once files were taken back, or forward again. */
export function restoredSentence({ to, files, by, whole }: EventOf<'restore.done'>): string {
  const where = to === 0 ? 'where the run began' : `checkpoint ${to}`;
  const what = files === 0 ? 'No file had to change' : files === 1 ? 'One file was taken' : `${files} files were taken`;
  const who = by === 'agent' ? ' by the agent' : '';
  return files === 0 ? `${what}: they stand at ${where}.` : `${what} to ${where}${who}${whole ? '' : ', others stay'}.`;
}

const verdicts: Record<EventOf<'effect.doubted'>['verdict'], string> = {
  done: 'The crash came after this was done, so it was not done again.',
  undone: 'The crash came before this had begun, so it was done now.',
  redo: 'The crash cut this off. It was decided to do it again.',
  skip: 'The crash cut this off. It was decided to leave it and go on.',
  stop: 'The crash cut this off. It was decided to stop here.',
};

/** What became of an effect that a crash cut off, and what differs since it began. */
export function doubtSentence({ verdict, changed }: EventOf<'effect.doubted'>): string {
  const shown = changed.slice(0, 5).join(', ');
  const more = changed.length > 5 ? ` and ${changed.length - 5} more` : '';
  return changed.length === 0 ? verdicts[verdict] : `${verdicts[verdict]} Changed since it began: ${shown}${more}.`;
}

type Shorten = (path: string) => string;

/** What the agent would restore, in a few words. */
export function restoreWords({ checkpoint, paths }: RestoreEffect, shorten: Shorten): string {
  const to = checkpoint === 0 ? 'the start' : `checkpoint ${checkpoint}`;
  return paths === undefined ? `to ${to}` : `${paths.map(shorten).join(', ')} to ${to}`;
}

/** What came of it, in a few words. */
export function restoredWords({ files, conflicts }: Extract<OutcomeRecord, { kind: 'restore' }>): string {
  const taken = files === 1 ? '1 file' : `${files} files`;
  return conflicts.length === 0 ? taken : `${taken}, ${conflicts.length} left`;
}

const changes: Record<RestoredFile['change'], string> = { added: 'A', removed: 'D', changed: 'M', mode: 'M' };

/** A file that would change, as one line: `M src/a.ts  +1 −2`. */
export function restoredLine({ path, change, added, removed, merged }: RestoredFile, shorten: Shorten): string {
  const lines = added === null || removed === null ? '' : `  +${added} −${removed}`;
  return `${changes[change]} ${shorten(path)}${lines}${merged ? ', merged' : ''}`;
}

/** One that is left. */
export function leftLine(path: string, shorten: Shorten): string {
  return `! ${shorten(path)} is left as it is`;
}
