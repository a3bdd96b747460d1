import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { root } from '../../scripts/paths.mjs';
import { copyProject } from '../../scripts/sample.ts';
import { reporting } from './browser.ts';

/** Runs bundled suites in a desktop VS Code: the executable of that path, or "download". Resolves with the exit code. */
export async function runOnDesktop(tests: string, executable: string): Promise<number> {
  const state = await mkdtemp(join(tmpdir(), 'gh-'));
  const folder = join(state, 'project');
  try {
    await copyProject(folder);
    return await runTests({
      ...(executable === 'download' ? {} : { vscodeExecutablePath: executable }),
      extensionDevelopmentPath: root,
      extensionTestsPath: tests,
      extensionTestsEnv: { ...reporting(), GATEHOUSE_HOME: join(state, 'gatehouse'), GATEHOUSE_REHEARSAL: '1' },
      launchArgs: [
        folder,
        '--disable-workspace-trust',
        `--user-data-dir=${join(state, 'user')}`,
        `--extensions-dir=${join(state, 'extensions')}`,
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    });
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}
