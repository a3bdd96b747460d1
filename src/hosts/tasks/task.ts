import { z } from 'zod';
import { Limits } from '../../protocol/budget.ts';
import { Mode } from '../../protocol/command.ts';
import type { TaskOrigin } from '../../protocol/task.ts';

export const taskName = /^[a-z][a-z0-9-]{0,39}$/;

const line = z.string().trim().min(1).max(200);
/** Shown in lists and terminals, and told to models as one line: nothing in it breaks a line or is not shown. */
const title = line.refine(
  text => !/[\p{Cc}\p{Zl}\p{Zp}]|(?!\u200d)\p{Cf}/u.test(text),
  'must be one line of plain text',
);
/** A path pattern that stays inside the workspace. Few stars, so that matching it takes no time. */
const pattern = line.refine(
  text => !text.startsWith('/') && !/^[a-z]:/i.test(text) && !text.split(/[\\/]/).includes('..'),
  'must be relative and stay inside the workspace',
);

/**
 * A task class as written. `prompt` and `acceptance` may hold placeholders (see `fill.ts`). `paths`: globs below the
 * workspace; a change outside of them is asked about. `mode` and `limits` of a repository's task, and of ours, can only be
 * stricter than the person's.
 */
export const TaskText = z.strictObject({
  title,
  about: z.string().trim().max(300).optional(),
  prompt: z.string().trim().min(1).max(16_000),
  acceptance: z.array(line).max(10).optional(),
  limits: Limits.strict().optional(),
  paths: z.array(pattern).min(1).max(50).optional(),
  mode: Mode.optional(),
});
export type TaskText = z.infer<typeof TaskText>;

export const TasksFile = z.strictObject({
  version: z.literal(1),
  tasks: z.record(z.string().regex(taskName, 'a name is lower-case letters, digits and dashes, 40 at most'), TaskText),
});

/** One that was loaded, with whose it is and where it stands; ours stand nowhere. */
export interface TaskClass extends TaskText {
  name: string;
  from: TaskOrigin;
  place: { file: string; line: number } | null;
}
