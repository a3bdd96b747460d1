import { z } from 'zod';
import { defaultReadLines, maxLineChars } from '../effects/read.ts';
import { withoutLastWord } from './lastWord.ts';
import { expectKind } from './outcome.ts';
import { somePath } from './schema.ts';
import type { Tool } from './tool.ts';

const input = z.strictObject({
  file_path: somePath.describe('Relative to the workspace, or absolute with a leading /.'),
  offset: z.int().positive().optional().describe('First line, from 1.'),
  limit: z.int().positive().optional().describe(`Number of lines; ${defaultReadLines} if left out.`),
});

export const readTool: Tool<z.infer<typeof input>> = {
  name: 'Read',
  description: `Read a text file. Each line comes as its number, a tab, and the text; the number and tab are not part of the file.

- Up to ${defaultReadLines} lines or about 100,000 characters at a time; the answer says so when there is more, and offset and limit read on. A line longer than ${maxLineChars} characters is cut and ends in …[+N characters].
- Reads UTF-8 text up to 8 MiB. Folders, binary files and devices are refused: list folders with Glob.
- Text like [secret:env:1f0c9a7b] stands for a secret that is hidden from you. It is the file's real content to every program; leave it as it is, and do not try to find out the value.
- Read a file before you Edit or Write it. Call Read for several files in one turn when you need them all.`,
  input,
  prepare: async (given, { workspace }) => {
    const { real } = await workspace.locate(given.file_path);
    return {
      kind: 'read',
      path: real,
      ...(given.offset !== undefined && { offset: given.offset }),
      ...(given.limit !== undefined && { limit: given.limit }),
    };
  },
  present: (outcome, given) => {
    const { text, from, to, totalLines, cutLines } = expectKind('read', outcome);
    if (totalLines === 0) return 'The file is empty.';
    if (to < from) return `The file has ${totalLines} lines; there is nothing from line ${from} on.`;
    const lines = text.split('\n').map(line => (cutLines > 0 ? withoutCutWord(line) : line));
    const numbered = lines.map((line, index) => `${String(from + index).padStart(6)}\t${line}`);
    const notes = [
      to < totalLines && `Lines ${from} to ${to} of ${totalLines}. Read on with offset ${to + 1}.`,
      to === totalLines && given.offset !== undefined && `Line ${totalLines} is the last.`,
      cutLines > 0 && `${cutLines} ${cutLines === 1 ? 'line was' : 'lines were'} cut at ${maxLineChars} characters.`,
    ].filter(note => note !== false);
    return numbered.join('\n') + (notes.length > 0 ? `\n\n(${notes.join(' ')})` : '');
  },
};

/** A cut line without the word that was cut, which may be the beginning of a secret that nobody recognizes in a part. */
function withoutCutWord(line: string): string {
  const cut = /…\[\+(\d+) characters\]$/.exec(line);
  if (cut === null || cut.index < maxLineChars - 1) return line;
  const kept = withoutLastWord(line.slice(0, cut.index), maxLineChars / 2);
  return `${kept}…[+${Number(cut[1]) + cut.index - kept.length} characters]`;
}
