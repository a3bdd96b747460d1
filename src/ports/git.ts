import type { PushEffect } from '../protocol/effect.ts';

/** A push as a person is asked about it: what goes where, without the secrets of an address. */
export type PlannedPush = Omit<PushEffect, 'kind' | 'command' | 'cwd'>;

/** The workspace's repository, for looking only. */
export interface Git {
  /** A command as the push that it means now; null for all but a `git push` of a simple form, by itself. */
  readPush(command: string): Promise<PlannedPush | null>;
}
