import type { ChangedLines } from '../../protocol/checkpoint.ts';
import type { RestoredBy, RunEvent } from '../../protocol/event.ts';
import type { Failure } from '../../protocol/failure.ts';

/** `effect` made a checkpoint; or the workspace was taken `to` one, which makes another; or that was tried and taken back. */
export type ReportedCheckpoint = { at: number } & (
  | { type: 'made'; checkpoint: number; effect: string; files: number; lines: Counted | null }
  | {
      type: 'restored';
      checkpoint: number;
      to: number;
      whole: boolean;
      by: RestoredBy;
      files: number;
      conflicts: readonly string[];
    }
  | { type: 'failed'; failure: Failure }
  | { type: 'rewound'; to: number }
);

/** Lines that a command changed; null for an edit, which says so itself, and where nobody counted them. */
type Counted = Omit<ChangedLines, 'each'>;

export function checkpointOf(event: RunEvent): ReportedCheckpoint[] {
  const { at } = event;
  if (event.kind === 'checkpoint.made') {
    const { checkpoint, effect, files } = event;
    return [{ at, type: 'made', checkpoint, effect, files, lines: counted(event.lines) }];
  }
  if (event.kind === 'restore.done') {
    const { checkpoint, to, whole, by, files, conflicts } = event;
    return [{ at, type: 'restored', checkpoint, to, whole, by, files, conflicts }];
  }
  if (event.kind === 'restore.failed') return [{ at, type: 'failed', failure: event.failure }];
  if (event.kind === 'conversation.rewound') return [{ at, type: 'rewound', to: event.checkpoint }];
  return [];
}

function counted(lines: ChangedLines | undefined): Counted | null {
  if (lines === undefined) return null;
  const { each: _each, ...sums } = lines;
  return sums;
}
