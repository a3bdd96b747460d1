import type { RestoreEffect } from '../protocol/effect.ts';
import type { RunEvent } from '../protocol/event.ts';
import type { Journal } from './journal.ts';

/** What a restore would do, without who wants it and why. */
export type PlannedRestore = Omit<RestoreEffect, 'kind' | 'reason' | 'paths'>;

/** Takes the workspace of one run back to its own checkpoints, while it goes on. */
export interface Restores {
  /** To be called once, before anything else: the run's events, and where the restores are written down. */
  begin(run: Journal & { events(): readonly RunEvent[] }): void;
  /**
   * Looks only. `paths` are absolute; null: all. Rejects with `checkpoint.unknown`, `checkpoint.gone`, or with
   * `restore.nothing`, `restore.conflicts` or `restore.tooMany` where nothing can be done.
   */
  plan(checkpoint: number, paths: readonly string[] | null): Promise<PlannedRestore>;
  /** Does what was planned; rejects with `restore.stale` where that is not what would be done now. */
  restore(effect: RestoreEffect): Promise<{ checkpoint: number; files: number; conflicts: string[] }>;
}
