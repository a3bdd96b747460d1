import { join } from 'node:path';
import { root } from '../../scripts/paths.mjs';
import { openWorkbench } from '../e2e/workbench.ts';

/** Runs bundled suites in the extension host of VS Code's server, with Chromium as its window. Resolves with the exit code. */
export async function runInBrowser(tests: string, extension?: string): Promise<number> {
  let exit: (code: number) => void = () => {};
  const ended = new Promise<number>(done => {
    exit = done;
  });
  const workbench = await openWorkbench({
    ...(extension && { extension }),
    env: { ...reporting(), GATEHOUSE_REHEARSAL: '1' },
    settings: { 'gatehouse.planFirst': 'auto' },
    tests,
    prepare: async page => {
      await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
        if (isOurs(type, args)) console.log(...args);
      });
      await page.exposeFunction('codeAutomationExit', (code: number) => exit(code));
    },
  });
  try {
    return await ended;
  } finally {
    await workbench.close();
  }
}

/**
 * The window hands over its whole log. A reporter's lines have a format and arguments; the workbench's own have not, and
 * its errors are not about any file of this project.
 */
function isOurs(type: string, args: unknown[]): boolean {
  if (type === 'error') return args.some(arg => String(arg).includes(join(root, 'out')));
  return args.length > 1 && type !== 'warn';
}

/** What the suites in the host need in order to report to this process. */
export function reporting(): Record<string, string | undefined> {
  const { GATEHOUSE_TEST_REPORTER, GATEHOUSE_TEST_RESULT, GATEHOUSE_FULL } = process.env;
  return { GATEHOUSE_TEST_REPORTER, GATEHOUSE_TEST_RESULT, GATEHOUSE_FULL };
}
