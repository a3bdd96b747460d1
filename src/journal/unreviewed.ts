import { join } from 'node:path';
import type { EventOf, RunEvent } from '../protocol/event.ts';

/** What a run changed in one file since the person last looked at it. */
export interface UnreviewedFile {
  /** Lines that edits and commands added or removed, as far as they were counted. */
  lines: number;
  /** Whether a command changed it. */
  byCommand: boolean;
}

/** How much of what a run changed nobody has looked at. */
export interface Unreviewed {
  files: number;
  lines: number;
}

/** Who has looked at what, as a fold over the events. */
export interface Reviewing {
  apply: (event: RunEvent) => void;
  files(): ReadonlyMap<string, UnreviewedFile>;
  /** Of all of them. */
  lines(): number;
}

export function createReviewing(): Reviewing {
  const files = new Map<string, UnreviewedFile>();
  const proposed = new Map<string, EventOf<'effect.proposed'>>();
  const seen = new Set<string>();
  let workspace = '';
  let restoring: readonly string[] = [];
  let lines = 0;

  const set = (path: string, file: UnreviewedFile | null): void => {
    lines += (file?.lines ?? 0) - (files.get(path)?.lines ?? 0);
    if (file === null) files.delete(path);
    else files.set(path, file);
  };

  const add = (path: string, more: number, byCommand: boolean): void => {
    const before = files.get(path);
    set(path, { lines: (before?.lines ?? 0) + more, byCommand: byCommand || before?.byCommand === true });
  };

  return {
    files: () => files,
    lines: () => lines,
    apply(event) {
      if (event.kind === 'run.started') workspace = event.workspace;
      else if (event.kind === 'effect.proposed') proposed.set(event.effect, event);
      else if (event.kind === 'question.answered' && event.answer.verdict === 'allow') seen.add(event.effect);
      else if (event.kind === 'effect.done') {
        const value = proposed.get(event.effect)?.value;
        if (event.outcome.kind === 'edit' && value?.kind === 'edit' && !seen.has(event.effect))
          add(value.path, value.added + value.removed, false);
      } else if (event.kind === 'checkpoint.made')
        for (const [index, path] of (event.paths ?? []).entries()) {
          const [added, removed] = event.lines?.each[index] ?? [0, 0];
          add(join(workspace, path), added + removed, true);
        }
      else if (event.kind === 'restore.intended')
        restoring = event.paths.map(raw => join(workspace, Buffer.from(raw, 'latin1').toString('utf8')));
      else if (event.kind === 'restore.done' && event.by === 'person')
        // Whoever took it back, or forward again, saw what that would do; the agent's own way back is shown to nobody.
        for (const path of restoring) set(path, null);
      else if (event.kind === 'change.reviewed') {
        const byCommand = files.get(event.path)?.byCommand === true;
        set(event.path, event.left === 0 ? null : { lines: event.left, byCommand });
      }
    },
  };
}

function reviewingOf(events: readonly RunEvent[]): Reviewing {
  const reviewing = createReviewing();
  for (const event of events) reviewing.apply(event);
  return reviewing;
}

/**
 * Absolute path → what was changed there and neither shown to the person before it was done, nor kept or taken back by
 * them since. Whoever allowed an edit has seen it; a rule, a mode, the reviewing model or an answer for the whole run has
 * not. What a command changed counts as not looked at, even where the command was allowed.
 */
export function unreviewedFiles(events: readonly RunEvent[]): ReadonlyMap<string, UnreviewedFile> {
  return reviewingOf(events).files();
}

export function unreviewed(events: readonly RunEvent[]): Unreviewed {
  const reviewing = reviewingOf(events);
  return { files: reviewing.files().size, lines: reviewing.lines() };
}
