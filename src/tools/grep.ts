import { z } from 'zod';
import { maxColumns, searchCaps } from '../effects/search.ts';
import { SearchOutput } from '../protocol/effect.ts';
import { withoutLastWord } from './lastWord.ts';
import { expectKind } from './outcome.ts';
import { argument, somePath } from './schema.ts';
import { checkGlob, presentLines, searchRoot } from './searchRoot.ts';
import type { Tool } from './tool.ts';

const input = z.strictObject({
  pattern: argument.describe('Regular expression, Rust syntax. (?i) at its start ignores case.'),
  path: somePath.optional().describe('File or folder to search; the workspace if left out.'),
  glob: argument.optional().describe('Only files whose name matches, such as *.ts or src/**/*.css, relative to path.'),
  output_mode: SearchOutput.optional().describe(
    'files_with_matches (default): paths; content: path:line:text; count: path:matching lines.',
  ),
});

export const grepTool: Tool<z.infer<typeof input>> = {
  name: 'Grep',
  description: `Search the text of files with ripgrep, line by line. Prefer it to grep or rg in Bash.

- Escape what is special in a regular expression: to find foo( search for foo\\(.
- Answers with paths relative to the workspace, sorted, at most ${searchCaps.content} lines; it says when there are more. Lines longer than ${maxColumns} bytes are cut.
- Hidden files are searched; what .gitignore excludes, .git, binary files and key files (*.pem, id_rsa …) are not.`,
  input,
  prepare: async (given, context) => {
    if (given.glob !== undefined) checkGlob('Grep', 'glob', given.glob);
    return {
      kind: 'search',
      by: 'content',
      pattern: given.pattern,
      root: await searchRoot(given.path, context),
      ...(given.glob !== undefined && { glob: given.glob }),
      ...(given.output_mode !== undefined && { output: given.output_mode }),
    };
  },
  present: (outcome, given) => {
    const found = expectKind('search', outcome);
    if (given.output_mode !== 'content') return presentLines(found, 'files', 'Nothing matches');
    return presentLines({ ...found, lines: found.lines.map(withoutCutWord) }, 'lines', 'Nothing matches');
  },
};

/** As ripgrep ends a line that it cut. */
const cutMark = / \[\.\.\. (?:omitted end of long line|\d+ more match(?:es)?)\]$/;

/** A cut line without the word that was cut, which may be the beginning of a secret that nobody recognizes in a part. */
function withoutCutWord(line: string): string {
  const cut = line.length < maxColumns / 4 ? null : cutMark.exec(line);
  return cut === null ? line : withoutLastWord(line.slice(0, cut.index), maxColumns / 2) + cut[0];
}
