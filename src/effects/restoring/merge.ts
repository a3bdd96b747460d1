import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Merge } from '../../ports/disk.ts';
import { neutralOptions, neutralVariables } from '../git/neutralFolder.ts';
import { callGit, type GitProgram } from '../git/program.ts';

/** No text above this many bytes is merged. */
const maxBytes = 8 * 1024 * 1024;

/** git's own three-way merge of one file, away from any repository. `scratch` is a folder of ours outside the workspace. */
export function gitMerge(program: GitProgram, scratch: string): Merge {
  return async (base, ours, theirs) => {
    if ([base, ours, theirs].some(each => each.length > maxBytes)) return null;
    const folder = await mkdtemp(join(scratch, 'merge-'));
    try {
      const names = { ours, base, theirs };
      for (const [name, bytes] of Object.entries(names)) await writeFile(join(folder, name), bytes, { mode: 0o600 });
      const { ok, stdout } = await callGit(program, {
        args: [...neutralOptions, 'merge-file', '-p', '-q', ...Object.keys(names)],
        env: {
          ...neutralVariables,
          PATH: program.searchPath,
          HOME: folder,
          GIT_CONFIG_NOSYSTEM: '1',
          GIT_CONFIG_GLOBAL: '/dev/null',
          GIT_CEILING_DIRECTORIES: scratch,
        },
        cwd: folder,
        timeoutMs: 10_000,
        maxBytes: 4 * maxBytes,
      });
      return ok ? stdout : null;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
