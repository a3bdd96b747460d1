import { z } from 'zod';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { editEffect, lookAtTarget } from './editEffect.ts';
import { expectKind } from './outcome.ts';
import { restoreInPlace, restoreSecrets } from './placeholders.ts';
import { filePath } from './schema.ts';
import { replaceSeen } from './seen.ts';
import type { Tool } from './tool.ts';

const input = z.strictObject({
  file_path: filePath.describe('Relative to the workspace, or absolute with a leading /.'),
  old_string: z.string().describe('The exact text to replace, without line numbers.'),
  new_string: z.string().describe('What it becomes.'),
  replace_all: z.boolean().optional().describe('Replace every match.'),
});

export const editTool: Tool<z.infer<typeof input>> = {
  name: 'Edit',
  description: `Replace text in a file that you have read in this run.

- old_string must match exactly, indentation included, and only once: give enough lines around it, or set replace_all. No match and several matches are errors and change nothing.
- If the file has changed since you read it, read it again first. After your own edit you need not.
- Write line ends as \\n; the file keeps its own (CRLF too), its BOM and its mode.
- A masked secret such as [secret:env:1f0c9a7b] may stand in old_string and new_string: the real value is matched and kept, in a file that holds it already. Do not invent one.
- An empty old_string creates a file, or fills an empty one.`,
  input,
  prepare: async (given, context) => {
    const { file_path: path } = given;
    const target = await lookAtTarget(path, context);
    const current = target.current ?? { text: '', bom: false };
    const old = restoreSecrets(given.old_string, context.masker, current.text);
    const next = restoreInPlace(given.new_string, context.masker, path, current.text);
    if (old === '') {
      if (current.text === '') return editEffect(target, { ...current, text: next }, context);
      const problem = 'old_string: must not be empty, since the file has text';
      throw new GatehouseError(failures.badInput({ tool: 'Edit', problem }));
    }
    if (target.current === null) throw new GatehouseError(failures.fileMissing({ path }));
    if (old === next) throw new GatehouseError(failures.editNoChange({ path }));
    const all = given.replace_all ?? false;
    const { text, count } = replaceSeen(current.text, given.old_string, given.new_string, all, context.masker);
    if (count === 0) throw new GatehouseError(failures.editNoMatch({ path }));
    if (count > 1 && !all) throw new GatehouseError(failures.editManyMatches({ path, count }));
    if (text === null) throw new GatehouseError(failures.secretCut({ path }));
    return editEffect(target, { ...current, text }, context);
  },
  present: (outcome, given) => {
    expectKind('edit', outcome);
    return `Edited ${given.file_path}.`;
  },
};
