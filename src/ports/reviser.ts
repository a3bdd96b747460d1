import type { Amended } from '../protocol/command.ts';
import type { EditEffect, Revised } from '../protocol/effect.ts';

/** The fields of an edit that are others once it is made as the person wants it, or in a file that has changed. */
export type EditBytes = Pick<EditEffect, 'base' | 'next' | 'patch' | 'added' | 'removed' | 'hunks' | 'blank'>;

export type Revision =
  /** It can be made as it was proposed. */
  | { type: 'same' }
  /** This is what it is now. */
  | { type: 'revised'; bytes: EditBytes; revised: Revised }
  /** Its file has changed in the same place. It would replace what stands there, so somebody has to be asked anew. */
  | { type: 'conflict'; bytes: EditBytes; revised: Revised }
  /** It would leave the file as it is. */
  | { type: 'nothing' };

/**
 * What an edit that a person allowed comes to, `amended` by them or not, in its file as that stands now. What it finds is
 * written down as a new proposal of the same effect. Rejects where the file, or what the person made of it, cannot be read.
 */
export type Revise = (edit: EditEffect, amended: Amended | null) => Promise<Revision>;
