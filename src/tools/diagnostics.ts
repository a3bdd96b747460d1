import { z } from 'zod';
import type { Diagnostic } from '../ports/editor.ts';
import { expectKind } from './outcome.ts';
import { somePath } from './schema.ts';
import type { Tool } from './tool.ts';

const shownItems = 100;

const input = z.strictObject({
  file_path: somePath.optional().describe('Only this file; all files that the editor knows of if left out.'),
});

export const diagnosticsTool: Tool<z.infer<typeof input>> = {
  name: 'Diagnostics',
  description: `Ask the editor for its errors and warnings (type checkers, linters), as path:line:column severity: message. Works only where the run lives in an editor; errors come first, at most ${shownItems}. After an edit the editor may need a moment: the project's own check in Bash is what counts.`,
  input,
  prepare: async (given, { workspace }) => ({
    kind: 'diagnostics',
    ...(given.file_path !== undefined && { path: (await workspace.locate(given.file_path)).real }),
  }),
  present: outcome => {
    const { items } = expectKind('diagnostics', outcome);
    if (items.length === 0) return 'The editor reports no problems.';
    const lines = items.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity)).map(line);
    const more = lines.length > shownItems ? `\n\n(The first ${shownItems} of ${lines.length}.)` : '';
    return lines.slice(0, shownItems).join('\n') + more;
  },
};

const severities: readonly Diagnostic['severity'][] = ['error', 'warning', 'info', 'hint'];

function line({ path, line, column, severity, message, source }: Diagnostic): string {
  const from = source === undefined ? '' : ` (${source})`;
  return `${path}:${line}:${column} ${severity}: ${message.replaceAll(/\s*\n\s*/g, ' ')}${from}`;
}
