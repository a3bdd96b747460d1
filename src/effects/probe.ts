import { execFile } from 'node:child_process';

/**
 * Asks a program on `searchPath` for its version: the first line that it prints, null where it cannot be started or
 * does not answer in time. For hosts that explain the set-up; nothing that a model wrote comes here.
 */
export function probeProgram(program: string, args: readonly string[], searchPath: string): Promise<string | null> {
  return new Promise(resolve => {
    const options = { env: { PATH: searchPath, LC_ALL: 'C' }, timeout: 5000, maxBuffer: 64 * 1024 };
    execFile(program, args, options, (error, stdout, stderr) => {
      resolve(error === null ? ((stdout || stderr).split('\n')[0] ?? '').trim() : null);
    });
  });
}
