import { z } from 'zod';

/** Whose word a task class is: ours, the person's own, or the repository's, which may tighten and never loosen. */
export const TaskOrigin = z.enum(['builtin', 'user', 'workspace']);
export type TaskOrigin = z.infer<typeof TaskOrigin>;

/** A task class by its name, as the journal keeps it. */
export const TaskRef = z.object({ name: z.string().min(1), from: TaskOrigin });
export type TaskRef = z.infer<typeof TaskRef>;
