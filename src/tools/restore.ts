import { relative, sep } from 'node:path';
import { z } from 'zod';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { expectKind } from './outcome.ts';
import { argument, somePath } from './schema.ts';
import type { Tool, ToolContext } from './tool.ts';

const input = z.strictObject({
  checkpoint: z.int().nonnegative().describe('Its number, as in [checkpoint 4]; 0 is the start of the run.'),
  paths: z.array(somePath).min(1).optional().describe('Only these files and folders; all if left out.'),
  why: argument.describe('What failed, in one sentence, for the person.'),
});

/** So many conflicts are named to the model. */
const maxNamed = 20;

export const restoreTool: Tool<z.infer<typeof input>> = {
  name: 'Restore',
  description: `Give up an experiment that failed: take files back to a checkpoint of this run. The result of each call that changed files ends with the number of its checkpoint, such as [checkpoint 4]: how the workspace stood after that call.

- Everything that the run changed after the checkpoint is taken back, by edits and by commands, new files included. With paths, only what lies there.
- What the person changed meanwhile is kept: it is merged where it is in another place of the file, and where it is in the same place the file is left as it is, and named.
- Files that git ignores and commands changed, commits, and anything outside the workspace stay as they are.
- Read a restored file again before you edit it.
- Prefer this to rm, git checkout, git stash or edits in reverse when you start over. It is not for work that only needs a correction.`,
  input,
  prepare: async ({ checkpoint, paths, why }, context) => {
    if (context.restores === undefined) throw new GatehouseError(failures.gitMissing({}));
    const chosen = paths === undefined ? null : await Promise.all(paths.map(path => below(path, context)));
    const planned = await context.restores.plan(checkpoint, chosen);
    return { kind: 'restore', ...planned, ...(chosen === null ? {} : { paths: chosen }), reason: why };
  },
  present: (outcome, { checkpoint }) => {
    const { files, conflicts } = expectKind('restore', outcome);
    const where = checkpoint === 0 ? 'the start of the run' : `checkpoint ${checkpoint}`;
    const done = `Restored ${files} ${files === 1 ? 'file' : 'files'} to ${where}.`;
    if (conflicts.length === 0) return done;
    const more = conflicts.length > maxNamed ? ` and ${conflicts.length - maxNamed} more` : '';
    return `${done} Left as they are, since somebody else changed them in the same place: ${conflicts.slice(0, maxNamed).join(', ')}${more}.`;
  },
};

/** The path by its own name, which may be a link's; by where it leads only where that name is not in the workspace. */
async function below(path: string, { workspace }: ToolContext): Promise<string> {
  const place = await workspace.locate(path);
  if (isBelow(workspace.root, place.path)) return place.path;
  if (place.inside) return place.real;
  const problem = `paths: ${path} lies outside the workspace`;
  throw new GatehouseError(failures.badInput({ tool: 'Restore', problem }));
}

function isBelow(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}
