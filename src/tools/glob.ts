import { z } from 'zod';
import { searchCaps } from '../effects/search.ts';
import { expectKind } from './outcome.ts';
import { argument, somePath } from './schema.ts';
import { checkGlob, presentLines, searchRoot } from './searchRoot.ts';
import type { Tool } from './tool.ts';

const input = z.strictObject({
  pattern: argument.describe('Such as **/*.test.ts or src/**/*.{ts,tsx}, relative to path.'),
  path: somePath.optional().describe('Folder to search; the workspace if left out.'),
});

export const globTool: Tool<z.infer<typeof input>> = {
  name: 'Glob',
  description: `Find files by name. Supports *, ?, **, [a-z] and {a,b}; a pattern without / matches names in any folder.

- Answers with paths relative to the workspace, the most recently changed first, at most ${searchCaps.name}; it says when there are more.
- Hidden files are found; what .gitignore excludes and .git are not.`,
  input,
  prepare: async (given, context) => {
    checkGlob('Glob', 'pattern', given.pattern);
    return { kind: 'search', by: 'name', pattern: given.pattern, root: await searchRoot(given.path, context) };
  },
  present: outcome => presentLines(expectKind('search', outcome), 'files', 'No file matches'),
};
