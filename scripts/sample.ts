// Copies the sample project afresh to test/.artifacts/sample, where one debugs: node scripts/sample.ts
import { execFile } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './paths.mjs';

const author = ['-c', 'user.name=Sample', '-c', 'user.email=sample@example.invalid', '-c', 'commit.gpgsign=false'];

/** Copies a folder (the sample project when none is named) into `to`, as a git repository with one commit. */
export async function copyProject(to: string, from = join(root, 'media', 'sample')): Promise<void> {
  await mkdir(to, { recursive: true });
  await cp(from, to, { recursive: true });
  const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: to });
  await git('init', '-q', '-b', 'main');
  await git('add', '-A');
  await git(...author, 'commit', '-q', '--allow-empty', '-m', 'The sample project');
}

if (import.meta.main) {
  const to = join(root, 'test', '.artifacts', 'sample');
  await rm(to, { recursive: true, force: true });
  await copyProject(to);
}
