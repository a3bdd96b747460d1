import type { RestoredBy, RunEvent } from '../../protocol/event.ts';
import type { Failure } from '../../protocol/failure.ts';

/** `effect` made a checkpoint; or the workspace was taken `to` one, which makes another; or that was tried and taken back. */
export type ReportedCheckpoint = { at: number } & (
  | { type: 'made'; checkpoint: number; effect: string; files: number }
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

export function checkpointOf(event: RunEvent): ReportedCheckpoint[] {
  const { at } = event;
  if (event.kind === 'checkpoint.made')
    return [{ at, type: 'made', checkpoint: event.checkpoint, effect: event.effect, files: event.files }];
  if (event.kind === 'restore.done') {
    const { checkpoint, to, whole, by, files, conflicts } = event;
    return [{ at, type: 'restored', checkpoint, to, whole, by, files, conflicts }];
  }
  if (event.kind === 'restore.failed') return [{ at, type: 'failed', failure: event.failure }];
  if (event.kind === 'conversation.rewound') return [{ at, type: 'rewound', to: event.checkpoint }];
  return [];
}
