import { z } from 'zod';
import { editEffect, lookAtTarget } from './editEffect.ts';
import { dominantEnding, withEnding } from './lineEndings.ts';
import { expectKind } from './outcome.ts';
import { restoreInPlace } from './placeholders.ts';
import { filePath } from './schema.ts';
import type { Tool } from './tool.ts';

const input = z.strictObject({
  file_path: filePath.describe('Relative to the workspace, or absolute with a leading /.'),
  content: z.string().describe('The whole new content.'),
});

export const writeTool: Tool<z.infer<typeof input>> = {
  name: 'Write',
  description: `Create a file, or replace the whole content of one. Missing folders are created.

- A file that is there must have been read in this run and be unchanged since. To change a part of it, use Edit.
- An existing file keeps its line endings, BOM and mode. A masked secret such as [secret:env:1f0c9a7b] is written as its real value, where the file holds that already.`,
  input,
  prepare: async (given, context) => {
    const target = await lookAtTarget(given.file_path, context);
    const { text = '', bom = false } = target.current ?? {};
    const content = withEnding(
      restoreInPlace(given.content, context.masker, given.file_path, text),
      dominantEnding(text),
    );
    return editEffect(
      target,
      content.startsWith('\uFEFF') ? { text: content.slice(1), bom: true } : { text: content, bom },
      context,
    );
  },
  present: (outcome, given) => `Wrote ${given.file_path} (${expectKind('edit', outcome).file.bytes} bytes).`,
};
