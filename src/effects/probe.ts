import { isAbsolute } from 'node:path';
import { type Elsewhere, programOnPath, runOwn } from './own.ts';

/**
 * Asks a program (a path, or a name that the person's PATH leads to outside the workspace) for its version: the first line that it prints, null where
 * it cannot be started or does not answer in time. For hosts that explain the set-up; nothing that a model wrote comes here.
 */
export async function probeProgram(
  program: string,
  args: readonly string[],
  elsewhere: Elsewhere,
): Promise<string | null> {
  const path = isAbsolute(program) ? program : programOnPath(program, elsewhere);
  if (path === null) return null;
  return runOwn(path, args).then(
    ({ stdout, stderr }) => ((stdout || stderr).split('\n')[0] ?? '').trim(),
    () => null,
  );
}
